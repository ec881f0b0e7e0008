"""F7: a database that is locked, full, restarted or busy: what was answered 200 is never lost."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import asyncpg
from sqlalchemy import make_url, text

from bot.app import assemble, real_web, simulated_channels, with_spool
from bot.channels.twilio import Twilio
from storage.database import Database
from storage.folder import demo_keyring
from storage.spool import open_spool
from tests.fakes.twilio import settings
from tests.storm.doors import FAMILIES, families_of, genuine, logged
from tests.storm.found import Found
from tests.storm.ground import Ground
from tests.storm.knock import all_knock, quietly
from tests.storm.office import Clock, opened
from tests.storm.outbound import Outcome, Scale
from tests.storm.postgres_again import restarted

SECONDS_OF_PATIENCE = 3.0  # the door's own, after which a text goes into the spool
RECOVERS_WITHIN = 30.0  # seconds
ROOM = 2**30  # pages
CONNECTIONS = 24  # all that one process of the service opens
SMALLEST = 64  # bytes that still fit onto a full disk


@dataclass
class Town:
    """A service with a spool, texts on their way to it, and what was promised of them."""

    laid: Ground
    database: Database
    app: Any
    phones: list[str]
    waiting: Any
    seconds: float  # how long each trouble lasts
    answers: dict[int, int] = field(default_factory=dict)
    _next: int = 0

    async def texts(self, count: int) -> set[int]:
        """Families text; the numbers of what was answered 200."""
        numbers = range(self._next, self._next + count)
        self._next += count
        return await self.again(list(numbers))

    async def again(self, numbers: list[int]) -> set[int]:
        calls = [genuine("twilio", n, f"in trouble {n}", self.phones) for n in numbers]
        statuses = await all_knock(lambda _: self.app, calls, hands=FAMILIES)
        self.answers |= dict(zip(numbers, statuses, strict=True))
        return {n for n, status in zip(numbers, statuses, strict=True) if status == 200}


Trouble: TypeAlias = Callable[[Town], AbstractAsyncContextManager[None]]


async def f7(engine: str, scale: Scale, seed: int) -> Outcome:
    """Bring texts while the database is in every kind of trouble, and see them all logged."""
    del seed
    found, said = Found("F7"), list[str]()
    async with _town(engine, scale.every) as town:
        with quietly():
            for trouble in TROUBLES[engine]:
                said.append(await _goes_through(found, town, trouble, scale.messages))
    return found.outcome(", ".join(said))


async def _goes_through(found: Found, town: Town, trouble: Trouble, count: int) -> str:
    """One trouble, from its beginning until everything has recovered by itself."""
    name = trouble.__name__.strip("_").replace("_", " ")
    found.cases += count
    async with trouble(town):
        first = set(range(town._next, town._next + count))
        taken = await town.texts(count)
    broken = {town.answers[n] for n in first} - {200, 503}
    found.expect(not broken, f"{name}: answered {sorted(broken)}")
    began = time.monotonic()
    while not (await town.texts(1) and not town.waiting.spool.waits()):
        if not found.expect(time.monotonic() - began < RECOVERS_WITHIN, f"{name}: no recovery"):
            break
        await asyncio.sleep(0.2)
    after = time.monotonic() - began
    kept = await logged(town.database, "in trouble ")
    for number in taken:
        times = kept.get(f"in trouble {number}", 0)
        found.expect(times == 1, f"{name}: what was answered 200 is logged {times} times")
    # Whoever was sent away comes again, and nothing they said is there twice.
    await town.again(sorted(first - taken))
    kept = await logged(town.database, "in trouble ")
    missing = [n for n in first if kept.get(f"in trouble {n}", 0) != 1]
    found.expect(not missing, f"{name}: {len(missing)} not logged once after coming again")
    return f"{name}: {len(taken)} of {count} taken, well after {after:.1f}s"


@asynccontextmanager
async def _town(engine: str, seconds: float) -> AsyncIterator[Town]:
    clock = Clock()
    async with opened(engine) as (laid, database):
        homes = await database.write(families_of)
        provider = Twilio(settings("http://127.0.0.1:9"), clock.now)
        service = assemble(database, laid.taskforce(), simulated_channels(), clock.now)
        with_spool(service, open_spool(laid.folder, demo_keyring(laid.folder)))
        app = real_web(service, (provider,))
        phones = [home.number for home in homes]
        async with service.at_the_door():
            yield Town(laid, database, app, phones, service.waiting, seconds)
        await provider.close()


@asynccontextmanager
async def _locked_file(town: Town) -> AsyncIterator[None]:
    """Another program writes to the file, for longer than the door has patience."""
    path = make_url(town.laid.url).database or ""
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    ends = asyncio.get_running_loop().call_later(town.seconds, other.rollback)
    try:
        yield
    finally:
        ends.cancel()
        other.close()


@asynccontextmanager
async def _full_database(town: Town) -> AsyncIterator[None]:
    """The file may not grow by another page."""

    def fill(connection: Any) -> None:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    await town.database.write(fill)
    try:
        yield
    finally:
        await town.database.write(lambda c: c.exec_driver_sql(f"PRAGMA max_page_count={ROOM}"))


@asynccontextmanager
async def _full_disk(_town: Town) -> AsyncIterator[None]:
    """Nothing more can be written at all, neither by the database nor into the spool."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALLEST, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@asynccontextmanager
async def _busy_writer(town: Town) -> AsyncIterator[None]:
    """One write takes very long; all others wait behind it."""
    busy = asyncio.create_task(town.database.write(lambda _: time.sleep(town.seconds)))
    await asyncio.sleep(0.05)
    try:
        yield
    finally:
        await busy


@asynccontextmanager
async def _locked_table(town: Town) -> AsyncIterator[None]:
    """Somebody mends a table by hand, and holds it."""
    other = await asyncpg.connect(**_place(town))
    await other.execute("BEGIN")
    await other.execute("LOCK TABLE received IN ACCESS EXCLUSIVE MODE")
    ends = asyncio.get_running_loop().call_later(town.seconds, other.terminate)
    try:
        yield
    finally:
        ends.cancel()
        other.terminate()


@asynccontextmanager
async def _restarted_server(town: Town) -> AsyncIterator[None]:
    """The server goes in the middle of everything, and comes back."""
    async with restarted(str(_place(town)["host"]), town.seconds):
        yield


@asynccontextmanager
async def _no_connection_left(town: Town) -> AsyncIterator[None]:
    """Every connection this process may open is in use."""
    sleep = text(f"SELECT pg_sleep({town.seconds})")
    busy = [
        asyncio.create_task(town.database.read(lambda c: c.execute(sleep).scalar_one()))
        for _ in range(CONNECTIONS)
    ]
    await asyncio.sleep(0.3)
    try:
        yield
    finally:
        await asyncio.gather(*busy)


def _place(town: Town) -> dict[str, Any]:
    parts = make_url(town.laid.url)
    return {"host": parts.query["host"], "user": parts.username, "database": parts.database}


TROUBLES: dict[str, tuple[Trouble, ...]] = {
    "sqlite": (_locked_file, _full_database, _full_disk, _busy_writer),
    "postgresql": (_locked_table, _restarted_server, _no_connection_left),
}
