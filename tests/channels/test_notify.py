"""Texts through GOV.UK Notify, against a server on 127.0.0.1."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import jwt
import pytest

from bot.channels.notify import Notify, NotifySettings
from bot.channels.notify_http import ApiKey, NotifyHttp, read_key, sign_in
from bot.domain import (
    Refused,
    SendError,
    Shown,
)
from tests.channels.notifying import LAID, LEANNE, NOW, UUID, a_provider, a_text
from tests.fakes.notify import KEY, SECRET, FakeNotify, settings
from tests.fakes.notify_calls import OLD_TOKEN, TOKEN
from tests.fakes.notify_records import SERVICE, TEMPLATE, UNCHECKED, shape, wrong_with

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
async def fake() -> AsyncIterator[FakeNotify]:
    async with FakeNotify(clock=lambda: NOW) as server:
        yield server


@pytest.fixture
async def notify(fake) -> AsyncIterator[Notify]:
    provider = a_provider(fake.base_url)
    yield provider
    await provider.close()


async def refusal(provider, message=None) -> SendError:
    with pytest.raises(SendError) as caught:
        await provider.send(message or a_text())
    return caught.value


async def test_a_text_leaves_whole_under_our_own_name(fake, notify):
    sent = await notify.send(a_text())
    assert fake.hits == [
        {
            "phone_number": LEANNE,
            "template_id": TEMPLATE,
            "personalisation": {"message": LAID},
            "reference": "m-1",
        }
    ]
    assert (sent.external_id, sent.text) == (fake.records.taken[0]["id"], LAID)
    assert sent.provider == "notify"


async def test_every_call_is_held_against_notify_s_own_description(fake, notify):
    if shape("post_sms_request") is None:
        pytest.skip(UNCHECKED)
    wrong = NotifyHttp(fake.base_url)
    answer = await wrong.post(
        "/v2/notifications/sms", token_at(NOW), {"phone_number": LEANNE, "colour": "red"}
    )
    await wrong.close()
    assert answer.status == 400
    assert fake.violations == ["post_sms_request/all: required", "post_sms_request/colour: unknown"]
    assert fake.records.taken == []
    fake.violations.clear()


def token_at(moment, key=KEY):
    return sign_in(read_key(key), moment)


async def test_words_in_every_script_arrive_as_they_were_written(fake, notify):
    words = "Zażółć & 100% + ŷ = جی ہاں 😟\n#1? ((name))"
    sent = await notify.send(a_text(shown=Shown(words)))
    assert fake.hits[0]["personalisation"]["message"] == sent.text == words


async def test_the_log_holds_the_words_as_they_left_with_the_service_s_own_name(fake, notify):
    fake.template = "Marlbridge: ((message))"
    assert (await notify.send(a_text())).text == f"Marlbridge: {LAID}"


async def test_an_answer_that_does_not_repeat_the_words_leaves_ours(fake, notify):
    fake.template = ""
    assert (await notify.send(a_text())).text == LAID


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=2)])
async def test_a_text_whose_time_has_passed_never_leaves(fake, notify, late):
    error = await refusal(notify, a_text(not_after=NOW - late))
    assert type(error) is Refused
    assert fake.hits == []
    assert (await notify.send(a_text(not_after=NOW + timedelta(seconds=1)))).external_id


async def test_a_text_longer_than_notify_takes_is_refused_in_words_that_say_so(fake, notify):
    assert (await notify.send(a_text(shown=Shown("a" * 918)))).text == "a" * 918
    error = await refusal(notify, a_text(shown=Shown("a" * 919)))
    assert type(error) is Refused
    assert str(error) == "notify: longer than 918 characters"
    assert len(fake.hits) == 1


# ---- Signing in -------------------------------------------------------------------------------


def test_the_token_is_one_that_another_library_reads():
    key = ApiKey(SERVICE, SECRET)
    made = sign_in(key, NOW)
    claims = jwt.decode(made, SECRET, algorithms=["HS256"], options={"verify_iat": False})
    assert claims == {"iss": SERVICE, "iat": int(NOW.timestamp())}
    assert jwt.get_unverified_header(made) == {"typ": "JWT", "alg": "HS256"}
    assert "=" not in made
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(made, UUID, algorithms=["HS256"], options={"verify_iat": False})


def test_an_api_key_is_taken_apart_whatever_its_name():
    for name in ("live", "school-live", "a b-ü", UUID):
        assert read_key(f"{name}-{SERVICE}-{SECRET}") == ApiKey(SERVICE, SECRET)


@pytest.mark.parametrize(
    "key", ["", "x", f"{SERVICE}-{SECRET}", f"x-{SERVICE}", f"{KEY}0", f"{KEY} ", f"{KEY}\n"]
)
def test_a_key_that_was_not_copied_whole_is_refused_without_repeating_it(key):
    with pytest.raises(ValueError, match=r"^NOTIFY_API_KEY ") as caught:
        settings(api_key=key)
    assert SECRET not in str(caught.value)


# ---- Settings and descriptions ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"template_id": ""}, "NOTIFY_TEMPLATE_ID"),
        ({"template_id": f"{TEMPLATE}x"}, "NOTIFY_TEMPLATE_ID"),
        ({"callback_token": ""}, "NOTIFY_CALLBACK_TOKEN"),
        ({"callback_token": "123456789"}, "NOTIFY_CALLBACK_TOKEN"),
        ({"callback_token": f"{TOKEN},short"}, "NOTIFY_CALLBACK_TOKEN"),
        ({"callback_token": f"{TOKEN},"}, "NOTIFY_CALLBACK_TOKEN"),
        ({"callback_token": "with a blank"}, "NOTIFY_CALLBACK_TOKEN"),
        ({"callback_token": "pässwörter"}, "NOTIFY_CALLBACK_TOKEN"),
    ],
)
def test_a_service_nobody_could_use_or_anybody_could_imitate_is_refused(wrong, named):
    with pytest.raises(ValueError, match=f"^{named} ") as caught:
        settings(**wrong)
    assert not any(value and value in str(caught.value) for value in wrong.values())


def test_ten_characters_are_enough_for_a_token():
    assert settings(callback_token="1234567890").tokens == ("1234567890",)


def test_the_secrets_are_not_shown():
    shown = repr(settings())
    assert isinstance(settings(), NotifySettings)
    assert not any(secret in shown for secret in (SECRET, TOKEN, OLD_TOKEN))
    assert SECRET not in repr(read_key(KEY))


async def test_what_notify_publishes_about_its_answers_is_what_we_are_tested_with(fake, notify):
    if shape("post_sms_response") is None:
        pytest.skip(UNCHECKED)
    sent = await notify.send(a_text())
    fake.records.receive(LEANNE, "ok", NOW, name=UUID)
    await notify.state_of(sent.external_id)
    await notify.look_up(a_text(), NOW)
    await notify.received_since(NOW)
    assert fake.violations == []
    record = {**fake.records.taken[0], "id": "no uuid"}
    assert wrong_with("get_notification_response", record) == [
        "get_notification_response/id: pattern"
    ]
    assert wrong_with("get_inbound_sms_response", {"received_text_messages": []}) != []
