"""The audit: every row is sealed by the one before it, so that no change goes unnoticed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, text

from storage import audit, triggers
from storage.database import Database, open_database
from storage.keys import new_keys
from storage.received import recall, remember
from tests.stage import KEYS
from tests.storage.rows import NOW

ROWS = 5


def a_week(connection: Connection) -> None:
    for day in range(ROWS):
        audit.append(connection, NOW + timedelta(days=day), "DO", "Pause", f"C00{day}")


def behind_the_triggers(statement: str) -> Callable[[Connection], None]:
    """Change the table as somebody would who owns the file or the server."""

    def tamper(connection: Connection) -> None:
        triggers.take_off(connection)
        assert connection.execute(text(statement)).rowcount > 0
        triggers.put_on(connection)

    return tamper


async def test_nobody_has_done_anything_yet_and_the_record_is_whole(database: Database):
    assert await database.read(audit.first_broken) is None


async def test_a_record_is_whole_however_the_moment_was_written(database: Database):
    summer = datetime(2026, 7, 1, 12, 0, 0, 42, tzinfo=ZoneInfo("Europe/London"))
    await database.write(a_week)
    await database.write(lambda c: audit.append(c, summer, "MB", "EndCover", "self"))
    await database.write(lambda c: audit.append(c, NOW, "Zoë Ó", "Släpp", "väg 'x'"))
    assert await database.read(audit.first_broken) is None


COPIED = """INSERT INTO audit (id, at, who, what, subject, seal)
SELECT 90, at, who, what, subject, seal FROM audit WHERE id = 5"""
TAMPERED = [
    ("another name", "UPDATE audit SET who = 'MB' WHERE id = 3", 3),
    ("another deed", "UPDATE audit SET what = 'Release' WHERE id = 3", 3),
    ("another family", "UPDATE audit SET subject = 'C009' WHERE id = 3", 3),
    ("another time", "UPDATE audit SET at = '2026-12-24 08:30:00+00' WHERE id = 3", 3),
    ("another seal", "UPDATE audit SET seal = 'f' || substr(seal, 2, 62) || 'z' WHERE id = 3", 3),
    ("the first row gone", "DELETE FROM audit WHERE id = 1", 2),
    ("a row gone", "DELETE FROM audit WHERE id = 3", 4),
    ("the last row gone", "DELETE FROM audit WHERE id = 5", 5),
    ("the last rows gone", "DELETE FROM audit WHERE id > 2", 3),
    ("every row gone", "DELETE FROM audit", 1),
    ("a row moved to the front", "UPDATE audit SET id = -1 WHERE id = 2", -1),
    ("a row put in", COPIED, 90),
    ("the end rewound", "UPDATE service_value SET value = '0' WHERE name = 'audit_end'", 6),
    ("the end forgotten", "DELETE FROM service_value WHERE name = 'audit_end'", 6),
]  # fmt: skip


async def test_every_way_of_tampering_is_noticed_at_its_row(database: Database):
    class Undo(Exception):
        pass

    def tampered(connection: Connection, statement: str, found: list[int | None]) -> None:
        behind_the_triggers(statement)(connection)
        found.append(audit.first_broken(connection))
        raise Undo

    await database.write(a_week)
    for what, statement, broken in TAMPERED:
        found: list[int | None] = []
        with pytest.raises(Undo):
            await database.write(partial(tampered, statement=statement, found=found))
        assert found == [broken], what
    assert await database.read(audit.first_broken) is None


async def test_an_end_kept_from_last_week_does_not_hide_what_was_cut_off(database: Database):
    """Only the end that belongs to the last row fits; without the keys nobody can make one."""
    await database.write(a_week)
    await database.write(behind_the_triggers("DELETE FROM audit WHERE id > 2"))
    seal = text("SELECT seal FROM audit WHERE id = 2")
    await database.write(lambda c: remember(c, audit.END, c.execute(seal).scalar_one()))
    assert await database.read(audit.first_broken) == 3


async def test_whoever_has_no_keys_cannot_write_a_row_that_fits(database: Database):
    await database.write(a_week)
    forger = open_database(database.url, replace(KEYS, index_key=new_keys()[1]))
    try:
        await forger.write(lambda c: audit.append(c, NOW, "DO", "Release", "task 1"))
    finally:
        await forger.close()
    assert await database.read(audit.first_broken) == ROWS + 1


async def test_many_at_once_make_one_chain(database: Database):
    def deed(connection: Connection, number: int) -> None:
        audit.append(connection, NOW, f"S{number}", "Pause", "C001")

    def look(connection: Connection) -> int | None:
        return audit.first_broken(connection)

    writes = [database.write(partial(deed, number=number)) for number in range(30)]
    looks = [database.read(look) for _ in range(10)]
    answers = await asyncio.gather(*writes, *looks)
    assert answers == [None] * 40, "and whoever looks meanwhile sees no ghost"
    assert await database.read(look) is None
    assert await database.read(partial(recall, name=audit.END))
