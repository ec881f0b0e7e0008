"""Opening the database: one spine for two engines.

Everything that touches rows is a plain function that takes a SQLAlchemy connection.
`write` runs it in one transaction, `read` without the right to change anything.
Nothing else in the service opens a transaction.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.keys import Keyring
from storage.sqlite_writer import Closed, SqliteReaders, SqliteWriter

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")
Work = Callable[[Connection], Answer]

SERIALIZATION, DEADLOCK = "40001", "40P01"
RETRIES = 3
CONNECTIONS = 24  # to PostgreSQL, of one process


class Database(Protocol):
    """What the service needs of an engine."""

    url: str
    shared: bool  # may other processes work on it at the same time?

    async def write(self, work: Work[Answer]) -> Answer:
        """Run `work` in one transaction; its answer is released only after COMMIT."""
        ...

    async def read(self, work: Work[Answer]) -> Answer:
        """Run `work` without the right to change anything."""
        ...

    async def ready(self) -> None:
        """Raise if the database does not answer."""
        ...

    async def close(self) -> None: ...


def open_database(url: str, keys: Keyring) -> Database:
    """Open SQLite (`sqlite:///file`) or PostgreSQL (`postgresql+asyncpg://…`)."""
    if make_url(url).get_backend_name() == "sqlite":
        return SqliteDatabase(url, keys)
    return PostgresDatabase(url, keys)


class SqliteDatabase:
    """SQLite: one writer that commits several turns together, readers that cannot write."""

    shared = False

    def __init__(self, url: str, keys: Keyring) -> None:
        self.url = url
        path = Path(make_url(url).database or "")
        self._writer = SqliteWriter(path, keys)
        self._readers = SqliteReaders(path, keys)

    async def write(self, work: Work[Answer]) -> Answer:
        return await self._writer.submit(work)

    async def read(self, work: Work[Answer]) -> Answer:
        return await asyncio.to_thread(self._readers.run, work)

    async def ready(self) -> None:
        await self.read(lambda connection: connection.execute(text("SELECT 1")).scalar_one())

    async def close(self) -> None:
        await asyncio.to_thread(self._writer.close)
        self._readers.close()


class PostgresDatabase:
    """PostgreSQL through asyncpg: one transaction a turn, tried again when engines collide."""

    shared = True

    def __init__(self, url: str, keys: Keyring, connections: int = CONNECTIONS) -> None:
        self.url = url
        self._engine: AsyncEngine = create_async_engine(
            url,
            pool_size=connections,
            max_overflow=0,
            pool_use_lifo=True,  # the one used last knows the statements
            pool_pre_ping=True,
            hide_parameters=True,
        )
        # The pool gives a connection to whoever asks just as it falls free, and puts the one who
        # waited for it at the end again: under load some wait for ever. Here they stand in line.
        self._line = asyncio.Semaphore(connections)
        self._engine.dialect.keyring = keys  # type: ignore[attr-defined]

    async def write(self, work: Work[Answer]) -> Answer:
        for attempt in range(1, RETRIES + 2):
            try:
                async with self._line, self._engine.begin() as connection:
                    return await connection.run_sync(work)
            except DBAPIError as error:
                if _state_of(error) not in {SERIALIZATION, DEADLOCK} or attempt > RETRIES:
                    raise
                logger.info("A transaction is tried again", extra={"attempt": attempt})
        raise AssertionError("unreachable")

    async def read(self, work: Work[Answer]) -> Answer:
        async with self._line, self._engine.connect() as connection:
            await connection.execution_options(postgresql_readonly=True)
            return await connection.run_sync(work)

    async def ready(self) -> None:
        await self.read(lambda connection: connection.execute(text("SELECT 1")).scalar_one())

    async def close(self) -> None:
        await self._engine.dispose()


def _state_of(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", ""))


def away(error: BaseException) -> bool:
    """Say whether the database is away, full or too busy, rather than a fault being ours."""
    causes: tuple[type[BaseException], ...] = (
        OperationalError,
        sqlite3.OperationalError,
        OSError,
        Closed,
    )
    if isinstance(error, causes):
        return True
    return isinstance(error, DBAPIError) and (
        error.connection_invalidated or _state_of(error)[:2] in {"08", "40", "53", "57"}
    )


def wal_reset_fault(version: tuple[int, int, int] | None = None) -> bool:
    """Say whether this SQLite can lose commits when a WAL is reset (fixed in 3.51.3 and backports).

    Source: sqlite.org/changes.html. One writer and readers that never checkpoint stay clear of it.
    """
    found: Any = version or sqlite3.sqlite_version_info
    fixed_in = {(3, 44): 6, (3, 50): 7}
    if found[:2] in fixed_in:
        return bool(found[2] < fixed_in[found[:2]])
    return bool((3, 7, 0) <= found < (3, 51, 3))
