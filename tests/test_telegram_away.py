"""Telegram is away, floods us with refusals, or a family blocks the bot: nothing is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.channels.telegram_words import TELEGRAM_PACE
from storage.tables import Address, Outbox, Person
from tests.fakes.telegram import FAMILY_TOKEN, STAFF_TOKEN, flood
from tests.handlers.bots import both_bots
from tests.stage import Play

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

LEANNE, DAWN, DANI = 5001, 5016, 4001


@pytest.mark.thursday
async def test_an_hour_without_telegram_loses_nothing_and_texts_stand_in(play: Play):
    async with both_bots(play.database, "polling") as (bots, fake):
        await bots.uses_chat("C001", LEANNE)
        await bots.uses_chat("DO", DANI)
        await fake.goes_away()
        await bots.at("2026-12-03 15:50")
        assert bots.chat(LEANNE) == []
        (asked,) = [m for m in await bots.phone("C001") if m["at"] > "2026-12-03"]
        assert asked["channel"] == "sms"
        await bots.writes("P02", "help with the bus please")
        await bots.later(minutes=55)
        alerts = [m for m in await texts_to(bots, "DO") if "P02" in m]
        assert alerts == ["message: ZW P02. Open your desk to read it."]
        await fake.comes_back()
        await bots.later(minutes=16)
        notices = bots.chat(DANI, STAFF_TOKEN)
        told = [words for words in notices if "Still waiting" not in words]  # no digest
        assert sum("help with the bus please" in words for words in told) == 1
        assert len(notices) == len(set(notices))
        assert bots.chat(LEANNE) == []
        assert not await bots.tasks(kind="uncertain")


async def texts_to(bots, ref: str) -> list[str]:
    """What a member of staff was sent by text."""
    query = (
        select(Outbox.text)
        .join(Address, Address.id == Outbox.address_id)
        .join(Person, Person.id == Address.person_id)
        .where(Person.ref == ref, Address.channel == "sms", Outbox.sent_at.is_not(None))
    )
    return await bots.database.read(lambda c: list(c.execute(query).scalars()))


@pytest.mark.thursday
async def test_a_storm_of_refusals_is_waited_out_and_everything_arrives_once(sqlite_play: Play):
    async with both_bots(sqlite_play.database, pace=TELEGRAM_PACE) as (bots, fake):
        await bots.uses_chat("C018", DAWN)
        await bots.uses_chat("C001", LEANNE)
        fake.goes_wrong(flood(30), token=FAMILY_TOKEN, method="sendMessage", times=2)
        await bots.at("2026-12-03 15:45")
        tried = sum(call.method == "sendMessage" for call in fake.calls)
        assert tried <= 2
        await bots.later(seconds=29)
        assert sum(call.method == "sendMessage" for call in fake.calls) == tried
        await bots.later(minutes=2)
        for chat in (LEANNE, DAWN):
            assert len(bots.chat(chat)) == 1
        assert not await bots.tasks(kind="undelivered", case="P01")


async def test_two_messages_to_one_chat_leave_a_second_apart_and_in_order(sqlite_play: Play):
    async with both_bots(sqlite_play.database, pace=TELEGRAM_PACE) as (bots, _fake):
        await bots.uses_chat("DO", DANI)
        await bots.writes("P01", "first thing")
        await bots.writes("P01", "second thing")
        assert len(bots.chat(DANI, STAFF_TOKEN)) == 1
        await bots.later(seconds=1)
        said = [words.rpartition(": ")[2] for words in bots.chat(DANI, STAFF_TOKEN)]
        assert said == ["first thing", "second thing"]
