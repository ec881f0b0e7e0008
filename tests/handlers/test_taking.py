"""What Telegram hands over, taken as it comes: nothing lost, nothing twice, nothing held back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.handlers.ear import OK
from storage.tables import DeskEntry, Quarantine
from tests.fakes.telegram import FAMILY_TOKEN
from tests.handlers.bots import both_bots
from tests.handlers.chat_calls import CHAT_OF, LEANNE, TOKENS, rows
from tests.handlers.chat_people import connected, said
from tests.handlers.doors import Away
from tests.handlers.listening import listening, until

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

BOTS = pytest.mark.parametrize("bot", ["family", "staff"])
MODES = pytest.mark.parametrize("mode", ["webhook", "polling"])


def poisons(chat: int) -> list[dict]:
    """Updates of one chat that nobody can read."""
    return [
        {"message": {"text": "half \ud83d", "date": "yesterday", "chat": {"id": chat}}},
        {"callback_query": {"id": 7, "from": {"id": chat}, "data": {"deep": [[]]}}},
        {"something_new": {"chat": {"id": chat}}},
    ]


@BOTS
async def test_while_the_database_is_away_nothing_is_confirmed_and_later_heard_once(
    sqlite_play, bot
):
    token, chat = TOKENS[bot], CHAT_OF[bot]
    async with both_bots(sqlite_play.database, "polling") as (play, fake):
        await connected(play, "P01", "DO")
        database = Away(play.database, faults=0)
        play.service.ears = tuple(
            replace(ear, door=replace(ear.door, database=database)) for ear in play.service.ears
        )
        async with listening(play, bot) as (ear, pauses):
            await until(lambda: ear.state == OK)
            database.faults = None
            for words in ("is he in on friday", "he wont eat"):
                await fake.writes(token, chat, words)
            await pauses.begun()
            assert ear.state == "the database is away"
            await pauses.next()
            assert len(fake.waiting(token)) == 2
            database.faults = 0
            pauses.over()
            await until(lambda: fake.waiting(token) == [])
        heard = await rows(play, DeskEntry.words) if bot == "staff" else await said(play, "P01")
        assert heard == ["is he in on friday", "he wont eat"]


async def test_after_a_quiet_week_telegram_counts_anew_and_nothing_is_passed_over(sqlite_play):
    async with both_bots(sqlite_play.database, "polling") as (play, fake):
        await connected(play, "P01")
        async with listening(play, "family"):
            for number, words in ((900_000, "one"), (7, "two"), (8, "three"), (500, "four")):
                fake.next_update_id(FAMILY_TOKEN, number)
                await fake.writes(FAMILY_TOKEN, LEANNE, f"{words} of them")
                await until(lambda: fake.waiting(FAMILY_TOKEN) == [])
        assert await said(play, "P01") == [f"{n} of them" for n in ("one", "two", "three", "four")]


@BOTS
@MODES
async def test_fifty_messages_behind_poisoned_ones_are_all_heard_in_their_order(
    sqlite_play, mode, bot
):
    async with both_bots(sqlite_play.database, mode) as (play, fake):
        await connected(play, "P01", "DO")
        words = [f"please ring me {n}" for n in range(50)]
        token, chat = TOKENS[bot], CHAT_OF[bot]
        async with listening(play, bot) as (ear, _pauses):
            await until(lambda: ear.state == OK)
            for poison in poisons(chat):
                await fake.update(token, poison)
            for one in words:
                await fake.writes(token, chat, one)
            await until(lambda: fake.waiting(token) == [])
        heard = await rows(play, DeskEntry.words) if bot == "staff" else await said(play, "P01")
        assert heard == words
        assert len(await rows(play, Quarantine.id)) == 3
