"""SQLite's single writer: a thread that commits several turns together, a savepoint each."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import QueuePool

from storage.keys import Keyring

Answer = TypeVar("Answer")
Work = Callable[[Connection], Answer]

AT_MOST_TOGETHER = 64
BUSY_MS = 10_000
SYNCHRONOUS = "FULL"  # what was committed outlives a power cut


class Closed(RuntimeError):
    """The service is going down; somebody else, or a later try, has to do this work."""


class _Job:
    """One piece of work, and the future of the loop that waits for it."""

    def __init__(self, work: Work[Any], loop: asyncio.AbstractEventLoop) -> None:
        self.work = work
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self.answer: Any = None
        self.error: BaseException | None = None

    def release(self) -> None:
        """Let the waiting task go on; only ever called after COMMIT or ROLLBACK."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._resolve)

    def _resolve(self) -> None:
        if self.future.cancelled():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.answer)


class SqliteWriter:
    """Runs every write of the process, in order, on one connection."""

    def __init__(self, path: Path, keys: Keyring) -> None:
        self._engine = _engine(path, keys, begin="BEGIN IMMEDIATE", read_only=False)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._door = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="sqlite-writer", daemon=True)
        self._thread.start()

    async def submit(self, work: Work[Answer]) -> Answer:
        job = _Job(work, asyncio.get_running_loop())
        with self._door:  # nobody may come in behind the one who locks up: nobody would answer
            if self._closed:
                raise Closed("The database has been closed.")
            self._jobs.put(job)
        # A cancelled caller must not lose track of whether its work was committed.
        answer: Answer = await asyncio.shield(job.future)
        return answer

    def close(self) -> None:
        with self._door:
            self._closed = True
            self._jobs.put(None)
        self._thread.join()
        self._engine.dispose()

    def _run(self) -> None:
        while (first := self._jobs.get()) is not None:
            jobs, last = self._together(first)
            self._commit(jobs)
            for job in jobs:
                job.release()
            if last:
                return

    def _together(self, first: _Job) -> tuple[list[_Job], bool]:
        jobs = [first]
        while len(jobs) < AT_MOST_TOGETHER:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return jobs, True
            jobs.append(job)
        return jobs, False

    def _commit(self, jobs: list[_Job]) -> None:
        try:
            with self._engine.begin() as connection:
                for job in jobs:
                    _within_savepoint(connection, job)
        except BaseException as error:  # noqa: BLE001  the thread must live, and every waiter must hear
            for job in jobs:
                job.error = job.error or error


def _within_savepoint(connection: Connection, job: _Job) -> None:
    try:
        with connection.begin_nested():
            job.answer = job.work(connection)
    except Exception as error:
        job.error = error  # one turn's fault is handed to that turn alone
        driver = connection.connection.driver_connection
        if driver is None or not driver.in_transaction:
            # A full disk makes SQLite undo everything since BEGIN: no other turn was kept either.
            raise


class SqliteReaders:
    """Read-only connections that never checkpoint."""

    def __init__(self, path: Path, keys: Keyring) -> None:
        self._engine = _engine(path, keys, begin="BEGIN", read_only=True)

    def run(self, work: Work[Answer]) -> Answer:
        with self._engine.connect() as connection:
            return work(connection)

    def close(self) -> None:
        self._engine.dispose()


def _engine(path: Path, keys: Keyring, *, begin: str, read_only: bool) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=32,
        connect_args={"check_same_thread": False, "isolation_level": None},
        hide_parameters=True,  # a fault's text would quote them
    )
    engine.dialect.keyring = keys  # type: ignore[attr-defined]
    pragmas = _reader_pragmas() if read_only else writer_pragmas()

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def writer_pragmas() -> tuple[str, ...]:
    """List what a writing connection sets: durable on power loss, deleted bytes overwritten."""
    return (
        "journal_mode=WAL",
        f"synchronous={SYNCHRONOUS}",
        f"busy_timeout={BUSY_MS}",
        "foreign_keys=ON",
        "recursive_triggers=ON",  # or INSERT OR REPLACE would delete past the triggers
        "secure_delete=ON",
        "trusted_schema=OFF",
    )


def _reader_pragmas() -> tuple[str, ...]:
    return (
        f"busy_timeout={BUSY_MS}",
        "query_only=ON",
        "wal_autocheckpoint=0",
        "trusted_schema=OFF",
    )


def integrity(connection: Connection) -> str:
    """Ask SQLite whether the file is sound; "ok" if it is."""
    return str(connection.execute(text("PRAGMA integrity_check")).scalar_one())
