"""`python -m benchmarks.profiled`: where the time of a turn, a message, a tick and a page goes.

A thread looks a thousand times a second where the working thread stands. Each look counts for the
innermost part it recognises, so that shares add up to the whole.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType

from sqlalchemy import Connection

from benchmarks import fill, pages, provider
from benchmarks.ground import NOW, Ground, a_folder, laid, taskforce
from benchmarks.inbound import WORDS
from benchmarks.outbound import HOMES, Outbox
from benchmarks.planner import IDLE_TICKS, Planned
from benchmarks.postgres import durable_postgres
from bot.domain import Inbound
from bot.turns import take

EVERY = 0.001  # seconds
FAMILIES = 1_000  # whose log is filled
TURNS, MESSAGES, DUE, TICKS, LOOKS = 400, 400, 200, 400, 420
WAITING = frozenset({"select", "wait", "get", "_worker", "_run"})  # for work, or for a server

# The first that a file's path holds names its part; the order is from the narrow to the wide.
PARTS: tuple[tuple[str, str], ...] = (
    ("cryptography/", "encryption and HMAC"),
    ("storage/columns", "encryption and HMAC"),
    ("storage/keys", "encryption and HMAC"),
    ("hmac.py", "encryption and HMAC"),
    ("sqlalchemy/sql/cache_key", "SQLAlchemy: cache keys of statements"),
    ("sqlalchemy/sql/compiler", "SQLAlchemy: statements compiled, parameters bound"),
    ("sqlalchemy/sql/", "SQLAlchemy: statements built"),
    ("sqlalchemy/engine/result", "SQLAlchemy: rows and results"),
    ("sqlalchemy/engine/cursor", "SQLAlchemy: rows and results"),
    ("sqlalchemy/engine/row", "SQLAlchemy: rows and results"),
    ("sqlalchemy/dialects/", "the driver: SQLAlchemy's side"),
    ("sqlalchemy/", "SQLAlchemy: executing, transactions, pool, events"),
    ("asyncpg/", "the driver and PostgreSQL's protocol"),
    ("asyncio/", "asyncio"),
    ("selectors.py", "asyncio"),
    ("bot/rules/", "our rules"),
    ("bot/i18n", "sentences and languages"),
    ("bot/flows/", "flows and the engine"),
    ("bot/engine", "flows and the engine"),
    ("bot/dispatch/", "our dispatcher"),
    ("bot/turns/", "our turns and scenes"),
    ("bot/scene/", "our turns and scenes"),
    ("scheduler/", "our jobs"),
    ("storage/", "our storage functions"),
)
DATABASE = "SQLite itself"
DISK = "SQLite keeping a transaction: the disk"
IN_C = frozenset({"do_execute", "do_executemany", "do_commit", "_commit"})
NOBODY = "waiting: for the server, or the disk"


def part_of(frame: FrameType | None) -> str:
    """Name the part a thread is in; empty: it waits for work."""
    innermost = frame
    while frame is not None:
        path, name = frame.f_code.co_filename, frame.f_code.co_name
        if frame is innermost and name in IN_C:
            return DISK if "commit" in name else DATABASE
        for piece, part in PARTS:
            if piece in path:
                return part
        frame = frame.f_back
    return "everything else"


class Looks:
    """What the thread that works was seen at."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.took = 0.0
        self._stop = threading.Event()
        self._me = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        own = threading.get_ident()
        while not self._stop.wait(EVERY):
            for ident, frame in sys._current_frames().items():  # noqa: SLF001  there is no other way
                if ident != own and not _idle(frame):
                    self.seen[part_of(frame)] += 1
                    break
            else:
                self.seen[NOBODY] += 1

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look as long as the work lasts, and take turns with it often."""
        before = sys.getswitchinterval()
        sys.setswitchinterval(EVERY / 100)
        began = time.perf_counter()
        self._me.start()
        try:
            yield
        finally:
            self.took = time.perf_counter() - began
            self._stop.set()
            self._me.join()
            sys.setswitchinterval(before)


def _idle(frame: FrameType) -> bool:
    return frame.f_code.co_name in WAITING


async def _turns(ground: Ground, looking: AbstractContextManager[None]) -> None:
    database, force = ground.open(), taskforce()
    words = itertools.cycle(WORDS)
    with looking:
        for number in range(TURNS):
            said = Inbound("sms", f"p{number}", fill.number_of(number + 1), next(words))
            await take(database, force, said, NOW)
    await database.close()


async def _messages(ground: Ground, looking: AbstractContextManager[None]) -> None:
    lot = Outbox(ground)
    with looking:
        await lot.drained(MESSAGES, provider.InProcess())
    await lot.close()


async def _due(ground: Ground, looking: AbstractContextManager[None]) -> None:
    planned = Planned(ground, DUE)
    with looking:
        await planned.busy()
    await planned.close()


async def _ticks(ground: Ground, looking: AbstractContextManager[None]) -> None:
    planned = Planned(ground, DUE)
    await planned.quiet()
    with looking:
        for _tick in range(TICKS // IDLE_TICKS):
            await planned.idle()
    await planned.close()


async def _pages(ground: Ground, looking: AbstractContextManager[None]) -> None:
    log = pages.Log(ground, FAMILIES * pages.EACH)
    with looking:
        for _look in range(LOOKS // pages.LOOKS):
            await log.looked_at("case page, last 30")
    await log.close()


def _families(connection: Connection) -> None:
    fill.families(connection, HOMES, NOW)


def _callers(connection: Connection) -> None:
    _families(connection)
    fill.callers(connection, HOMES, NOW)


def _log(connection: Connection) -> None:
    fill.families(connection, FAMILIES, NOW)
    each = range(FAMILIES * pages.EACH)
    fill.contacts(connection, numbers=each, homes=FAMILIES, now=NOW)
    fill.settled(connection)


Fill = Callable[[Connection], None]
Work = Callable[[Ground, AbstractContextManager[None]], Awaitable[None]]
WORKS: tuple[tuple[str, int, Fill, Work], ...] = (
    ("one inbound turn", TURNS, _callers, _turns),
    ("one message leaving", MESSAGES, _families, _messages),
    ("one check-in begun", DUE, _families, _due),
    ("one tick with nothing due", TICKS, _families, _ticks),
    ("one case page, last 30 contacts", LOOKS, _log, _pages),
)


async def _engine(name: str, socket: str | None) -> None:
    for title, times, filled, work in WORKS:
        with a_folder() as folder:
            ground, looks = await laid(folder, socket, filled), Looks()
            await work(ground, looks.looking())
        _show(f"{name}: {title}", looks, times)


def _show(title: str, looks: Looks, times: int) -> None:
    whole = sum(looks.seen.values())
    each = looks.took / times * 1000
    print(f"\n{title}: {each:.1f} ms under this watch, {whole:,} looks", flush=True)
    for part, count in looks.seen.most_common():
        if count * 100 >= whole:
            print(f"  {part:<56}{count / whole:>5.0%}", flush=True)


async def main() -> None:
    """Look at each kind of work, on both engines."""
    await _engine("SQLite", None)
    with durable_postgres() as socket:
        await _engine("PostgreSQL", socket)


if __name__ == "__main__":
    asyncio.run(main())
