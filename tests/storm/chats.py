"""N7 and N9: updates nobody can read, and numbers that begin anew: no family's words are lost."""

from __future__ import annotations

import asyncio
import json
import time
from random import Random
from typing import Any

from sqlalchemy import func, select

from bot.handlers.chats import ChatDoor
from bot.handlers.family_bot import FamilyBot
from storage.tables import Quarantine
from tests.fakes.telegram import FAMILY_TOKEN
from tests.fakes.telegram_account import Account
from tests.storm.doors import (
    FIRST_CHAT,
    NOBODY,
    Deaf,
    Doors,
    all_doors,
    an_update,
    chat_call,
    logged,
)
from tests.storm.found import Found
from tests.storm.knock import all_knock, knock, quietly
from tests.storm.outbound import Outcome, Scale

GOOD_EACH = 50
LATE = 5.0  # seconds
AGAIN_AFTER = 0.5  # Telegram waits longer each time; this is its first wait, and no shorter
FEW_NUMBERS = 40  # of updates: so few that they meet again and again


async def n7(engine: str, scale: Scale, seed: int) -> Outcome:
    """Bring each chat an update nobody can read, and fifty good ones that wait behind it."""
    found, chance = Found("N7", scale.messages * GOOD_EACH), Random(seed)
    times: list[float] = []
    async with all_doors(engine) as (doors,):
        with quietly():
            chats = [_chat(doors, found, times, chat, chance) for chat in range(scale.messages)]
            await asyncio.gather(*chats)
        kept, aside = await logged(doors.database, "good "), await _aside(doors)
    found.expect(aside == scale.messages, f"{aside} of {scale.messages} kept for a person")
    for chat in range(scale.messages):
        for number in range(GOOD_EACH):
            count = kept.get(f"good {chat} {number}", 0)
            found.expect(count == 1, f"a good message is logged {count} times")
    slowest = max(times, default=0.0)
    found.expect(slowest < LATE, "good ones wait behind what nobody can read")
    return found.outcome(f"chats {scale.messages} good_waited {slowest:.2f}s kept_aside {aside}")


async def _chat(doors: Doors, found: Found, times: list[float], chat: int, chance: Random) -> None:
    """One chat's updates, in order: what is not taken comes again, and all else waits for it."""
    who, first = FIRST_CHAT + chat % 100, 1_000 * (chat + 1)
    poison = POISONS[chance.randrange(len(POISONS))](an_update(who, first, f"poison {chat}"))
    good = [an_update(who, first + n + 1, f"good {chat} {n}") for n in range(GOOD_EACH)]
    began = time.monotonic()
    for number, update in enumerate((poison, *good)):
        while await knock(doors.app, chat_call(update)) != 200:
            if time.monotonic() - began > LATE:
                found.expect(holds=False, words="a chat stands still behind what nobody can read")
                return
            await asyncio.sleep(AGAIN_AFTER)
        if number == 0:  # so long the good ones have waited for it
            times.append(time.monotonic() - began)


async def _aside(doors: Doors) -> int:
    query = select(func.count()).select_from(Quarantine)
    return await doors.database.read(lambda c: c.execute(query).scalar_one())


def _half(update: dict[str, Any]) -> bytes:
    return json.dumps(update).encode()[:-9]


def _nobody(update: dict[str, Any]) -> bytes:
    del update["message"]["from"]
    return json.dumps(update).encode()


def _somebody_else(update: dict[str, Any]) -> bytes:
    update["message"]["from"]["id"] += 1
    return json.dumps(update).encode()


def _words_that_are_none(update: dict[str, Any]) -> bytes:
    update["message"]["text"] = {"words": [update["message"]["text"]]}
    return json.dumps(update).encode()


def _too_deep(update: dict[str, Any]) -> bytes:
    update["message"]["reply_to_message"] = "deep"
    return json.dumps(update).encode().replace(b'"deep"', b'{"a":' * 20_000 + b"1" + b"}" * 20_000)


def _endless(update: dict[str, Any]) -> bytes:
    update["message"]["text"] = f"{update['message']['text']} " + "a" * 70_000
    return json.dumps(update).encode()


def _of_no_kind(update: dict[str, Any]) -> bytes:
    return json.dumps({"update_id": update["update_id"], "poll": update["message"]}).encode()


def _no_text(update: dict[str, Any]) -> bytes:
    return json.dumps(update).encode().replace(b"poison", b"\xff\xfe\xed\xa0\x80")


def _huge_number(update: dict[str, Any]) -> bytes:
    update["update_id"] = 10**30 + update["update_id"]
    return json.dumps(update).encode()


POISONS = (
    _half, _nobody, _somebody_else, _words_that_are_none, _too_deep, _endless, _of_no_kind,
    _no_text, _huge_number,
)  # fmt: skip


async def n9(engine: str, scale: Scale, seed: int) -> Outcome:
    """Number updates as Telegram does after a quiet week, from anywhere; all that is new is taken.

    Half are brought, half are fetched; one in three comes again, which changes nothing.
    """
    found, chance = Found("N9", scale.messages), Random(seed)
    half = scale.messages // 2
    async with all_doors(engine) as (doors,):
        with quietly():
            again = await _brought(doors, half, chance)
            await _fetched(doors, range(half, scale.messages), chance)
        kept = await logged(doors.database, "numbered ")
    for number in range(scale.messages):
        count, way = kept.get(f"numbered {number}", 0), "brought" if number < half else "fetched"
        found.expect(count >= 1, f"a message is dropped, {way}")
        found.expect(count <= 1, f"a message is taken twice, {way}")
    return found.outcome(f"numbers {FEW_NUMBERS} brought_again {again}")


async def _brought(doors: Doors, messages: int, chance: Random) -> int:
    """Every number of an update is used again and again, for other words."""
    calls = []
    for number in range(messages):
        chat, update_id = FIRST_CHAT + number % 7, 1 + chance.randrange(FEW_NUMBERS)
        update = an_update(chat, number, f"numbered {number}", update_id=update_id)
        calls.append(chat_call(update))
    again = chance.sample(calls, len(calls) // 3)
    calls += again
    chance.shuffle(calls)
    await all_knock(lambda _: doors.app, calls)
    return len(again)


async def _fetched(doors: Doors, numbers: range, chance: Random) -> None:
    """Telegram's queue, fetched as the service fetches it; now and then it counts from anywhere."""
    account = Account(FAMILY_TOKEN, "MarlbridgeFamilyBot", time.time)
    door = _door(doors)
    after: int | None = None
    waiting = list(numbers)
    while waiting:
        account.next_update_id = chance.randrange(1, 2**31 - 10_000)
        for _ in range(chance.randrange(1, 12)):
            if waiting:
                number = waiting.pop(0)
                chat, update_id = FIRST_CHAT + number % 7, account.next_update_id
                update = an_update(chat, number, f"numbered {number}", update_id=update_id)
                account.queued(chat, update)
        for _ in range(3):  # the second says what was taken, the third that nothing is left
            updates = await account.updates(0 if after is None else after + 1, 100, 0)
            assert isinstance(updates, list)
            after = await door.take_batch(updates)


def _door(doors: Doors) -> ChatDoor:
    """The door of a bot that fetches."""
    chat = Deaf(FAMILY_TOKEN, NOBODY)
    now = doors.clock.now
    return ChatDoor(chat, FamilyBot(chat), "", doors.database, doors.taskforce, now, lambda: None)
