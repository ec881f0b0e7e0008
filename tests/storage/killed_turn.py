"""Turns that are killed half-way: a process of its own, which forks one child for each step.

Run by `tests/test_crash.py`. A line it reads is one storm, {"url", "words", "now", "phones"}, and
a line it writes says where each phone's turn was killed: before its first statement, before its
second, and so on; then one that lived; then one killed at the door of COMMIT, and one just behind
it. The last phone's turn runs first, unharmed.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, event

from bot.domain import Inbound
from bot.scene.scene import Taskforce
from bot.turns import take
from storage.database import Database, PostgresDatabase
from tests.stage import marlbridge_taskforce, open_stage

BEFORE_COMMIT, AFTER_COMMIT, LIVED = "before COMMIT", "after COMMIT", "lived"
UNHARMED = 0  # no turn has such a step


def die() -> None:
    """Go as a power cut goes: no `finally`, no goodbye to the database."""
    os.kill(os.getpid(), signal.SIGKILL)


def engine_of(database: Database) -> Engine:
    if isinstance(database, PostgresDatabase):
        return database._engine.sync_engine
    writer: Engine = database._writer._engine  # type: ignore[attr-defined]
    return writer


def lay_in_wait(engine: Engine, step: int | str) -> None:
    """Kill this process at one step of the next transaction."""
    seen = {"statements": 0, "commits": 0}

    @event.listens_for(engine, "before_cursor_execute")
    def _statement(*_about: Any) -> None:
        seen["statements"] += 1
        if seen["statements"] == step:
            die()

    @event.listens_for(engine, "commit")
    def _commit(_connection: Any) -> None:
        seen["commits"] += 1
        if step == BEFORE_COMMIT:
            die()

    @event.listens_for(engine, "checkin")
    def _given_back(*_about: Any) -> None:
        if seen["commits"] and step == AFTER_COMMIT:
            die()


async def one_turn(
    url: str, taskforce: Taskforce, inbound: Inbound, now: datetime, step: int | str
) -> None:
    database = open_stage(url)
    lay_in_wait(engine_of(database), step)
    await take(database, taskforce, inbound, now)
    await database.close()


def killed(
    url: str, taskforce: Taskforce, inbound: Inbound, now: datetime, step: int | str
) -> bool:
    """Run one turn in a child. False: it lived, because it has no such step."""
    child = os.fork()
    if child == 0:
        asyncio.run(one_turn(url, taskforce, inbound, now, step))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, f"the turn broke at step {step}"
    return False


def storm(asked: dict[str, Any]) -> Iterator[int | str]:
    """Kill one turn a phone, each a step later; say where."""
    taskforce, now = marlbridge_taskforce(), datetime.fromisoformat(asked["now"])
    url, phones = asked["url"], asked["phones"]
    *first, last = [Inbound("sms", f"in-{phone}", phone, asked["words"]) for phone in phones]
    # What one turn compiles here every child has from its birth: most of its time went there.
    asyncio.run(one_turn(url, taskforce, last, now, UNHARMED))
    gc.freeze()  # or every child goes through what all of them share, and makes it its own
    messages, step = iter(first), 1
    while killed(url, taskforce, next(messages), now, step):
        yield step
        step += 1
    yield LIVED
    for door in (BEFORE_COMMIT, AFTER_COMMIT):
        assert killed(url, taskforce, next(messages), now, door)
        yield door


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(list(storm(json.loads(line)))), flush=True)
