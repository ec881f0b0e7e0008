"""SQLite's one writer: several turns in one COMMIT, and an answer only after it."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, text
from sqlalchemy.exc import OperationalError

from storage.database import SqliteDatabase, away
from storage.received import note_received, remember
from storage.sqlite_writer import AT_MOST_TOGETHER, integrity
from storage.tables import Received
from tests.storage.rows import NOW

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def note(name: str) -> Callable[[Connection], bool]:
    return lambda connection: note_received(connection, "sms", name, NOW)


def noted(connection: Connection) -> list[str]:
    return sorted(connection.execute(select(Received.external_id)).scalars())


def commits(database: SqliteDatabase) -> list[str]:
    """Count every COMMIT the writer makes from now on."""
    seen: list[str] = []
    engine = database._writer._engine
    event.listen(engine, "commit", lambda _connection: seen.append("commit"))
    return seen


@asynccontextmanager
async def busy(database: SqliteDatabase) -> AsyncIterator[None]:
    """Keep the writer busy, so that whatever is asked meanwhile comes together afterwards."""
    begun, go_on = threading.Event(), threading.Event()

    def wait(_connection: Connection) -> None:
        begun.set()
        go_on.wait(10)

    waiting = asyncio.create_task(database.write(wait))
    await asyncio.to_thread(begun.wait, 10)
    yield
    await asyncio.sleep(0)  # whoever was asked inside this block stands in the queue now
    go_on.set()
    await waiting


async def together(database: SqliteDatabase, *turns: Callable[[Connection], Any]) -> list[Any]:
    async with busy(database):
        asked = [asyncio.create_task(database.write(turn)) for turn in turns]
    return await asyncio.gather(*asked, return_exceptions=True)


async def test_forty_families_at_once_cost_one_commit(database: SqliteDatabase):
    seen = commits(database)
    answers = await together(database, *(note(f"m{n}") for n in range(40)))
    assert answers == [True] * 40
    assert len(seen) == 2, "one for whatever kept the writer busy, one for all forty"
    assert len(await database.read(noted)) == 40


async def test_a_flood_is_committed_in_portions(database: SqliteDatabase):
    seen = commits(database)
    await together(database, *(note(f"m{n}") for n in range(3 * AT_MOST_TOGETHER)))
    assert len(seen) == 1 + 3


async def test_one_turn_s_fault_leaves_its_neighbours_in_the_same_commit(
    database: SqliteDatabase,
):
    def fails(connection: Connection) -> None:
        note("half a turn")(connection)
        raise ValueError("our own fault")

    seen = commits(database)
    first, fault, second = await together(database, note("a"), fails, note("b"))
    assert (first, second) == (True, True)
    assert isinstance(fault, ValueError)
    assert await database.read(noted) == ["a", "b"]
    assert len(seen) == 2


async def test_nobody_is_answered_before_the_commit(database: SqliteDatabase):
    """A reader of its own looks at the moment each answer arrives: the row is always there."""
    seen_at_once: list[bool] = []

    async def turn(name: str) -> None:
        await database.write(note(name))
        seen_at_once.append(name in await database.read(noted))

    await asyncio.gather(*(turn(f"m{n}") for n in range(100)))
    assert seen_at_once == [True] * 100


async def test_a_fault_at_commit_reaches_everybody_who_waits_and_nothing_is_kept(
    database: SqliteDatabase,
):
    async with busy(database):
        asked = [asyncio.create_task(database.write(note(name))) for name in "abc"]
        await asyncio.sleep(0)
        engine = database._writer._engine
        failing = iter([False, True])

        @event.listens_for(engine, "commit")
        def disk_trouble(_connection: Connection) -> None:
            if next(failing, False):
                raise sqlite3.OperationalError("disk I/O error")

    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(answer) for answer in answers] == [sqlite3.OperationalError] * 3
    assert all(away(answer) for answer in answers)
    assert await database.read(noted) == []
    assert await database.write(note("a")), "the writer lives on"


async def test_a_full_disk_fails_every_turn_of_the_commit_rather_than_losing_one(
    database: SqliteDatabase,
):
    """SQLite undoes the whole transaction when the disk is full, savepoints and all."""

    def fills_the_disk(connection: Connection) -> None:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count = {pages + 2}"))
        try:
            for number in range(2000):
                remember(connection, f"v{number}", "x" * 190)
        finally:
            connection.execute(text("PRAGMA max_page_count = 1073741823"))

    answers = await together(database, note("before"), fills_the_disk, note("after"))
    assert [isinstance(answer, OperationalError) for answer in answers] == [True] * 3
    assert all(away(answer) for answer in answers), "so that the provider tries again"
    assert await database.read(noted) == []
    assert await database.read(integrity) == "ok"
    assert await database.write(note("before"))


async def test_whoever_gave_up_waiting_had_their_turn_committed_all_the_same(
    database: SqliteDatabase,
):
    async with busy(database):
        asked = [asyncio.create_task(database.write(note(name))) for name in "abc"]
        await asyncio.sleep(0)
        asked[1].cancel()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(answer) for answer in answers] == [bool, asyncio.CancelledError, bool]
    assert await database.read(noted) == ["a", "b", "c"]


async def test_a_fault_nobody_waits_for_any_more_is_no_fault_of_the_loop(
    database: SqliteDatabase,
):
    complaints: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, what: complaints.append(what))

    def fails(_connection: Connection) -> None:
        raise ValueError("our own fault")

    async with busy(database):
        asked = asyncio.create_task(database.write(fails))
        await asyncio.sleep(0)
        asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    await database.write(note("later"))
    assert complaints == []


async def test_closing_waits_for_what_was_asked_before(database: SqliteDatabase):
    async with busy(database):
        asked = [asyncio.create_task(database.write(note(name))) for name in "abc"]
        await asyncio.sleep(0)
        closing = asyncio.create_task(database.close())
        await asyncio.sleep(0.05)
        assert not closing.done()
    await closing
    assert await asyncio.gather(*asked) == [True] * 3
    path = database.url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as plain:
        assert plain.execute("SELECT count(*) FROM received").fetchone() == (3,)
    plain.close()


async def test_asking_after_the_end_is_refused_at_once(database: SqliteDatabase):
    await database.close()
    with pytest.raises(RuntimeError):
        await asyncio.wait_for(database.write(note("too late")), 2)


@pytest.mark.usefixtures("durable")
async def test_a_commit_survives_a_power_cut_and_deleted_words_are_overwritten(
    database: SqliteDatabase,
):
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "busy_timeout": 10_000,
        "foreign_keys": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
        "recursive_triggers": 1,
    }
    assert await database.write(lambda c: pragmas(c, *wanted)) == wanted


async def test_a_reader_never_writes_and_never_checkpoints(database: SqliteDatabase):
    wanted = {
        "query_only": 1,
        "wal_autocheckpoint": 0,
        "trusted_schema": 0,
        "busy_timeout": 10_000,
        "journal_mode": "wal",
    }
    assert await database.read(lambda c: pragmas(c, *wanted)) == wanted


def pragmas(connection: Connection, *names: str) -> dict[str, Any]:
    return {name: connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in names}
