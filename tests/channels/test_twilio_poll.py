"""Texts of families that no webhook brought: Twilio is asked for them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from bot.channels.twilio import Twilio
from bot.domain import Inbound, Unread
from tests.channels.texts import LEANNE, NOW, SERVICE, a_provider, a_text
from tests.fakes import twilio as their
from tests.fakes.twilio import FakeTwilio, arrived, inbound

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def fake() -> AsyncIterator[FakeTwilio]:
    async with FakeTwilio() as server:
        server.store.now = lambda: NOW
        yield server


@pytest.fixture
async def twilio(fake) -> AsyncIterator[Twilio]:
    provider = a_provider(fake.base_url)
    yield provider
    await provider.close()


async def test_a_text_that_no_webhook_brought_is_found_and_is_the_same_as_if_one_had(fake, twilio):
    words = "2. He's had a hard week 😟\nCan you call? جی ہاں"
    sid = fake.store.hear(LEANNE, words, their.SENDER)
    brought = twilio.message(arrived(inbound(LEANNE, words, sid=sid)))
    assert await twilio.received_since(NOW) == (replace(brought, said_at=NOW),)
    assert brought.words == words


async def test_a_text_we_had_the_words_of_deleted_is_no_blank_text_of_a_family(fake, twilio):
    sid = fake.store.hear(LEANNE, "he wont get up", their.SENDER)
    await twilio.forget(sid)
    (emptied,) = await twilio.received_since(NOW)
    assert isinstance(emptied, Unread)
    assert emptied.external_id == sid


async def test_texts_are_told_oldest_first_and_none_of_another_day_or_number(fake, twilio):
    heard = {
        n: fake.store.hear(LEANNE, f"{n}", their.SENDER, made_at=NOW - n * MINUTE)
        for n in Random(5).sample(range(120), 120)
    }
    fake.store.hear(LEANNE, "to somebody else", "+447700900998")
    await twilio.send(a_text(their.SENDER))
    fake.store.largest_page = 7
    found = await twilio.received_since(NOW - 60 * MINUTE)
    assert [one.external_id for one in found] == [heard[n] for n in range(61, -1, -1)]
    assert all("To=%2B447700900999" in asked for asked in fake.questions)


@pytest.mark.parametrize(
    ("since", "made_at"),
    [
        ("2026-12-02T00:00:30+00:00", "2026-12-01T23:59:50+00:00"),  # two clocks differ
        ("2026-06-02T00:40:00+01:00", "2026-06-01T23:40:00+00:00"),  # London is a day ahead
    ],
)
async def test_a_text_at_midnight_is_not_lost_between_two_days(fake, twilio, since, made_at):
    moment = datetime.fromisoformat(made_at)
    fake.store.hear(LEANNE, "Help", their.SENDER, made_at=moment)
    found = await twilio.received_since(datetime.fromisoformat(since))
    assert [one.words for one in found] == ["Help"]


async def test_pictures_come_along_unnamed(fake, twilio):
    fake.store.hear(LEANNE, "", their.SENDER, num_media="2")
    (heard,) = await twilio.received_since(NOW)
    assert heard.media == ("application/octet-stream",) * 2


async def test_a_text_that_is_still_arriving_is_left_for_the_next_time(fake, twilio):
    fake.store.hear(LEANNE, "He has not", their.SENDER, status="receiving")
    assert await twilio.received_since(NOW) == ()


async def test_a_service_hears_what_came_to_any_of_its_numbers_and_to_no_other(fake):
    provider = a_provider(fake.base_url, sender=SERVICE)
    fake.store.hear(LEANNE, "one", "+447700900997", messaging_service_sid=SERVICE)
    fake.store.hear(LEANNE, "two", "+447700900998", messaging_service_sid=SERVICE)
    fake.store.hear(LEANNE, "of another team", their.SENDER)
    await provider.send(a_text())
    assert [one.words for one in await provider.received_since(NOW)] == ["one", "two"]
    await provider.close()


@pytest.mark.parametrize(
    "odd",
    [
        {"from_": "HMRC", "body": "Hello"},
        {"from_": "", "body": "Hello"},
        {"from_": LEANNE, "body": None},
        {"from_": LEANNE, "body": "Hello", "num_media": "many"},
    ],
)
async def test_a_text_nobody_can_read_is_for_a_person_and_holds_up_no_other(fake, twilio, odd):
    sid = fake.store.hear(odd.pop("from_"), odd.pop("body"), their.SENDER, **odd)
    fake.store.hear(LEANNE, "Can you call?", their.SENDER)
    unread, heard = await twilio.received_since(NOW)
    assert isinstance(unread, Unread)
    assert (unread.external_id, json.loads(unread.body)["sid"]) == (sid, sid)
    assert "Hello" not in f"{unread.reason}{unread!r}"
    assert isinstance(heard, Inbound)


async def test_a_text_without_an_id_keeps_one_name_however_often_it_is_found(fake, twilio):
    sid = fake.store.hear(LEANNE, "Hello", their.SENDER)
    fake.store.kept[sid].said["sid"] = None
    (first,) = await twilio.received_since(NOW)
    (second,) = await twilio.received_since(NOW)
    assert first.external_id == second.external_id
    assert first.external_id.startswith("unreadable:")


async def test_what_no_database_keeps_is_cleaned_away(fake, twilio):
    fake.store.hear(LEANNE, "a\0b\ud800c😀", their.SENDER)
    fake.store.hear("HMRC", "a\0b\ud800c😀", their.SENDER)
    heard, unread = await twilio.received_since(NOW)
    assert heard.words == "abc😀"
    assert unread.body.encode()


async def test_a_quiet_day_is_no_fault(twilio):
    assert await twilio.received_since(NOW) == ()
