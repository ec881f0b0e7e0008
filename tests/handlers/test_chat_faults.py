"""When something is wrong with us: Telegram is told to come again, or the words are kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.handlers.chats import ChatDoor
from storage.tables import Quarantine, Received
from tests.fakes.telegram import FAMILY_TOKEN
from tests.handlers.bots import BotPlay, Mode, both_bots
from tests.handlers.chat_calls import (
    CHAT_OF,
    LEANNE,
    TOKENS,
    WORDS,
    blocked,
    door_of,
    knock,
    nothing_happened,
    rows,
    with_doors,
    written,
)
from tests.handlers.chat_people import connected, said, texts
from tests.handlers.doors import Away
from tests.handlers.test_sms_faults import break_the_check_in
from tests.stage import Play, open_stage

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

BOTS = pytest.mark.parametrize("bot", ["family", "staff"])


@pytest.fixture
async def bots(sqlite_play: Play) -> AsyncIterator[BotPlay]:
    async with both_bots(sqlite_play.database) as (opened, _fake):
        yield await connected(opened, "P01", "DO")


class TestTheDatabaseIsAway:
    @BOTS
    @pytest.mark.parametrize("update", ["a message", "something unreadable", "no JSON", "a block"])
    async def test_telegram_is_asked_to_come_again_and_comes(self, bots, bot, update, caplog):
        body = {
            "a message": written(bot),
            "something unreadable": json.dumps({"update_id": 1, "poll": {"words": WORDS}}).encode(),
            "no JSON": WORDS.encode(),
            "a block": blocked(bot),
        }[update]
        away = with_doors(bots, database=Away(bots.database))
        answer = await knock(bots, bot, body, away)
        assert (answer.status_code, answer.content) == (503, b"")
        assert int(answer.headers["retry-after"]) <= 60
        assert WORDS not in caplog.text
        assert await nothing_happened(bots)
        for _ in range(2):
            assert (await knock(bots, bot, body)).status_code == 200
        received = await rows(bots, Received.channel, Received.channel.in_(("telegram", "staff")))
        assert len(received) == 1

    @BOTS
    async def test_a_closed_and_a_missing_database_are_away_too(self, bots, bot):
        gone = open_stage("postgresql+asyncpg://postgres@/gone?host=/nonexistent")
        assert (await knock(bots, bot, written(bot), with_doors(bots, database=gone))
                ).status_code == 503  # fmt: skip
        await gone.close()

    async def test_what_leanne_wrote_meanwhile_is_heard_once_when_it_is_back(self, bots):
        there, open_door = bots.database, bots.http
        bots.http = with_doors(bots, database=Away(there))
        await bots.fake.writes(FAMILY_TOKEN, LEANNE, WORDS)
        await bots.fake.writes(FAMILY_TOKEN, LEANNE, "and come quickly")
        assert (bots.answers, len(bots.fake.waiting(FAMILY_TOKEN))) == ([503], 2)
        bots.http = open_door
        await bots.fake.redeliver(FAMILY_TOKEN)
        await bots.fake.redeliver(FAMILY_TOKEN)
        assert await said(bots, "P01") == [WORDS, "and come quickly"]
        assert bots.fake.waiting(FAMILY_TOKEN) == []

    @BOTS
    async def test_nothing_that_was_fetched_is_confirmed_until_it_is_taken(self, sqlite_play, bot):
        async with both_bots(sqlite_play.database, "polling") as (play, fake):
            await connected(play, "P01", "DO")
            for words in (WORDS, "and come quickly"):
                await fake.writes(TOKENS[bot], CHAT_OF[bot], words)
            chat, door = door_of(play, bot)
            away = replace(door, database=Away(play.database))
            for _ in range(3):
                with pytest.raises(Exception, match="select 1"):
                    await away.take_batch(await chat.updates(None, 0))
            assert len(fake.waiting(TOKENS[bot])) == 2
            assert await nothing_happened(play)
            await play.catch_up()
            assert fake.waiting(TOKENS[bot]) == []
            if bot == "family":
                assert await said(play, "P01") == [WORDS, "and come quickly"]


class Raising:
    """A library that fails in a way nobody thought of."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault

    async def read(self, update):
        raise self.fault


class TestOurOwnFaults:
    @pytest.mark.thursday
    async def test_when_a_conversation_breaks_leannes_press_still_reaches_dani(
        self, bots, monkeypatch, caplog
    ):
        await bots.at("2026-12-03 15:45")
        break_the_check_in(monkeypatch)
        asked = bots.fake.sent(FAMILY_TOKEN, LEANNE)[-1]
        await bots.fake.presses(FAMILY_TOKEN, LEANNE, asked["message_id"], label="Hard")
        await bots.catch_up()
        assert bots.answers == [200]
        assert texts(bots, "DO")[-1].endswith("hard\n(our fault: not answered, please read)")
        assert await said(bots, "P01") == ["hard"]
        assert "ZeroDivisionError" in caplog.text

    @BOTS
    @pytest.mark.parametrize("mode", ["webhook", "polling"])
    @pytest.mark.parametrize("fault", [ZeroDivisionError(WORDS), OSError(WORDS), MemoryError()])
    async def test_what_a_library_fails_on_is_kept_and_the_next_words_are_heard(
        self, sqlite_play, bot, mode: Mode, fault, caplog
    ):
        async with both_bots(sqlite_play.database, mode) as (play, _fake):
            await connected(play, "P01", "DO")
            _chat, door = door_of(play, bot)
            await taken(replace(door, reader=Raising(fault)), written(bot), mode)
            assert await rows(play, Quarantine.body) == [written(bot).decode()]
            assert await rows(play, Quarantine.reason) == ["reading it failed"]
            assert WORDS not in caplog.text
            assert type(fault).__name__ in caplog.text
            await taken(door, written(bot, number=2), mode)
            assert len(await rows(play, Quarantine.id)) == 1

    @BOTS
    async def test_news_of_a_block_that_we_fail_on_is_kept_and_holds_nothing_back(
        self, bots, bot, monkeypatch
    ):
        def crash(*noted):
            raise ZeroDivisionError(WORDS)

        monkeypatch.setattr("bot.turns.reach.chat_lost", crash)
        assert (await knock(bots, bot, blocked(bot))).status_code == 200
        assert await rows(bots, Quarantine.reason) == ["acting on it failed"]
        assert (await knock(bots, bot, written(bot, number=2))).status_code == 200


async def taken(door: ChatDoor, body: bytes, mode: Mode) -> None:
    if mode == "webhook":
        await door._take_bytes(body)
    else:
        assert await door.take_batch([json.loads(body)]) == json.loads(body)["update_id"]


async def test_fetched_updates_of_one_chat_keep_their_order_and_chats_do_not_wait(bots):
    """The first of one chat takes its time; another chat is heard meanwhile."""
    heard, free = [], asyncio.Event()

    class Slow:
        async def read(self, update):
            if update["update_id"] == 1:
                await free.wait()
            heard.append(update["update_id"])
            if update["update_id"] == 3:
                free.set()
            return await door.reader.read(update)

    _chat, door = door_of(bots, "family")
    fetched = [json.loads(written("family", number)) for number in (1, 2, 3)]
    fetched[2]["message"]["chat"]["id"] = fetched[2]["message"]["from"]["id"] = LEANNE + 1
    assert await replace(door, reader=Slow()).take_batch(fetched) == 3
    assert heard == [3, 1, 2]
