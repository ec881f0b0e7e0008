"""Twilio is asked whether it took a text whose answer was lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.channels.twilio import Twilio
from bot.channels.twilio_lists import PAGES
from bot.domain import (
    Receipt,
    Shown,
    Uncertain,
    Unreachable,
)
from tests.channels.texts import LEANNE, NOW, SERVICE, WORDS, a_provider, a_text, not_told, refusal
from tests.fakes import twilio as their
from tests.fakes.twilio import FakeTwilio, Fault

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
MINUTE = timedelta(minutes=1)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
async def fake() -> AsyncIterator[FakeTwilio]:
    async with FakeTwilio() as server:
        server.store.now = Clock()
        yield server


@pytest.fixture
async def twilio(fake) -> AsyncIterator[Twilio]:
    provider = a_provider(fake.base_url)
    yield provider
    await provider.close()


def kept(fake, sid):
    return fake.store.kept[sid].said


# ---- Was it taken? ----------------------------------------------------------------------------


async def test_a_text_whose_answer_was_lost_is_found_again(fake, twilio):
    for kind in ("taken_then_dropped", "taken_then_error", "truncated", "empty", "no_id"):
        fake.faults[LEANNE] = Fault(kind=kind)
        assert type(await refusal(twilio)) is Uncertain
    found = await twilio.look_up(a_text(), NOW)
    sids = [f"SM{n:032x}" for n in range(1, 6)]
    assert found == tuple(Receipt("m-1", sid, "queued", provider="twilio") for sid in sids)


async def test_a_text_that_was_never_taken_is_not_found(fake, twilio):
    for fault in (Fault(kind="dropped"), their.BROKEN, their.HTML_502):
        fake.faults[LEANNE] = fault
        assert type(await refusal(twilio)) is Uncertain
    assert await twilio.look_up(a_text(), NOW) == ()


async def test_only_the_same_words_to_the_same_family_from_our_number_count(fake, twilio):
    others = [
        {"To": "+447700900124", "From": their.SENDER, "Body": WORDS},
        {"To": LEANNE, "From": their.SENDER, "Body": WORDS + " "},
        {"To": LEANNE, "From": their.SENDER, "Body": WORDS.lower()},
        {"To": LEANNE, "From": "+447700900998", "Body": WORDS},
        {"To": LEANNE, "MessagingServiceSid": SERVICE, "Body": WORDS},
    ]
    for form in others:
        fake.store.take(form)
    fake.store.hear(LEANNE, WORDS, their.SENDER)
    fake.store.hear(their.SENDER, WORDS, LEANNE)
    assert await twilio.look_up(a_text(), NOW) == ()
    by_service = a_provider(fake.base_url, sender=SERVICE)
    assert len(await by_service.look_up(a_text(), NOW)) == 1
    await by_service.close()


async def test_a_list_that_ignores_what_it_was_asked_does_not_give_one_family_another_s(
    fake, twilio
):
    fake.store.take({"To": "+447700900124", "From": their.SENDER, "Body": WORDS})
    fake.store._to[LEANNE] = fake.store._to["+447700900124"]
    assert await twilio.look_up(a_text(), NOW) == ()


async def test_words_in_every_script_are_recognised(fake, twilio):
    text = a_text(shown=Shown("Zażółć & 100% + ŷ = جی ہاں 😟\n#1?"))
    sent = await twilio.send(text)
    assert [one.external_id for one in await twilio.look_up(text, NOW)] == [sent.external_id]


@pytest.mark.parametrize(("earlier", "found"), [(-5, 1), (0, 1), (59, 1), (60, 1), (61, 0)])
async def test_a_text_of_long_before_is_another_one(fake, twilio, earlier, found):
    fake.store.now.now = NOW - timedelta(seconds=earlier)
    await twilio.send(a_text())
    assert len(await twilio.look_up(a_text(), NOW)) == found


async def test_the_same_words_sent_often_are_all_listed_oldest_first(fake, twilio):
    fake.store.largest_page = 3
    sent = []
    for n in range(10):
        fake.store.now.now = NOW + n * MINUTE
        sent.append((await twilio.send(a_text())).external_id)
        if n % 2:
            fake.store.moves(sent[-1], "delivered")
    found = await twilio.look_up(a_text(), NOW)
    assert [one.external_id for one in found] == sent
    assert [one.status for one in found] == ["queued", "delivered"] * 5
    assert len(fake.questions) == 4
    assert all("To=%2B447700900123" in asked for asked in fake.questions)


async def test_a_text_that_failed_is_found_with_what_its_code_means(fake, twilio):
    sent = await twilio.send(a_text())
    fake.store.moves(sent.external_id, "undelivered", 30003)
    wanted = Receipt("m-1", sent.external_id, "undelivered", "30003", Unreachable, "twilio")
    assert await twilio.look_up(a_text(), NOW) == (wanted,)


async def test_what_twilio_does_not_show_yet_is_not_found_yet(fake, twilio):
    fake.store.lag = timedelta(seconds=90)
    await twilio.send(a_text())
    assert await twilio.look_up(a_text(), NOW) == ()
    fake.store.now.now = NOW + timedelta(seconds=90)
    assert len(await twilio.look_up(a_text(), NOW)) == 1


async def test_half_a_list_is_no_answer(fake, twilio):
    fake.store.largest_page = 1
    for _text in range(PAGES + 1):
        await twilio.send(a_text())
    assert type(await not_told(twilio.look_up(a_text(), NOW))) is Unreachable


async def test_a_record_without_a_moment_may_be_the_one_and_one_without_an_id_is_no_answer(
    fake, twilio
):
    sent = await twilio.send(a_text())
    kept(fake, sent.external_id)["date_created"] = None
    assert len(await twilio.look_up(a_text(), NOW + timedelta(days=1))) == 1
    kept(fake, sent.external_id)["sid"] = None
    assert type(await not_told(twilio.look_up(a_text(), NOW))) is Unreachable
