"""Days a school could not open, as somebody said it on the day. Nothing is deleted: it ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, or_, select, update

from bot.rules.attendance import Session
from bot.rules.closures import Shut
from storage.tables import Closure, OnRoll, School

CLOSED = select(Closure.school_id, Closure.day, Closure.half).where(
    Closure.school_id.in_(bindparam("schools", expanding=True)), Closure.ended_at.is_(None)
)


def closed_on(connection: Connection, school_id: int, first: date, last: date) -> set[Session]:
    """List the sessions between two days for which one school could not open."""
    found = closures_of(connection, [school_id]).get(school_id, set())
    return {session for session in found if first <= session[0] <= last}


def closures_of(connection: Connection, school_ids: Collection[int]) -> dict[int, set[Session]]:
    """List the sessions for which each of these schools could not open."""
    found: dict[int, set[Session]] = defaultdict(set)
    for row in connection.execute(CLOSED, {"schools": list(school_ids)}):
        found[row.school_id] |= Shut(row.school_id, row.day, row.half).sessions
    return dict(found)


def closures_from(connection: Connection, school_ids: Collection[int], day: date) -> list[Row[Any]]:
    """List the closures of these schools from a day on, soonest first."""
    query = select(Closure).where(
        Closure.school_id.in_(list(school_ids)), Closure.day >= day, Closure.ended_at.is_(None)
    )
    return list(connection.execute(query.order_by(Closure.day, Closure.school_id, Closure.id)))


def close_school(connection: Connection, shut: Shut, by: str, now: datetime) -> bool:
    """Say that a school is closed then. False: that very thing is said already."""
    if connection.execute(select(Closure.id).where(*_running(shut)).limit(1)).first() is not None:
        return False
    row = {"school_id": shut.school_id, "day": shut.day, "half": shut.half, "at": now, "by": by}
    connection.execute(insert(Closure).values(**row))
    return True


def open_again(connection: Connection, shut: Shut, now: datetime) -> bool:
    """Take a closure back. False: there is none."""
    done = connection.execute(update(Closure).where(*_running(shut)).values(ended_at=now))
    return done.rowcount > 0


def schools(connection: Connection) -> list[Row[Any]]:
    """List every school, provisions first."""
    order = (School.kind == "home_school", School.name)
    return list(connection.execute(select(School.id, School.name, School.kind).order_by(*order)))


def cases_at(connection: Connection, school_id: int, day: date) -> list[int]:
    """List the cases whose child is on a school's register on a day."""
    query = select(OnRoll.case_id).where(
        OnRoll.school_id == school_id,
        OnRoll.from_on <= day,
        or_(OnRoll.to_on.is_(None), OnRoll.to_on >= day),
    )
    return list(connection.execute(query.distinct().order_by(OnRoll.case_id)).scalars())


def _running(shut: Shut) -> tuple[Any, ...]:
    return (
        Closure.school_id == shut.school_id,
        Closure.day == shut.day,
        Closure.half == shut.half,
        Closure.ended_at.is_(None),
    )
