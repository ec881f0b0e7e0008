"""Twilio: how a text leaves, against a server on 127.0.0.1."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.channels.twilio import Twilio, TwilioSettings
from bot.channels.twilio_http import SafeTwilioHttp
from bot.domain import Pace, Refused, Shown
from bot.rules.pace import Bucket, earliest, taken
from tests.channels.texts import FORM, LEANNE, NOW, SERVICE, WEEK, a_provider, a_text, refusal
from tests.fakes import twilio as their
from tests.fakes.twilio import FakeTwilio, settings

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
async def fake() -> AsyncIterator[FakeTwilio]:
    async with FakeTwilio() as server:
        yield server


@pytest.fixture
async def twilio(fake) -> AsyncIterator[Twilio]:
    provider = a_provider(fake.base_url)
    yield provider
    await provider.close()


async def test_a_text_leaves_with_its_choices_and_the_address_for_its_receipts(fake, twilio):
    sent = await twilio.send(a_text())
    assert fake.messages == [
        {
            "To": LEANNE,
            "From": their.SENDER,
            "Body": "How has Kai's week been? 1 = Good, 2 = Hard.",
            "StatusCallback": "https://texts.example.org/webhooks/twilio/status?m=m-1",
        }
    ]
    assert (sent.external_id, sent.provider) == ("SM" + "1".zfill(32), "twilio")
    assert sent.text == fake.messages[0]["Body"]


async def test_every_request_is_held_against_twilio_s_own_description(fake):
    if fake.unchecked:
        pytest.skip(fake.unchecked)
    http = SafeTwilioHttp()
    form = {"To": LEANNE, "From": their.SENDER, "Body": "x", "Colour": "red"}
    path = f"{fake.base_url}/2010-04-01/Accounts/{their.ACCOUNT}/Messages.json"
    await http.request("POST", path, data=form, auth=(their.ACCOUNT, their.TOKEN), headers=FORM)
    await http.close()
    assert fake.violations == ["form: additionalProperties"]
    assert fake.messages == []
    fake.violations.clear()


async def test_a_request_without_a_name_and_password_is_turned_away(fake):
    http = SafeTwilioHttp()
    path = f"{fake.base_url}/2010-04-01/Accounts/{their.ACCOUNT}/Messages.json"
    answer = await http.request("POST", path, data={"To": LEANNE}, headers=FORM)
    await http.close()
    assert answer.status_code == 401


async def test_a_messaging_service_chooses_the_number_itself(fake):
    provider = a_provider(fake.base_url, sender=SERVICE, public_url="")
    await provider.send(a_text())
    await provider.close()
    assert fake.messages == [
        {"To": LEANNE, "MessagingServiceSid": SERVICE, "Body": twilio_words(WEEK)}
    ]


def twilio_words(shown):
    return a_provider().laid_out(a_text(shown=shown))


@pytest.mark.parametrize(
    ("left", "asked"),
    [
        (timedelta(minutes=90), "5400"),
        (timedelta(hours=30), "36000"),
        (timedelta(seconds=1.9), "1"),
    ],
)
async def test_a_text_is_not_kept_by_the_network_past_its_time(fake, twilio, left, asked):
    await twilio.send(a_text(not_after=NOW + left))
    assert fake.messages[0]["ValidityPeriod"] == asked


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=2), timedelta(seconds=-0.5)])
async def test_a_text_whose_time_has_passed_never_leaves(fake, twilio, late):
    error = await refusal(twilio, a_text(not_after=NOW - late))
    assert type(error) is Refused
    assert fake.hits == []


async def test_words_in_every_script_arrive_as_they_were_written(fake, twilio):
    words = "Zażółć & 100% + ŷ = جی ہاں 😟\n#1?"
    sent = await twilio.send(a_text(shown=Shown(words)))
    assert fake.messages[0]["Body"] == sent.text == words


async def test_the_machine_s_own_settings_do_not_bend_the_address(fake, monkeypatch):
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    provider = a_provider(fake.base_url)
    await provider.send(a_text())
    await provider.close()
    assert len(fake.messages) == 1


async def test_closing_twice_leaves_nothing_open(fake, twilio):
    await twilio.send(a_text())
    await twilio.close()
    await twilio.close()


@pytest.mark.parametrize(
    "wrong",
    [{"auth_tokens": ()}, {"auth_tokens": ("one", "")}, {"sender": "School"}, {"sender": ""}],
)
def test_an_account_families_could_not_answer_or_anybody_could_imitate_is_refused(wrong):
    with pytest.raises(ValueError, match="TWILIO_"):
        settings(**wrong)


def test_the_tokens_are_not_shown():
    assert their.TOKEN not in repr(settings())
    assert isinstance(settings(), TwilioSettings)


@pytest.mark.parametrize("key", ["name", "name:", ":secret", "na me:secret", "a:b,c", "a:b,:c"])
def test_a_webhook_key_that_is_half_a_key_is_refused_and_not_repeated(key):
    with pytest.raises(ValueError, match="TWILIO_WEBHOOK_KEY") as caught:
        settings(webhook_key=key)
    assert "secret" not in str(caught.value).replace("name:secret", "")


def test_the_webhook_key_is_not_shown():
    name, secret = their.KEY
    assert secret not in repr(settings(webhook_key=f"{name}:{secret}"))


def test_texts_leave_as_fast_as_a_number_may_send_and_the_networks_allow():
    pace = a_provider().pace
    assert pace == Pace(10, timedelta(0), per_hour=60, same_per_hour=15)
    here = Bucket(pace.each_chat)
    assert earliest(here, taken(here, None, NOW), NOW) == NOW
