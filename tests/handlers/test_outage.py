"""Telegram away for an hour: nothing is lost, nothing comes twice, and texts go on as ever."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.app import real_web
from bot.handlers.ear import OK
from tests.fakes.telegram import BLOCKED, FAMILY_TOKEN, UNAUTHORIZED, FakeTelegram
from tests.handlers.bots import BotPlay, both_bots
from tests.handlers.chat_people import CHATS, connected, said, texts
from tests.handlers.doors import client
from tests.handlers.listening import Pauses, health, until
from tests.handlers.other_phones import (
    DANIS_PHONE,
    LEANNES_PHONE,
    Telling,
    hears_from_leannes_phone,
    loses_their_number,
    phones,
)
from tests.stage import Play

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.thursday]

LEANNE = CHATS["P01"]
AWAY = "Telegram is away (Unreachable)"
ALERT = "message: KT P01. Open your desk to read it."


@pytest.fixture
async def bots(play: Play) -> AsyncIterator[BotPlay]:
    """Thursday, a minute before the check-ins; Leanne, Dawn and Dani use chats."""
    async with both_bots(play.database) as (opened, _fake):
        opened.channels["sms"] = Telling()
        opened.service.dispatcher.jitter = lambda: 1.0
        await connected(opened, "P01", "P16", "DO", "TW")
        await loses_their_number(opened, await opened.carer("P16"))
        yield opened


# ---- Away at the start ------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_the_service_starts_without_telegram_and_finds_it_later(sqlite_play: Play, mode):
    async with FakeTelegram() as fake:
        await fake.goes_away()
        play = await connected(BotPlay(sqlite_play.database, fake, mode), "P01", "DO")
        pauses = [Pauses(), Pauses()]
        ears = zip(play.service.ears, pauses, strict=True)
        play.service.ears = tuple(replace(ear, pause=pause) for ear, pause in ears)
        async with play.service.at_work():
            for pause in pauses:
                await pause.begun()
            found = {"database": "ok", "family_bot": AWAY, "staff_bot": AWAY}
            assert await health(play) == (200, found)
            assert (await play.http.get("/health/live")).status_code == 200
            await a_text_is_answered(play)
            await fake.comes_back()
            for pause in pauses:
                pause.over()
            await until(lambda: {ear.state for ear in play.service.ears} == {OK})
            assert await health(play) == (200, dict.fromkeys(found, "ok"))
            await fake.writes(FAMILY_TOKEN, LEANNE, "is he in on friday")
            await until(lambda: any("is he in on friday" in text for text in texts(play, "DO")))
        await play.close()


async def a_text_is_answered(play: BotPlay) -> None:
    """Samina has no chat: her words and Sean's answer go as they always do."""
    await play.writes("P03", "is he in on friday")
    assert "is he in on friday" in (await play.last("SG"))["text"]
    await play.writes("SG", "Yes, at nine.", reply_to=(await play.last("SG"))["id"])
    await play.later(seconds=11)
    assert (await play.received("P03"))[-1] == "Yes, at nine.\nSean"


# ---- Away for an hour -------------------------------------------------------------------------


async def test_a_chat_that_cannot_be_reached_gives_way_to_a_text_within_two_minutes(bots: BotPlay):
    await bots.fake.goes_away()
    await bots.at("2026-12-03 15:46")
    assert phones(bots).at(LEANNES_PHONE) == []
    await bots.at("2026-12-03 15:47")
    [text] = phones(bots).at(LEANNES_PHONE)
    assert "weekly check-in" in text
    await bots.fake.comes_back()
    await bots.at("2026-12-03 18:00")
    assert texts(bots, "P01") == []
    assert len(phones(bots).at(LEANNES_PHONE)) == 1


async def test_who_has_no_number_gets_it_when_telegram_is_back_and_their_worker_knows(
    bots: BotPlay,
):
    await bots.fake.goes_away()
    await bots.at("2026-12-03 16:44")
    [task] = await bots.tasks(kind="delayed")
    assert (task["case"], task["owner"]) == ("P16", "TW")
    await bots.fake.comes_back()
    await bots.at("2026-12-03 17:30")
    [question] = texts(bots, "P16")
    assert "weekly check-in" in question
    assert await bots.tasks(kind="delayed") == []


def a_digest(text: str) -> bool:
    """The end of the day says once more what waits."""
    return "\nStill waiting\n" in text


async def test_a_worker_gets_one_discreet_text_for_each_matter_and_all_of_it_later(bots: BotPlay):
    await bots.at("2026-12-03 15:45")
    await bots.fake.goes_away()
    for words in ("he wont get up", "is he in on friday"):
        await hears_from_leannes_phone(bots, words)
    await bots.at("2026-12-03 16:45")
    alerts = phones(bots).at(DANIS_PHONE)
    assert alerts == [ALERT] * 2
    before = texts(bots, "DO")
    await bots.fake.comes_back()
    await bots.at("2026-12-03 18:00")
    told = texts(bots, "DO")[len(before) :]
    for words in ("he wont get up", "is he in on friday"):
        assert sum(words in text and not a_digest(text) for text in told) == 1
    assert phones(bots).at(DANIS_PHONE) == alerts


async def test_what_people_wrote_meanwhile_waits_at_telegram_and_is_heard_once(bots: BotPlay):
    bots.http = None  # nothing of ours is reached
    await bots.fake.goes_away()
    for words in ("one", "two", "three"):
        await bots.fake.writes(FAMILY_TOKEN, LEANNE, words)
    await bots.at("2026-12-03 16:44")
    assert await said(bots, "P01") == []
    bots.http = client(real_web(bots.service))
    await bots.fake.comes_back()
    for _ in range(2):
        await bots.fake.redeliver(FAMILY_TOKEN)
    assert await said(bots, "P01") == ["one", "two", "three"]


async def test_a_token_that_was_taken_back_sends_everything_by_text_at_once(bots: BotPlay):
    bots.fake.goes_wrong(UNAUTHORIZED)
    await bots.at("2026-12-03 15:45")
    assert len(phones(bots).at(LEANNES_PHONE)) == 1
    await hears_from_leannes_phone(bots, "he wont get up")
    assert phones(bots).at(DANIS_PHONE).count(ALERT) == 1
    bots.fake.puts_right()
    await bots.at("2026-12-03 16:45")
    assert len(texts(bots, "P16")) == 1
    told = [text for text in texts(bots, "DO") if not a_digest(text)]
    assert sum("he wont get up" in text for text in told) == 1
    assert texts(bots, "P01") == []


async def test_one_family_that_blocks_us_is_no_fault_of_the_bots(bots: BotPlay):
    pauses = Pauses()
    bots.service.ears = tuple(replace(ear, pause=pauses) for ear in bots.service.ears)
    bots.fake.goes_wrong(BLOCKED, chat=LEANNE)
    await bots.at("2026-12-03 15:45")
    assert len(phones(bots).at(LEANNES_PHONE)) == 1
    assert len(texts(bots, "P16")) == 1
    async with bots.service.at_work():
        await until(lambda: {ear.state for ear in bots.service.ears} == {OK})
        assert (await health(bots))[0] == 200
