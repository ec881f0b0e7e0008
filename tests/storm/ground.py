"""The ground a storm passes over: a database, families, messages that wait, and a clock."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, func, make_url, select

from bot.scene.scene import Taskforce
from bot.settings import DEMO, read_lexicon
from bot.taskforce_file import read_practice
from storage import outbox
from storage.addresses import hold_line, mark_line
from storage.database import Database, open_database
from storage.folder import demo_keyring
from storage.migrate import upgrade
from storage.sqlite_writer import integrity
from storage.tables import Contact, Outbox, Task
from tests.fakes.postgres import create_database, drop_database, temporary_postgres
from tests.stage import Play
from tests.storage.rows import NOW, Home, a_home

BEGINS = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)  # a Tuesday in term, in everybody's hours
ENGINES = ("sqlite", "postgresql")


@cache
def marlbridge() -> Taskforce:
    """Read how the demo taskforce works; it takes a second or two, and happens once."""
    return Taskforce(read_practice(DEMO / "taskforce.toml"), read_lexicon())


@dataclass(frozen=True, slots=True)
class Ground:
    """One database and the folder its keys are in; every process reads the same clock."""

    engine: str
    url: str
    folder: Path
    ahead: timedelta

    def open(self) -> Database:
        return open_database(self.url, demo_keyring(self.folder))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def taskforce(self) -> Taskforce:
        return marlbridge()


@cache
def _server() -> str:
    """Start one PostgreSQL for every row of this run; it stops when the run ends."""
    stack = contextlib.ExitStack()
    sock = stack.enter_context(temporary_postgres())
    atexit.register(stack.close)
    return sock


@cache
def _one_at_a_time(loop: asyncio.AbstractEventLoop) -> asyncio.Lock:
    """Alembic keeps the migration it is at in globals, and two storms may begin side by side."""
    del loop
    return asyncio.Lock()


_FIRST: dict[str, Ground] = {}  # by engine


async def _first(engine: str) -> Ground:
    """Let Marlbridge move in once in a run, with keys of its own; every ground is a copy."""
    if engine not in _FIRST:
        folder = Path(tempfile.mkdtemp(prefix="kwfirst"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        url = f"sqlite:///{folder / 'keyworker.sqlite'}"
        if engine != "sqlite":
            url = await create_database(_server())
        laid = Ground(engine, url, folder, timedelta(0))
        database = laid.open()
        await database.write(upgrade)
        await Play(database).moved_in()
        await database.close()
        _FIRST[engine] = laid
    return _FIRST[engine]


@contextlib.asynccontextmanager
async def ground(engine: str) -> AsyncIterator[Ground]:
    """Lay an empty database out; it is gone afterwards."""
    ahead = BEGINS - datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="kwstorm") as name:
        folder = Path(name)
        async with _one_at_a_time(asyncio.get_running_loop()):
            first = await _first(engine)
        shutil.copytree(first.folder, folder, dirs_exist_ok=True)
        if engine == "sqlite":
            url = f"sqlite:///{folder / 'keyworker.sqlite'}"
        else:
            url = await create_database(_server(), make_url(first.url).database or "")
        yield Ground(engine, url, folder, ahead)
        if engine != "sqlite":
            await drop_database(url)


async def families(ground: Ground, homes: int) -> list[str]:
    """Put families on record; returns their numbers."""
    database = ground.open()
    made = await database.write(lambda connection: _families(connection, homes, "sms"))
    await database.close()
    return [home.number for home in made]


def _families(connection: Connection, homes: int, channel: str) -> list[Home]:
    made = [a_home(connection, number) for number in range(homes)]
    if channel == "sms":
        return made
    return [_in_chat(connection, home, number) for number, home in enumerate(made)]


def _in_chat(connection: Connection, home: Home, number: int) -> Home:
    line = hold_line(connection, "telegram", str(880_000 + number), NOW)
    mark_line(connection, line.id, person_id=home.person, proven_at=NOW)
    return replace(home, line=line.id)


def a_free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def waiting_messages(
    ground: Ground, messages: int, homes: int, *, channel: str = "sms", kind: str = "reply"
) -> None:
    """Let messages wait for families, numbered in the order they are to arrive in."""
    database = ground.open()
    made = await database.write(lambda connection: _families(connection, homes, channel))
    now = ground.now()
    for begin in range(0, messages, 500):
        numbers = range(begin, min(begin + 500, messages))

        def put(connection: Connection, numbers: range = numbers) -> None:
            for number in numbers:
                home = made[number % homes]
                letter = outbox.Letter(
                    key=f"storm:{number}", address_id=home.line, kind=kind, purpose="storm",
                    language="en", text=f"storm {number}", at=now, due_at=now,
                    person_id=home.person, heard_at=now,
                )  # fmt: skip
                outbox.put(connection, letter)

        await database.write(put)
    await database.close()


@dataclass(frozen=True, slots=True)
class Standing:
    """How the outbox stands."""

    waits: int
    by_status: dict[str, int]
    logged: int
    uncertain: frozenset[int]  # numbers of the messages nobody knows the end of
    asked: frozenset[int]  # of those a person has been asked to find out about
    sound: str


async def standing(ground: Ground) -> Standing:
    """Count how the outbox stands."""

    def count(connection: Connection) -> Standing:
        ours = Outbox.purpose == "storm"
        grouped = select(Outbox.status, func.count()).where(ours).group_by(Outbox.status)
        open_ones = select(func.count()).select_from(Outbox).where(outbox.IS_OPEN, ours)
        left = (Outbox.purpose == "storm", Contact.attempt_result.is_(None))
        sent = select(func.count(Contact.id)).join(Outbox, Outbox.id == Contact.outbox_id)
        sent = sent.where(*left)
        asked = select(Outbox.key).join(Task, Task.outbox_id == Outbox.id)
        asked = asked.where(Task.kind == "uncertain", ours)
        uncertain = select(Outbox.key).where(Outbox.status == "uncertain", ours)
        is_sqlite = connection.dialect.name == "sqlite"
        return Standing(
            connection.execute(open_ones).scalar_one(),
            {row[0]: row[1] for row in connection.execute(grouped)},
            connection.execute(sent).scalar_one(),
            _numbers(connection.execute(uncertain).scalars()),
            _numbers(connection.execute(asked).scalars()),
            integrity(connection) if is_sqlite else "ok",
        )

    database = ground.open()
    try:
        return await database.read(count)
    finally:
        await database.close()


def _numbers(keys: Iterable[str]) -> frozenset[int]:
    return frozenset(int(key.removeprefix("storm:")) for key in keys)


async def waits(database: Database) -> int:
    """Count what has not ended."""
    ours = (outbox.IS_OPEN, Outbox.purpose == "storm")
    query = select(func.count()).select_from(Outbox).where(*ours)
    return await database.read(lambda connection: connection.execute(query).scalar_one())
