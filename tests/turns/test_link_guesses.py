"""Whoever guesses links or codes is answered alike a few times, then not at all; somebody hears."""

from __future__ import annotations

import random

from bot.rules import doors
from storage.tables import Link
from tests.stage import Play
from tests.turns.visitors import CODE, WRONG, Chat, link_for, rows_of

GUESSES = 50
SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"


def guess(chance: random.Random) -> str:
    return "".join(chance.choices(SIGNS, k=43))


async def test_after_five_guesses_there_is_silence_one_alarm_and_no_link_is_looked_at(door: Play):
    chat = Chat(door, "5001")
    token = await link_for(door, "Leanne")
    chance = random.Random(20261130)
    for _guess in range(GUESSES):
        await chat.alone(words=f"/start {guess(chance)}")
    await chat.opens(token)
    heard = await chat.heard()
    assert len(heard) == doors.KNOCKS["link"] == 5
    assert len(set(heard)) == 1
    (alarm,) = await door.tasks(kind="knocking")
    assert alarm["owner"] == "HM"
    assert "at the family bot" in alarm["words"]
    (link,) = await rows_of(door, Link)
    assert (link.opened_at, link.ended_at) == (None, None)
    await door.later(hours=1)
    await chat.opens(token)
    await chat.writes(CODE)
    assert (await chat.heard())[-1].startswith("This chat is connected.")


async def test_another_days_guesses_are_told_again(quick_door: Play):
    await quick_door.without_digests()
    chat = Chat(quick_door, "5001")
    chance = random.Random(20261201)
    for _day in range(2):
        for _guess in range(8):
            await chat.alone(words=f"/start {guess(chance)}")
        await quick_door.later(hours=24, minutes=1)
    assert len(await quick_door.tasks(kind="knocking")) == 2


async def test_ten_codes_in_an_hour_are_enough(quick_door: Play):
    chat = Chat(quick_door, "5001")
    await chat.opens("A" * 43)
    for _try in range(12):
        await chat.alone(words=WRONG)
    await quick_door.service.settle()
    assert len(await chat.heard()) == 1 + doors.KNOCKS["code"] == 11
    assert len(await quick_door.tasks(kind="knocking")) == 1
