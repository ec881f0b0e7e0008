"""Two colleagues answer one message: one answer leaves, and the other one is told."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from bot.domain import Inbound
from bot.handlers import simulated
from bot.turns import take
from tests.stage import Play

pytestmark = pytest.mark.afternoon


async def asked(play: Play) -> int:
    """Leanne asks something that two of the team can see; returns the task."""
    await play.at("2026-11-30 13:40")
    await play.writes("P01", "can you ring me about the taxi")
    (task,) = await play.tasks(kind="message", case="P01")
    return int(task["id"])


async def answers(play: Play, who: str, words: str, task: int) -> None:
    """Reply to the notice, wherever it was seen: its button names the task."""
    line = await play.database.read(lambda c: simulated.line(c, who))
    assert line is not None
    inbound = Inbound(line[0], f"in-{uuid.uuid4().hex}", line[1], words=words, notice=f"t:{task}:")
    await take(play.database, play.service.taskforce, inbound, play.now)


async def to_leanne(play: Play) -> list[str]:
    return [text for text in await play.received("P01") if "taxi" in text]


async def test_two_answer_in_the_same_second_and_one_answer_leaves(play: Play):
    task = await asked(play)
    await asyncio.gather(
        answers(play, "DO", "taxi is booked for 8", task),
        answers(play, "MB", "I will sort a taxi", task),
    )
    await play.later(seconds=30)
    (sent,) = await to_leanne(play)
    second = "MB" if "Dani" in sent else "DO"
    told = (await play.last(second))["text"]
    first = "Dani" if second == "MB" else "Marcus"
    assert told.startswith(f"{first} took this on at 13:40. Your words have not been sent."), told


async def test_whoever_comes_second_may_send_theirs_too(play: Play):
    task = await asked(play)
    await answers(play, "DO", "taxi is booked for 8", task)
    await play.later(seconds=30)
    await answers(play, "MB", "and I will ride in the taxi", task)
    await play.service.settle()
    told = await play.last("MB")
    assert told["text"].startswith("Dani answered this at 13:40.")
    await play.presses("MB", "send", told["turn"])
    await play.later(seconds=30)
    assert [text.splitlines()[-1] for text in await to_leanne(play)] == ["Dani", "Marcus"]


async def test_whoever_comes_second_may_forget_theirs(play: Play):
    task = await asked(play)
    await answers(play, "DO", "taxi is booked for 8", task)
    await answers(play, "MB", "I will sort a taxi", task)
    await play.service.settle()
    await play.presses("MB", "keep", (await play.last("MB"))["turn"])
    await play.later(seconds=30)
    assert len(await to_leanne(play)) == 1


async def test_what_somebody_took_on_and_left_is_free_again(play: Play):
    task = await asked(play)
    await play.presses("DO", f"t:{task}:ack")
    await play.later(minutes=31)
    await answers(play, "MB", "I will sort a taxi", task)
    await play.later(seconds=30)
    assert len(await to_leanne(play)) == 1


async def test_my_own_second_answer_needs_no_question(play: Play):
    task = await asked(play)
    for words in ("taxi is booked", "taxi comes at 8"):
        await answers(play, "DO", words, task)
    await play.later(seconds=30)
    assert len(await to_leanne(play)) == 2


async def test_an_answer_that_was_refused_keeps_nobody_else_from_it(play: Play):
    task = await asked(play)
    await answers(play, "DO", "taxi " * 600, task)
    await play.service.settle()
    assert (await play.last("DO"))["text"].startswith("Not sent:")
    await answers(play, "MB", "I will sort a taxi", task)
    await play.later(seconds=30)
    assert len(await to_leanne(play)) == 1


async def test_an_answer_to_danger_does_not_end_the_ladder(play: Play):
    await play.at("2026-11-30 13:40")
    await play.writes("P01", "I dont want to live any more")
    (crisis,) = await play.tasks(kind="crisis", case="P01")
    await answers(play, "DO", "I am ringing you now", int(crisis["id"]))
    await play.at("2026-11-30 14:00")
    assert any("Not taken yet" in text for text in await play.received("MB"))
