"""Cut off and at work at the same moment: what was not done before it is never done."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Awaitable
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.scene.scene import Scene
from bot.turns.access import revoke
from storage import staff
from storage.addresses import hold_line, mark_line, person_by_ref
from storage.audit import first_broken
from storage.tables import Audit, DeskEntry, Outbox, Task
from tests.stage import Play
from tests.turns.visitors import Chat, at_the_door

ROUNDS, DEEDS = 12, 6
PAUSES = (0.0, 0.001, 0.005, 0.02)  # seconds before somebody acts


async def back_at_work(play: Play, number: int) -> list[int]:
    """Dani is let in again, and has some messages to take; returns their tasks."""

    def let_in(connection: Connection) -> int:
        dani = person_by_ref(connection, "DO")
        staff.set_active(connection, dani.id, active=True)
        line = hold_line(connection, "staff", "simulated-DO", play.now)
        mark_line(connection, line.id, person_id=dani.id)
        return connection.execute(select(func.coalesce(func.max(Task.id), 0))).scalar_one()

    last = await play.database.write(let_in)
    marta = Chat(play, "+447700900101", "sms")
    for which in range(DEEDS):
        await marta.alone(words=f"zofia asks for you {number} {which}")
    made = select(Task.id).where(Task.id > last, Task.kind == "message").order_by(Task.id)
    return await play.database.read(lambda c: list(c.execute(made).scalars()))


def done_by_dani(connection: Connection) -> tuple[int, ...]:
    """Everything that shows that Dani was heard, and everything that was said to Dani."""
    dani = person_by_ref(connection, "DO")
    counted = (
        select(func.count()).select_from(Audit).where(Audit.who == "DO"),
        select(func.count()).select_from(DeskEntry).where(DeskEntry.staff_id == dani.id),
        select(func.count()).select_from(Outbox).where(Outbox.person_id == dani.id),
    )
    return tuple(connection.execute(query).scalar_one() for query in counted)


async def cut_off(play: Play, number: int) -> tuple[int, ...]:
    """Cut Dani off; returns what Dani had done when that was committed."""

    def work(connection: Connection) -> tuple[int, ...]:
        revoke(Scene(connection, play.service.taskforce, play.now, f"off:{number}"), "DO", "system")
        return done_by_dani(connection)

    return await play.database.write(work)


async def in_a_moment(pause: float, deed: Awaitable[Any]) -> Any:
    if pause:
        await asyncio.sleep(pause)
    return await deed


def deeds(play: Play, tasks: list[int]) -> list[Any]:
    chat = Chat(play, "simulated-DO", "staff")
    pressed = [chat.alone(key=f"t:{task}:ack") for task in tasks]
    return [*pressed, chat.alone(words="/today"), chat.alone(words="hello, who is there")]


async def test_nothing_is_done_for_somebody_once_they_are_cut_off(
    play: Play, capsys, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, "storage")
    play = await at_the_door(play.database)
    dice = random.Random(5)
    heard: Counter[bool] = Counter()
    for number in range(ROUNDS):
        tasks = await back_at_work(play, number)
        before = await play.database.read(done_by_dani)
        todo = deeds(play, tasks)
        first = dice.randrange(len(todo))
        todo.insert(first, cut_off(play, number))
        outcomes = await asyncio.gather(*(in_a_moment(dice.choice(PAUSES), one) for one in todo))
        seen = outcomes.pop(first)
        assert not any(outcome.kept_after_fault for outcome in outcomes)
        assert await play.database.read(done_by_dani) == seen
        entries = seen[1] - before[1]
        heard.update({True: entries, False: len(outcomes) - entries})
    with capsys.disabled():
        print(f" {ROUNDS} races: {heard[True]} deeds came first, {heard[False]} too late ", end="")
    assert min(heard.values()) > 0, "each came first at times, or nothing was raced"
    assert caplog.text.count("tried again") <= 1, "a deadlock keeps a cut-off waiting for a second"
    assert await play.database.read(first_broken) is None
