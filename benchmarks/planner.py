"""P5: the planner; what a due family costs must not depend on how many are stored."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from statistics import median

from sqlalchemy import Connection, delete, select, text, update

from benchmarks import fill
from benchmarks.asked import Asked
from benchmarks.ground import NOW, Ground, a_folder, laid, taskforce
from benchmarks.postgres import durable_postgres
from benchmarks.report import at_most, figure, heading, ratio, said, skipped
from scheduler.clock import Ticker
from storage.tables import Conversation, Due, NotSent, Outbox, Received
from tests.fakes.postgres import NoPostgres

THURSDAY = NOW + timedelta(days=2, hours=2, minutes=45)  # when families are asked, 15:45
IDLE_TICKS = 50
BEGUN = 0.9  # the check-in's day may be over for a family, but not for many


class Planned:
    """One database with so many families, of whom the first ones fall due in every round."""

    at = THURSDAY

    def __init__(self, ground: Ground, due: int) -> None:
        self.database, self.due = ground.open(), due
        self._ticker = Ticker(self.database, taskforce())

    async def busy(self) -> float:
        """Let families fall due, and plan them; returns microseconds a family."""
        await self.database.write(self.fall_due)
        began = time.perf_counter()
        ran = await self._ticker.run_due(self.at)
        took = time.perf_counter() - began
        begun = await self.database.read(_conversations)
        if ran < self.due or begun < BEGUN * self.due:
            raise SystemExit(f"only {begun} of {self.due} were asked: figures are void")
        return took / self.due * 1e6

    async def idle(self) -> float:
        """Tick with nothing due; returns milliseconds a tick."""
        took = []
        for _tick in range(IDLE_TICKS):
            began = time.perf_counter()
            await self._ticker.run_due(self.at)
            took.append(time.perf_counter() - began)
        return median(took) * 1000

    def fall_due(self, connection: Connection) -> None:
        """Undo the round before, and let the same families be due again."""
        undo(connection)
        first = [f"F{i}" for i in range(1, self.due + 1)]
        here = (Due.job == "check_in", Due.subject.in_(first))
        connection.execute(update(Due).where(*here).values(at=THURSDAY))

    async def quiet(self) -> None:
        """Let what the demonstration itself has due go by first."""
        await self._ticker.run_due(self.at)

    async def close(self) -> None:
        await self.database.close()


def undo(connection: Connection) -> None:
    """Take back what a round has asked families."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
    connection.execute(delete(Conversation))
    connection.execute(delete(Received).where(Received.channel == "clock"))
    connection.execute(delete(Outbox).where(Outbox.kind == "proactive"))
    connection.execute(delete(NotSent))
    connection.execute(delete(Due).where(Due.job == "silence"))


def _conversations(connection: Connection) -> int:
    return len(connection.execute(select(Conversation.person_id)).all())


async def p5(asked: Asked) -> None:
    """Measure the planner on both engines."""
    heading(f"P5  planner: {asked.due:,} check-ins due, of so many families stored")
    await _engine("SQLite", None, asked)
    try:
        with durable_postgres() as socket:
            await _engine("PostgreSQL", socket, asked)
    except NoPostgres as reason:
        skipped("PostgreSQL", reason)


async def _engine(name: str, socket: str | None, asked: Asked) -> None:
    with a_folder() as folder:
        stored = {}
        for count in asked.families:
            ground = await laid(folder, socket, partial(fill.families, count=count, now=NOW))
            stored[count] = Planned(ground, asked.due)
            await stored[count].quiet()
        busy: dict[int, list[float]] = {count: [] for count in stored}
        idle: dict[int, list[float]] = {count: [] for count in stored}
        for _round in range(asked.rounds + 1):
            for count, planned in stored.items():
                idle[count].append(await planned.idle())
                busy[count].append(await planned.busy())
        for planned in stored.values():
            await planned.close()
    show(name, {n: each[1:] for n, each in busy.items()}, idle)


def show(name: str, busy: Mapping[int, list[float]], idle: Mapping[int, list[float]]) -> None:
    """Print what one due family cost, and a tick with none, by how many are stored."""
    for count, each in busy.items():
        tick = median(idle[count])
        said(f"{name}, {count:>9,} stored: {median(each):>9,.0f} µs a family, idle {tick:.2f} ms")
    least, most = min(busy), max(busy)
    figure(f"{name}, {most:,} / {least:,} stored", ratio(busy[most], busy[least]), at_most(1.5))
    figure(f"{name}, idle tick, {most:,} stored", median(idle[most]), at_most(1, " ms"))
