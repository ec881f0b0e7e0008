"""One spine for two engines: what is answered is kept, and what is kept was asked for."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

import asyncpg
import pytest
from sqlalchemy import Connection, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError

from storage.database import Database, PostgresDatabase, away, open_database, wal_reset_fault
from storage.received import note_received, recall, remember
from storage.tables import Received, ServiceValue
from tests.stage import KEYS
from tests.storage.rows import NOW

on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def note(name: str):
    return lambda connection: note_received(connection, "sms", name, NOW)


def noted(connection: Connection) -> list[str]:
    return sorted(connection.execute(select(Received.external_id)).scalars())


async def test_what_was_written_is_there_and_a_fault_takes_back_its_own_turn_only(
    database: Database,
):
    def fails(connection: Connection) -> None:
        note("half a turn")(connection)
        raise ValueError("our own fault")

    turns = (database.write(note("a")), database.write(fails), database.write(note("b")))
    first, fault, second = await asyncio.gather(*turns, return_exceptions=True)
    assert (first, second) == (True, True)
    assert isinstance(fault, ValueError)
    assert await database.read(noted) == ["a", "b"]


async def test_a_reader_cannot_write(database: Database):
    with pytest.raises(DBAPIError):
        await database.read(note("never"))
    with pytest.raises(DBAPIError):
        await database.read(lambda c: c.execute(text("DELETE FROM received")))
    assert await database.read(noted) == []
    assert await database.write(note("a writer can")), "the refusal must not stick"


async def test_whoever_stops_waiting_does_not_undo_or_lose_what_others_keep(database: Database):
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> bool:
        begun.set()
        if isinstance(database, PostgresDatabase):
            connection.execute(text("SELECT pg_sleep(0.2)"))
        else:
            go_on.wait(5)
        return note_received(connection, "sms", "given up", NOW)

    impatient = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(begun.wait, 5)
    others = [asyncio.create_task(database.write(note(name))) for name in ("a", "b")]
    impatient.cancel()
    go_on.set()
    assert await asyncio.gather(*others) == [True, True]
    with pytest.raises(asyncio.CancelledError):
        await impatient
    kept = await database.read(noted)
    assert kept in (["a", "b"], ["a", "b", "given up"]), "a turn is all there or not at all"
    again = await database.write(note("given up"))
    assert again is ("given up" not in kept), "a repeat finds out what became of it"


async def test_the_service_says_whether_its_database_answers(database: Database):
    await database.ready()


async def test_a_missing_server_is_the_database_being_away(tmp_path):
    nobody = open_database(f"postgresql+asyncpg://postgres@/t?host={tmp_path}", KEYS)
    with pytest.raises(OSError) as fault:  # noqa: PT011  away() is what is asked below
        await nobody.ready()
    assert away(fault.value)
    await nobody.close()


@on_postgresql
async def test_a_server_that_takes_no_more_calls_is_away_too(database: Database):
    await database.write(
        lambda c: c.execute(text("CREATE ROLE latecomer LOGIN CONNECTION LIMIT 0"))
    )
    full = open_database(database.url.replace("postgres@", "latecomer@"), KEYS)
    try:
        with pytest.raises((DBAPIError, asyncpg.PostgresError)) as fault:
            await full.ready()
        assert away(fault.value)
    finally:
        await full.close()
        await database.write(lambda c: c.execute(text("DROP ROLE latecomer")))


@on_postgresql
async def test_a_server_that_hangs_up_is_away_and_the_next_turn_finds_it_again(database: Database):

    def cut_off(connection: Connection) -> None:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(DBAPIError) as fault:
        await database.write(cut_off)
    assert away(fault.value)
    assert await database.write(note("after"))


async def test_a_fault_of_ours_is_not_the_database_being_away(database: Database):
    def twice(connection: Connection) -> None:
        for _ in range(2):
            row = {"name": "one", "value": "1"}
            connection.execute(ServiceValue.__table__.insert().values(**row))

    with pytest.raises(IntegrityError) as fault:
        await database.write(twice)
    assert not away(fault.value)
    assert not away(ValueError("ours"))
    with pytest.raises((ProgrammingError, OperationalError)):
        await database.write(lambda c: c.execute(text("SELECT nothing_like_it FROM nowhere")))


@on_postgresql
async def test_two_turns_that_wait_for_each_other_are_both_kept_in_the_end(database: Database):
    for name in ("left", "right"):
        await database.write(partial(remember, name=name, value=""))
    tries: list[str] = []

    def touch(connection: Connection, first: str, second: str) -> None:
        tries.append(first)
        for name in (first, second):
            row = ServiceValue.name == name
            value = ServiceValue.value + first
            connection.execute(update(ServiceValue).where(row).values(value=value))
            connection.execute(text("SELECT pg_sleep(0.05)"))

    await asyncio.gather(
        database.write(partial(touch, first="left", second="right")),
        database.write(partial(touch, first="right", second="left")),
    )
    assert len(tries) > 2, "PostgreSQL broke the knot by failing one of them, and it came again"
    for name in ("left", "right"):
        value = await database.read(partial(recall, name=name))
        assert value in ("leftright", "rightleft"), "each turn counts once"


@on_postgresql
async def test_whoever_waits_is_not_overtaken_by_those_who_come_later(database: Database):
    one = PostgresDatabase(database.url, KEYS, connections=1)
    served: list[int] = []

    def serve(who: int) -> asyncio.Task[None]:
        return asyncio.create_task(one.write(lambda _: served.append(who)))

    try:
        calls = []
        while len(served) < 20:  # somebody comes at every turn of the loop
            calls.append(serve(len(calls)))
            await asyncio.sleep(0)
        await asyncio.gather(*calls)
    finally:
        await one.close()
    assert served == sorted(served)


@on_postgresql
async def test_a_collision_that_never_ends_is_raised_after_three_more_tries(database: Database):
    tries: list[int] = []

    def collides(connection: Connection) -> None:
        tries.append(1)
        collision = "DO $$ BEGIN RAISE EXCEPTION 'collision' USING ERRCODE = '40001'; END $$"
        connection.execute(text(collision))

    with pytest.raises(DBAPIError):
        await database.write(collides)
    assert len(tries) == 4


@pytest.mark.parametrize(
    "version, at_risk",
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
        ((4, 0, 0), False),
    ],
)
def test_versions_that_may_lose_a_commit_when_the_wal_is_reset_are_known(version, at_risk):
    assert wal_reset_fault(version) is at_risk


def test_this_machine_s_own_version_is_asked_when_none_is_named():
    assert wal_reset_fault() in (True, False)
