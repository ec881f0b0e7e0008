"""P6: what a member of staff looks at; it must not grow with everybody else's contacts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from random import Random
from statistics import median
from typing import Any

from sqlalchemy import Connection, func, select

from benchmarks import fill
from benchmarks.asked import Asked
from benchmarks.ground import NOW, Ground, a_folder, laid
from benchmarks.postgres import durable_postgres
from benchmarks.report import at_most, figure, heading, ratio, said, skipped
from storage.contacts import on_case
from storage.database import Database
from storage.tables import Contact, ContactCase
from tests.fakes.postgres import NoPostgres

EACH = 100  # contacts of one family: more than half a year of check-ins
CASELOAD, WEEK = 25, timedelta(days=7)
SHOWN, LOOKS, AT_ONCE = 30, 60, 1_000_000

Look = Callable[[Connection, int], Any]


def whole_case(connection: Connection, family: int) -> int:
    """Read a whole case as the service does today: every contact, oldest first."""
    return len(on_case(connection, fill.FIRST + family))


def case_page(connection: Connection, family: int) -> int:
    """Read the last thirty contacts of a case, words and all."""
    query = (
        select(Contact)
        .join(ContactCase, ContactCase.contact_id == Contact.id)
        .where(ContactCase.case_id == fill.FIRST + family, ContactCase.ended_at.is_(None))
        .order_by(Contact.occurred_at.desc(), Contact.id.desc())
        .limit(SHOWN)
    )
    return len(connection.execute(query).all())


def digest(connection: Connection, family: int) -> int:
    """Count what passed with 25 families in a week, and read what they said."""
    people = [fill.FIRST + family + number for number in range(CASELOAD)]
    lately = (Contact.person_id.in_(people), Contact.occurred_at >= NOW - WEEK)
    counts = select(Contact.person_id, Contact.direction, func.count()).where(*lately)
    connection.execute(counts.group_by(Contact.person_id, Contact.direction)).all()
    heard = select(Contact.person_id, Contact.occurred_at, Contact.words).where(*lately)
    return len(connection.execute(heard.where(Contact.direction == "inbound")).all())


LOOKED_AT: Mapping[str, tuple[Look, range]] = {
    "case page, last 30": (case_page, range(SHOWN, SHOWN + 1)),
    "digest, 25 families, 7 days": (digest, range(CASELOAD, CASELOAD + 2)),
    "whole case, as today": (whole_case, range(EACH, EACH + 1)),
}


class Log:
    """One database with so many contacts."""

    def __init__(self, ground: Ground, contacts: int) -> None:
        self._database: Database = ground.open()
        self._homes = contacts // EACH
        self._chance = Random(7)

    async def looked_at(self, name: str) -> float:
        """Look at families picked by chance; returns the median of milliseconds a look."""
        look, expected = LOOKED_AT[name]
        families = [self._chance.randrange(1, self._homes - CASELOAD) for _ in range(LOOKS)]

        def work(connection: Connection) -> list[float]:
            took = []
            for family in families:
                began = time.perf_counter()
                found = look(connection, family)
                took.append(time.perf_counter() - began)
                if found not in expected:
                    raise SystemExit(f"{name}: {found} contacts were found: figures are void")
            return took

        return median(await self._database.read(work)) * 1000

    async def close(self) -> None:
        await self._database.close()


async def p6(asked: Asked) -> None:
    """Measure the pages on both engines."""
    heading(f"P6  pages of staff, {EACH} contacts a family, decryption included")
    await _engine("SQLite", None, asked)
    try:
        with durable_postgres() as socket:
            await _engine("PostgreSQL", socket, asked)
    except NoPostgres as reason:
        skipped("PostgreSQL", reason)


async def _engine(name: str, socket: str | None, asked: Asked) -> None:
    with a_folder() as folder:
        logs = {}
        for count in asked.contacts:
            ground = await laid(folder, socket, _homes(count))
            await _fill(ground, count)
            logs[count] = Log(ground, count)
        places = [(look, count) for look in LOOKED_AT for count in logs]
        found: dict[tuple[str, int], list[float]] = {place: [] for place in places}
        for _round in range(asked.rounds + 1):
            for look, count in places:
                found[look, count].append(await logs[count].looked_at(look))
        for log in logs.values():
            await log.close()
    _show(name, {key: each[1:] for key, each in found.items()}, list(logs))


def _homes(contacts: int) -> Callable[[Connection], None]:
    return partial(fill.families, count=contacts // EACH, now=NOW)


async def _fill(ground: Ground, count: int) -> None:
    """Fill the log in transactions of a million."""
    database = ground.open()
    for begin in range(0, count, AT_ONCE):
        numbers = range(begin, min(begin + AT_ONCE, count))
        await database.write(partial(fill.contacts, numbers=numbers, homes=count // EACH, now=NOW))
    await database.write(fill.settled)
    await database.close()


def _show(name: str, found: Mapping[tuple[str, int], list[float]], counts: list[int]) -> None:
    least, most = min(counts), max(counts)
    for look in LOOKED_AT:
        curve = ", ".join(f"{count:,}: {median(found[look, count]):.2f}" for count in counts)
        said(f"{name}, {look}, ms by contacts stored: {curve}")
        target, limit = (at_most(4), at_most(2, " ms")) if "today" not in look else (None, None)
        share = ratio(found[look, most], found[look, least])
        figure(f"{name}, {look}, {most:,} / {least:,}", share, target)
        figure(f"{name}, {look}, {most:,} stored", median(found[look, most]), limit)
