"""C3: a process dies at each place where a message could be lost or doubled."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import asyncpg
from sqlalchemy import Connection, func, make_url, select

from bot.turns import take
from storage import outbox
from storage.database import Database
from storage.tables import Contact, Outbox
from tests.storage.rows import a_home
from tests.storm.deaths import UNHURRIED, WINDOWS, Case, begin, door_of, of, put, sender
from tests.storm.doomed import killed
from tests.storm.ground import Ground, ground, waits
from tests.storm.ledger import Ledger, Line
from tests.storm.outbound import Outcome, Scale

PATIENCE = 60.0  # seconds in which everything has to be put right
SHOWN = 5  # things that went wrong, in words
INBOUND = ("kept, 200 lost", "heard, answer not put out", "database locked")


async def c3(engine: str, scale: Scale, seed: int) -> Outcome:
    """Die at each of the eight windows so many times: what follows is what the table says."""
    began = time.monotonic()
    async with ground(engine) as laid:
        database, wrong = laid.open(), []
        try:
            for window in WINDOWS:
                wrong += await _window(laid, database, window, scale.messages)
        finally:
            await database.close()
    said = "; ".join(wrong[:SHOWN]) or "all as the table says"
    seconds = time.monotonic() - began
    cases = len(WINDOWS) * scale.messages
    return Outcome(
        "C3", cases, len(wrong), f"windows {len(WINDOWS)} ({said}) seconds {seconds:.0f}"
    )


async def _window(laid: Ground, database: Database, window: str, times: int) -> list[str]:
    """Die at one window again and again, put everything right once, and look at each."""
    first = list(WINDOWS).index(window) * times
    numbers = range(first, first + times)
    homes = await database.write(lambda c: [a_home(c, number) for number in numbers])
    cases = [Case(laid, window, n, home) for n, home in zip(numbers, homes, strict=True)]
    lock = locked(laid) if window == "database locked" else contextlib.nullcontext()
    async with lock:
        lived = [case for case in cases if not await killed(begin, case)]
    wrong = [f"{case.name} did not die" for case in lived]
    wrong += [f"{case.name} {what}" for case in cases for what in await _at_once(case, database)]
    await _put_right(cases, database)
    lines = Ledger(cases[0].book).lines()
    for case in cases:
        found = await database.read(lambda c, case=case: _stands(c, case))
        wrong += [f"{case.name} {what}" for what in _judged(case, found, of(case, lines))]
    return wrong


@contextlib.asynccontextmanager
async def locked(laid: Ground) -> AsyncIterator[None]:
    """Lock the database, so that nothing can be written."""
    url = make_url(laid.url)
    if laid.engine == "sqlite":
        other = sqlite3.connect(str(url.database), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
        other.close()
        return
    holder = await asyncpg.connect(host=url.query["host"], user="postgres", database=url.database)
    async with holder.transaction():
        await holder.execute("LOCK TABLE received IN ACCESS EXCLUSIVE MODE")
        yield
    await holder.close()


async def _at_once(case: Case, database: Database) -> list[str]:
    """Look at what is there before anybody puts anything right."""
    found = await database.read(lambda c: _stands(c, case))
    expected = {
        "decided, not committed": ("", 0),
        "claimed, no intent": ("waiting", 0),
        "intent, not sent": ("sending", 1),
        "taken, answer lost": ("sending", 1),
        "receipt before our commit": ("delivered", 1),
    }.get(case.window, ("", 0))
    wrong = [] if found[:2] == expected else [f"stood at {found[:2]}, not at {expected}"]
    kept = 1 if case.window == "kept, 200 lost" else 0
    return wrong + ([] if found[3] == kept else [f"was heard {found[3]} times, not {kept}"])


async def _put_right(cases: list[Case], database: Database) -> None:
    """Do what happens anyway: callers and providers try again, senders look around."""
    laid, window = cases[0].ground, cases[0].window
    if window == "decided, not committed":
        for case in cases * 2:
            await database.write(lambda connection, case=case: put(connection, case))
    if window == "database locked":
        room = door_of(laid, database).waiting
        assert room is not None
        await room.empty()
    for case in cases * 2 if window in INBOUND else ():
        # Half of those whose words were spooled had been told 200, and come no more.
        if window != "database locked" or case.number % 2:
            await take(database, laid.taskforce(), case.heard(), laid.now())
    book = Ledger(cases[0].book)
    one = sender(replace(cases[0], window="the next"), database, book, UNHURRIED)
    until = time.monotonic() + PATIENCE
    while await waits(database) and time.monotonic() < until:
        await one.look_up()
        await one.drain()
        await asyncio.sleep(0.05)


Stands = tuple[str, int, str, int, int, int]


def _stands(connection: Connection, case: Case) -> Stands:
    """Read where a case stands: status, attempts, name there, heard, answered, logged as sent."""
    row = outbox.by_ref(connection, case.ref)
    heard = select(func.count()).select_from(Contact).where(
        Contact.person_id == case.home.person, Contact.direction == "inbound"
    )  # fmt: skip
    answers = select(func.count()).select_from(Outbox).where(
        Outbox.person_id == case.home.person, Outbox.kind == "safety", Outbox.purpose != "storm"
    )  # fmt: skip
    logged = select(func.count()).select_from(Contact).where(
        Contact.outbox_id == (row.id if row else 0), Contact.attempt_result.is_(None)
    )  # fmt: skip
    counts: list[Any] = [connection.execute(one).scalar_one() for one in (heard, answers, logged)]
    known = (row.status, row.attempts, row.external_id or "") if row else ("", 0, "")
    return (*known, *counts)


def _judged(case: Case, found: Stands, lines: list[Line]) -> list[str]:
    """Compare where a case ended with the table."""
    status, attempts, name, heard, answered, logged = found
    if case.window in INBOUND:
        kept = (heard, answered)
        return [] if kept == (1, 1) else [f"heard {heard} times, answered {answered} times"]
    wrong = [] if len(lines) == 1 else [f"was taken {len(lines)} times"]
    if lines and name != lines[0]["sid"]:
        wrong.append("goes by a name its provider did not give")
    ends = "delivered" if case.window == "receipt before our commit" else "sent"
    tries = 2 if case.window == "intent, not sent" else 1
    if (status, attempts, logged) != (ends, tries, 1):
        wrong.append(f"ended {status} after {attempts} attempts, logged {logged} times")
    return wrong
