"""Everybody books at once: `python -m tests.storage.bookings_many [URL]` prints one line an engine.

Without an address both engines are tried, an SQLite file and a PostgreSQL server of its own; a
PostgreSQL database that is named has to be empty. There eight processes book at the same time.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, make_url, text

from bot.rules.visits import BOOKED, CANCELLED, Coming, NewVisit, Plan, Visit
from storage.booking import Taken, change_visit, make_visit
from storage.database import Database
from storage.migrate import upgrade
from storage.visits import find_visit
from tests.fakes.postgres import create_database, temporary_postgres
from tests.stage import open_stage
from tests.storage.rows import NOW, a_case, a_person, a_worker

STAFF = ("DO", "MB", "PN", "RA")
FAMILIES, DAYS, PROCESSES, AT_ONCE = 6, 5, 8, 8
MONDAY = datetime(2026, 12, 7, 9, tzinfo=UTC)
OVERLAPS = text(
    "SELECT count(*) FROM taken_time a JOIN taken_time b ON a.person_id = b.person_id"
    " AND a.id < b.id AND a.ended_at IS NULL AND b.ended_at IS NULL"
    " AND a.from_at < b.to_at AND b.from_at < a.to_at"
)
# Time that is taken for nothing, and a booked visit whose people are not all taken.
ASTRAY = text(
    "SELECT (SELECT count(*) FROM taken_time t JOIN visit v ON v.id = t.visit_id"
    " WHERE t.ended_at IS NULL AND (v.state <> 'booked' OR v.version <> t.version))"
    " + (SELECT count(*) FROM visit v WHERE v.state = 'booked' AND (SELECT count(*)"
    " FROM taken_time t WHERE t.visit_id = v.id AND t.ended_at IS NULL) < 3)"
)


@dataclass(frozen=True, slots=True)
class Booked:
    """What came of many attempts at once."""

    kept: int
    refused: int  # told who is taken, or that somebody else has moved the visit
    overlaps: int
    errors: int


def a_team(connection: Connection) -> None:
    """Put few workers and few families on record: they are in each other's way."""
    for ref in STAFF:
        a_worker(connection, ref)
    for number in range(FAMILIES):
        a_person(connection, f"C{number}")
        a_case(connection, f"P{number}")


def a_plan(chance: random.Random) -> Plan:
    begins = MONDAY + timedelta(days=chance.randrange(DAYS), minutes=30 * chance.randrange(16))
    coming = tuple(map(Coming, chance.sample(STAFF, chance.choice((1, 1, 2)))))
    home = chance.random() < 0.5
    place, travel = ("home", 20) if home else ("learning_centre", 0)
    return Plan(chance.choice((30, 60)), place, coming, begins, travel)


def booked(connection: Connection, chance: random.Random) -> Visit:
    family = chance.randrange(FAMILIES)
    new = NewVisit("ep_assessment", (f"P{family}",), f"C{family}", a_plan(chance))
    return make_visit(connection, new, "DO", NOW)


async def attempt(database: Database, chance: random.Random, made: list[int]) -> str:
    """Book, or move what was booked; a visit is often called off before, so that time is free."""
    seen = None
    if made and chance.random() < 0.6:
        number = chance.choice(made)
        seen = await database.read(lambda c: find_visit(c, number))
    if seen is not None and seen.state == BOOKED and chance.random() < 0.5:
        gone = seen
        await database.write(
            lambda c: change_visit(c, gone, gone.plan, CANCELLED, "by_us", "x", NOW)
        )
        seen = None
    seed = chance.random()
    try:
        visit = await database.write(lambda c: _tried(c, random.Random(seed), seen))
    except Taken as refusal:
        return "refused" if refusal.clashes else "unnamed"
    if visit is None:
        return "refused"
    made.append(visit.id)
    return "kept"


def _tried(connection: Connection, chance: random.Random, seen: Visit | None) -> Visit | None:
    """Book or move; a transaction that is tried again tries the very same."""
    if seen is None:
        return booked(connection, chance)
    return change_visit(connection, seen, a_plan(chance), BOOKED, "moved", "DO", NOW)


async def book_many(database: Database, attempts: int, seed: int, at_once: int) -> Counter[str]:
    """Make so many attempts, several of them in flight at any time."""
    chance, came = random.Random(seed), Counter[str]()
    made: list[int] = []
    left = iter(range(attempts))

    async def one_after_another() -> None:
        for _ in left:
            try:
                word = await attempt(database, chance, made)
            except Exception as error:  # noqa: BLE001 - whatever surfaces is what is counted
                word = "error"
                print(type(error).__name__, str(error)[:200], file=sys.stderr)
            came[word] += 1

    await asyncio.gather(*(one_after_another() for _ in range(at_once)))
    return came


async def looked_over(database: Database, came: Counter[str]) -> Booked:
    """Count with a query of its own what overlaps, and what is taken for nothing."""
    overlaps = await database.read(lambda c: c.execute(OVERLAPS).scalar_one())
    astray = await database.read(lambda c: c.execute(ASTRAY).scalar_one())
    errors = came["error"] + came["unnamed"] + astray
    return Booked(came["kept"], came["refused"], overlaps, errors)


async def _in_processes(url: str, attempts: int) -> Counter[str]:
    each = [attempts // PROCESSES + (n < attempts % PROCESSES) for n in range(PROCESSES)]
    command = (sys.executable, "-m", __spec__.name, "--worker", url)
    running = [
        await asyncio.create_subprocess_exec(
            *command, str(seed), str(count), stdout=asyncio.subprocess.PIPE
        )
        for seed, count in enumerate(each)
    ]
    said = [(await one.communicate())[0] for one in running]
    return sum((Counter(json.loads(words)) for words in said), Counter())


async def _worker(url: str, seed: int, attempts: int) -> None:
    database = open_stage(url)
    print(json.dumps(await book_many(database, attempts, seed, AT_ONCE)))
    await database.close()


async def _measure(url: str, attempts: int) -> None:
    database = open_stage(url)
    await database.write(upgrade)
    await database.write(a_team)
    began = time.perf_counter()
    came = await (
        _in_processes(url, attempts)
        if database.shared
        else book_many(database, attempts, 0, PROCESSES * AT_ONCE)
    )
    seconds = time.perf_counter() - began
    found = await looked_over(database, came)
    engine = make_url(url).get_backend_name()
    print(
        f"bookings {attempts} kept {found.kept} refused {found.refused} "
        f"overlaps {found.overlaps} errors {found.errors} seconds {seconds:.0f} engine {engine}"
    )
    await database.close()


@asynccontextmanager
async def _addresses(named: str) -> AsyncIterator[list[str]]:
    if named:
        yield [named]
        return
    with TemporaryDirectory() as folder, temporary_postgres() as socket:
        yield [f"sqlite:///{Path(folder) / 'visits.sqlite'}", await create_database(socket)]


async def _main(named: str = "") -> None:
    async with _addresses(named) as urls:
        for url in urls:
            await _measure(url, 10_000)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        asyncio.run(_worker(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
    else:
        asyncio.run(_main(*sys.argv[1:2]))
