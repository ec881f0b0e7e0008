"""What the registers say of pupils now, what they said before, and where two of them disagree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, select
from sqlalchemy.orm import aliased

from bot.imports.codes import attendance_codes
from bot.rules import attendance
from storage.rolls import IN_A_LOT, in_lots
from storage.tables import MarkSettled, RegisterImport, School, SessionMark

NOW = SessionMark.replaced_by.is_(None)  # nothing has taken its place
SETTLED = select(
    MarkSettled.case_id, MarkSettled.day, MarkSettled.half, MarkSettled.school_id
).where(
    MarkSettled.case_id.in_(bindparam("cases", expanding=True)),
    MarkSettled.day.between(bindparam("first"), bindparam("last")),
)


@dataclass(frozen=True, slots=True)
class StoredMark:
    """What one school's register says now of one pupil in one session."""

    case_id: int
    school_id: int
    day: date
    half: str
    code: str


@dataclass(frozen=True, slots=True)
class WasMarked:
    """One thing a register has ever said of a session, and until when it held."""

    school_id: int
    school: str
    half: str
    code: str
    at: datetime
    by: str
    source: str
    until: datetime | None  # replaced then; None: it holds


@dataclass(frozen=True, slots=True)
class ImportSeen:
    """One register that was taken in."""

    at: datetime
    by: str
    source: str
    marks: int
    new: int
    corrected: int
    first_on: date | None
    last_on: date | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A session of a pupil that two registers tell otherwise, and that nobody has settled."""

    case_id: int
    day: date
    half: str
    said: tuple[attendance.Said, ...]


def marks_of(
    connection: Connection, case_ids: Collection[int], first: date, last: date
) -> list[StoredMark]:
    """List the marks that count now, of these pupils, from a first to a last day."""
    query = _marks().where(NOW, SessionMark.day.between(first, last))
    return [StoredMark(*row) for row in _of_cases(connection, query, case_ids)]


def settled_of(
    connection: Connection, case_ids: Collection[int], first: date, last: date
) -> dict[tuple[int, date, str], int]:
    """Say of each session somebody has settled which school's mark counts."""
    found: dict[tuple[int, date, str], int] = {}
    for lot in in_lots(sorted(case_ids), IN_A_LOT):
        for row in connection.execute(SETTLED, {"cases": lot, "first": first, "last": last}):
            found[row.case_id, row.day, row.half] = row.school_id
    return found


def conflicts_of(
    connection: Connection, case_ids: Collection[int], first: date, last: date
) -> list[Conflict]:
    """List the sessions in which two registers disagree and a person has to say which is right."""
    other, codes = aliased(SessionMark), attendance_codes()
    same = (
        other.case_id == SessionMark.case_id,
        other.day == SessionMark.day,
        other.half == SessionMark.half,
    )
    twice = exists().where(*same, other.school_id != SessionMark.school_id)
    twice = twice.where(other.replaced_by.is_(None))
    query = _marks().where(NOW, SessionMark.day.between(first, last), twice)
    settled = settled_of(connection, case_ids, first, last)
    found = []
    for key, rows in groupby(_of_cases(connection, query, case_ids), _session):
        said = [attendance.Said(row.school_id, row.code) for row in rows]
        reading = attendance.session(said, codes, settled.get(key))
        if isinstance(reading, attendance.Conflict):
            found.append(Conflict(*key, reading.said))
    return found


def history_of(connection: Connection, case_id: int, day: date) -> list[WasMarked]:
    """Tell everything the registers ever said of one day of one pupil, in the order it came."""
    came, went = aliased(RegisterImport), aliased(RegisterImport)
    mark = SessionMark
    query = (
        select(mark.school_id, School.name, mark.half, mark.code, came.at, came.by, came.source)
        .add_columns(went.at.label("until"))
        .join(School, School.id == mark.school_id)
        .join(came, came.id == mark.import_id)
        .join(went, went.id == mark.replaced_by, isouter=True)
        .where(mark.case_id == case_id, mark.day == day)
    )
    return [WasMarked(*row) for row in connection.execute(query.order_by(mark.half, mark.id))]


def last_import(connection: Connection) -> ImportSeen | None:
    """Tell of the register that came last."""
    table = RegisterImport
    query = select(table.at, table.by, table.source, table.marks, table.new, table.corrected)
    query = query.add_columns(table.first_on, table.last_on).order_by(table.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return ImportSeen(**row._mapping) if row else None  # noqa: SLF001  its public name


def marked_by(connection: Connection, imports: Collection[int]) -> dict[int, list[str]]:
    """Name the schools of whose marks each of these registers brought any that were new."""
    query = select(SessionMark.import_id, School.name).distinct()
    query = query.join(School, School.id == SessionMark.school_id)
    found: dict[int, list[str]] = defaultdict(list)
    rows = connection.execute(query.where(SessionMark.import_id.in_(imports)).order_by(School.name))
    for number, school in rows:
        found[number].append(school)
    return found


def imported_for(connection: Connection, school_id: int, day: date) -> bool:
    """Say whether a school's register has said anything at all about a day."""
    here = (SessionMark.day == day, SessionMark.school_id == school_id)
    return connection.execute(select(SessionMark.id).where(*here).limit(1)).first() is not None


def _marks() -> Any:
    mark = SessionMark
    query = select(mark.case_id, mark.school_id, mark.day, mark.half, mark.code)
    return query.order_by(mark.case_id, mark.day, mark.half, mark.school_id)


def _session(row: Row[Any]) -> tuple[int, date, str]:
    return row.case_id, row.day, row.half


def _of_cases(connection: Connection, query: Any, case_ids: Collection[int]) -> Iterator[Any]:
    for lot in in_lots(sorted(case_ids), IN_A_LOT):
        yield from connection.execute(query.where(SessionMark.case_id.in_(lot)))
