"""What the page about registers shows: which school is missing today, and what came in last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from bot.imports.fault_words import remedy, row_of
from bot.imports.faults import SHOWN, Fault
from bot.pages.visitor import Visitor
from bot.rules.calendar import is_school_day
from bot.rules.digest_lines import day_shown
from bot.scene.family import local_time
from storage.closures import cases_at, closed_on, schools
from storage.mark_history import marked_by
from storage.marks import imported_for
from storage.tables import Person, RegisterImport, Staff

LISTED = 12
SOURCES = {
    "page": "on this page",
    "api": "from a school's system",
    "folder": "from the folder",
    "command": "on the command line",
}


@dataclass(frozen=True, slots=True)
class Brought:
    """One register that was taken in, as the page lists it."""

    at: str
    by: str
    source: str
    school: str  # whose marks it brought that nobody had brought before
    days: str
    marks: int
    new: int
    corrected: int


def own_school(visitor: Visitor) -> str | None:
    """Name the one school somebody may bring registers of; None: they may of any."""
    if visitor.role != "ap_staff":
        return None
    query = select(Staff.employer).where(Staff.person_id == visitor.staff.id)
    return visitor.scene.connection.execute(query).scalar_one()


def schools_of(visitor: Visitor) -> list[Row[Any]]:
    """List the schools whose registers somebody may bring."""
    own = own_school(visitor)
    return [
        row
        for row in schools(visitor.scene.connection)
        if own is None or own.casefold() == row.name.casefold()
    ]


def missing_today(visitor: Visitor) -> list[str]:
    """Name the schools that have pupils of ours and school today, and no register yet."""
    return [
        row.name for row in schools_of(visitor) if _is_missing(visitor, row, visitor.scene.today)
    ]


def _is_missing(visitor: Visitor, school: Row[Any], today: date) -> bool:
    connection, calendar = visitor.scene.connection, visitor.scene.practice.calendar_of(school.name)
    return (
        is_school_day(calendar, today)
        and (today, "am") not in closed_on(connection, school.id, today, today)
        and bool(cases_at(connection, school.id, today))
        and not imported_for(connection, school.id, today)
    )


def last_brought(visitor: Visitor) -> list[Brought]:
    """List what came in last; staff of one school see what they brought themselves."""
    query: Any = (
        select(RegisterImport, Person.name)
        .outerjoin(Person, Person.ref == RegisterImport.by)
        .order_by(RegisterImport.id.desc())
        .limit(LISTED)
    )
    if own_school(visitor) is not None:
        query = query.where(RegisterImport.by == visitor.staff.ref)
    connection = visitor.scene.connection
    rows = list(connection.execute(query))
    named = marked_by(connection, [row.id for row in rows])
    return [_brought(row, ", ".join(named.get(row.id, ()))) for row in rows]


def _brought(row: Row[Any], school: str) -> Brought:
    first, last = row.first_on, row.last_on
    days = "" if first is None else day_shown(first)
    if first != last and last is not None:
        days = f"{days} to {day_shown(last)}"
    system = row.by.removeprefix("api").strip() if row.source == "api" else ""
    source = SOURCES.get(row.source, row.source)
    return Brought(
        local_time(row.at),
        row.name or system,
        source,
        school,
        days,
        row.marks,
        row.new,
        row.corrected,
    )


def fault_shown(fault: Fault) -> dict[str, Any]:
    """Show a fault to whoever has the file: with what stands there, so that it is found."""
    return {
        "file": fault.file,
        "row": row_of(fault) or "all",
        "column": fault.column,
        "value": fault.value[:SHOWN],
        "remedy": remedy(fault),
    }
