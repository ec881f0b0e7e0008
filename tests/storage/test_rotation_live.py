"""A new key while families write: nobody waits for it, and no word is overwritten by it."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from sqlalchemy import LargeBinary, select, type_coerce, update

from storage.database import Database, open_database
from storage.rotation import BATCH, _write, rotate, rotate_some
from storage.tables import Person
from tests.stage import Play
from tests.storage.rows import NOW, a_person
from tests.storage.test_rotation import BOTH, needing_the_old_key, reopened


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_row_somebody_holds_is_passed_over_and_met_again(database: Database):
    """A rotation that waited for a turn, and a turn for it, would cost a family a second."""
    await database.write(a_person)
    held, go_on = asyncio.Event(), asyncio.Event()
    both = open_database(database.url, BOTH)
    table = Person.__table__

    async def a_turn() -> None:
        async with database._engine.begin() as connection:
            await connection.execute(select(Person.id).with_for_update(key_share=True))
            held.set()
            await go_on.wait()

    turn = asyncio.create_task(a_turn())
    try:
        await held.wait()
        work = partial(rotate_some, table=table, after=0, limit=BATCH)
        told, _last = await asyncio.wait_for(both.write(work), 5)
        assert (told.anew, told.left) == (0, 1)
        go_on.set()
        await turn
        assert (await rotate(both, BOTH.mark, NOW)).left == 0
    finally:
        go_on.set()
        await turn
        await both.close()


async def test_words_that_changed_since_they_were_read_are_not_put_back(database: Database):
    """Between reading a row and holding it another turn may have kept something new."""
    person = await database.write(a_person)
    query = select(type_coerce(Person.name, LargeBinary))
    old = await database.read(lambda c: bytes(c.execute(query).scalar_one()))
    renamed = update(Person).values(name="Leanne Smith")
    await database.write(lambda c: c.execute(renamed))
    stale = {"name": (old, BOTH.renewed(old))}
    put = partial(_write, table=Person.__table__, number=person, changes=stale)
    assert await database.write(put) == 0
    name = await database.read(lambda c: c.execute(select(Person.name)).scalar_one())
    assert name == "Leanne Smith"


async def test_what_a_family_writes_meanwhile_is_never_overwritten(play: Play):
    """Words that change between being read and being sealed anew stay as they were changed."""
    both = await reopened(play.database, BOTH)
    live = Play(both)
    stop = asyncio.Event()

    async def families() -> int:
        count = 0
        while not stop.is_set():
            await live.writes("P01", f"message number {count}")
            count += 1
        return count

    try:
        writing = asyncio.create_task(families())
        told = await rotate(both, BOTH.mark, NOW)
        stop.set()
        written = await writing
        assert told.left == 0
        assert await both.read(needing_the_old_key) == set()
        said = [row["words"] for row in await live.log("P01") if row["direction"] == "inbound"]
        assert said == [f"message number {number}" for number in range(written)]
    finally:
        stop.set()
        await both.close()
