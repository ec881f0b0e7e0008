"""P9: what a child who is not in costs, and a register, must not depend on how many are stored."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from hashlib import sha256
from statistics import median

from sqlalchemy import Connection, select

from benchmarks import fill
from benchmarks.asked import Asked
from benchmarks.ground import NOW, Ground, a_folder, laid
from benchmarks.planner import Planned, show, undo
from benchmarks.postgres import durable_postgres
from benchmarks.report import at_most, figure, heading, ratio, said, skipped
from bot.imports.faults import Faults
from bot.imports.registers import MarkRow
from bot.imports.rows import NOWHERE
from bot.rules.marks import HALVES
from storage.attending import look_again
from storage.marks import Taking, take_in
from storage.tables import School
from tests.fakes.postgres import NoPostgres
from tests.imports.test_registers_many import upns

MORNING = NOW.replace(hour=10, minute=30)  # families are asked from 10:15 until noon
PUPILS = 500  # of the register that comes in; a mark for each of them in each half of a day
MARKS = PUPILS * len(HALVES)


class Morning(Planned):
    """One database with so many children, of whom the first ones are not in this morning."""

    at = MORNING

    def __init__(self, ground: Ground, due: int) -> None:
        super().__init__(ground, due)
        self._day = NOW.date() - timedelta(days=30)

    def fall_due(self, connection: Connection) -> None:
        """Undo the round before, and have the same children looked at again."""
        undo(connection)
        look_again(connection, [fill.FIRST + i for i in range(1, self.due + 1)], MORNING)

    async def register(self) -> float:
        """Take in the register of one more day; returns milliseconds."""
        self._day += timedelta(days=1)
        began = time.perf_counter()
        await self.database.write(self._take_in)
        return (time.perf_counter() - began) * 1000

    def _take_in(self, connection: Connection) -> None:
        school = connection.execute(select(School.id).where(School.name == fill.SCHOOL))
        digest = sha256(str(self._day).encode()).hexdigest()
        taking = Taking("folder", "folder", digest, NOW, school.scalar_one())
        rows = [MarkRow(upn, "", self._day, half, "/", NOWHERE) for upn in UPNS for half in HALVES]
        if take_in(connection, rows, taking, Faults()).new != MARKS:
            raise SystemExit("the register did not come in: figures are void")


UPNS = tuple(upns(PUPILS))


async def p9(asked: Asked) -> None:
    """Measure both on both engines."""
    heading(f"P9  attendance: {asked.due:,} not in this morning, of so many children stored")
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
            filled = partial(_filled, count=count, absent=asked.due)
            stored[count] = Morning(await laid(folder, socket, filled), asked.due)
            await stored[count].quiet()
        busy: dict[int, list[float]] = {count: [] for count in stored}
        idle: dict[int, list[float]] = {count: [] for count in stored}
        took: dict[int, list[float]] = {count: [] for count in stored}
        for _round in range(asked.rounds + 1):
            for count, morning in stored.items():
                idle[count].append(await morning.idle())
                busy[count].append(await morning.busy())
                took[count].append(await morning.register())
        for morning in stored.values():
            await morning.close()
    show(name, {n: each[1:] for n, each in busy.items()}, idle)
    _show_registers(name, {n: each[1:] for n, each in took.items()})


def _filled(connection: Connection, count: int, absent: int) -> None:
    fill.families(connection, count, NOW)
    fill.registers(connection, count, NOW, absent)
    fill.pupils_named(connection, UPNS)


def _show_registers(name: str, took: Mapping[int, list[float]]) -> None:
    for count, each in took.items():
        said(f"{name}, {count:>9,} stored: a register of {MARKS:,} marks {median(each):>7,.0f} ms")
    least, most = min(took), max(took)
    what = f"{name}, a register, {most:,} / {least:,} stored"
    figure(what, ratio(took[most], took[least]), at_most(1.5))
