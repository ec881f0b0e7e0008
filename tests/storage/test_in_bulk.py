"""A large register comes in while families write: it is read beside the loop, and added at once."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from bot.imports.faults import Faults
from bot.imports.registers import MarkRow
from bot.imports.rows import NOWHERE
from storage.cases import case_ids
from storage.in_bulk import off_the_loop
from storage.marks import Taking, marks_of, take_in
from storage.rolls import all_rolls, fill_rolls_once
from storage.tables import OnRoll, School
from tests.imports.registers import KAI, MONDAY
from tests.stage import london

NOW = london("2026-12-04 17:00")


def read_slowly(threads):
    """The rows of a register, noting which thread reads them."""
    for code, at in (("/", "am"), ("\\", "pm")):
        threads.add(threading.get_ident())
        yield MarkRow(KAI, "", MONDAY, at, code, NOWHERE)


async def test_a_register_is_read_beside_the_loop_and_its_marks_are_all_there(play):
    threads = set()

    def work(connection):
        here = select(School.id).where(School.name == "Marl Beck Academy")
        school = connection.execute(here).scalar_one()
        taking = Taking("FS", "page", "digest", NOW, school)
        take_in(connection, read_slowly(threads), taking, Faults())
        ids = case_ids(connection, ["P01"])
        return [(m.half, m.code) for m in marks_of(connection, ids.values(), MONDAY, MONDAY)]

    assert await play.database.write(work) == [("am", "/"), ("pm", "\\")]
    assert threads
    assert threading.get_ident() not in threads


async def test_what_breaks_while_it_is_read_breaks_where_it_is_used(play):
    def broken():
        yield 1
        raise LookupError("the second")

    with pytest.raises(LookupError, match="the second"):
        await play.database.write(lambda c: list(off_the_loop(c, broken())))


async def test_pupils_from_before_there_were_registers_are_looked_for_once(sqlite_play):
    def nobody_stands_anywhere(connection):
        connection.execute(OnRoll.__table__.delete())
        fill_rolls_once(connection, NOW.date())
        ids = case_ids(connection, ["P01", "P02"])
        return [len(rolls) for rolls in all_rolls(connection, ids.values()).values()]

    assert await sqlite_play.database.write(nobody_stands_anywhere) == [2, 2]
    assert await sqlite_play.database.write(nobody_stands_anywhere) == [0, 0]
