"""Telegram asks for silence: it gets it, and everything arrives afterwards, once and in order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from bot.channels.telegram_words import TELEGRAM_PACE
from tests.fakes.telegram import FAMILY_TOKEN, STAFF_TOKEN, flood
from tests.handlers.bots import BotPlay, both_bots
from tests.handlers.chat_people import connected, texts
from tests.handlers.other_phones import (
    DANIS_PHONE,
    LEANNES_PHONE,
    Telling,
    hears_from_leannes_phone,
    phones,
)
from tests.stage import Play

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.afternoon]

ASKED = 7  # seconds
CASES = ("P01", "P02")
LINES = [f"This is line {number}.\nDani" for number in range(3)]


@pytest.fixture
async def bots(play: Play) -> AsyncIterator[BotPlay]:
    """Dani has answered two families in three lines each, which leave in ten seconds."""
    async with both_bots(play.database, pace=TELEGRAM_PACE) as (opened, _fake):
        opened.channels["sms"] = Telling()
        opened.service.dispatcher.jitter = lambda: 0.0
        await connected(opened, *CASES, "DO")
        await opened.at("2026-11-30 14:00")
        notices = []
        for case in CASES:
            await opened.writes(case, "is he in on friday")
            await opened.later(seconds=5)
            notices.append((await opened.last("DO"))["id"])
        for number in range(3):
            for notice in notices:
                await opened.writes("DO", f"This is line {number}.", reply_to=notice)
        yield opened


def calls(play: BotPlay, token: str) -> int:
    return sum(c.method == "sendMessage" and c.token == token for c in play.fake.calls)


async def seconds_with_calls(play: BotPlay, token: str, seconds: int) -> list[int]:
    """Let time pass in steps; the seconds in which this bot called Telegram."""
    heard, before = [], calls(play, token)
    for second in range(1, seconds + 1):
        await play.later(seconds=1)
        if calls(play, token) > before:
            heard.append(second)
        before = calls(play, token)
    return heard


@pytest.mark.parametrize(
    ("token", "begins"), [(FAMILY_TOKEN, 9), (STAFF_TOKEN, 2)], ids=["families", "staff"]
)
async def test_nothing_calls_telegram_before_the_time_it_asked_for(bots: BotPlay, token, begins):
    await bots.later(seconds=begins)
    bots.fake.goes_wrong(flood(ASKED), method="sendMessage", token=token)
    times = await seconds_with_calls(bots, token, 23)
    assert len(times) >= 3
    assert all(later - earlier >= ASKED for earlier, later in pairwise(times))


async def test_after_the_storm_every_line_arrives_once_and_in_order(bots: BotPlay):
    bots.fake.goes_wrong(flood(ASKED), method="sendMessage")
    await bots.later(seconds=25)
    assert [texts(bots, case) for case in CASES] == [[], []]
    bots.fake.puts_right()
    await bots.later(seconds=60)
    assert [texts(bots, case) for case in CASES] == [LINES, LINES]
    assert phones(bots).at(LEANNES_PHONE) == []
    marks = [text for text in texts(bots, "DO") if text.startswith("Sent to")]
    assert len(marks) == len(CASES) * len(LINES)


async def test_a_silence_of_an_hour_is_kept_and_what_waits_goes_by_text(bots: BotPlay):
    """Nobody should wait an hour for what can be texted; staff at least hear that it is there."""
    await bots.later(seconds=9)
    bots.fake.goes_wrong(flood(3600), token=FAMILY_TOKEN, times=2)
    bots.fake.goes_wrong(flood(3600), token=STAFF_TOKEN, times=1)
    assert await seconds_with_calls(bots, FAMILY_TOKEN, 30) == [1]
    assert phones(bots).at(LEANNES_PHONE) == LINES
    assert texts(bots, "P01") == []
    before = texts(bots, "DO")
    await hears_from_leannes_phone(bots, "he wont get up")
    await bots.later(seconds=1)
    assert phones(bots).at(DANIS_PHONE) == ["message: KT P01. Open your desk to read it."]
    await bots.later(minutes=62)
    assert phones(bots).at(LEANNES_PHONE) == LINES
    assert len(phones(bots).at(DANIS_PHONE)) == 1
    told = texts(bots, "DO")[len(before) :]
    assert sum("he wont get up" in text for text in told) == 1
