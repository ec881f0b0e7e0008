"""Which pupils missed what, found by day and not pupil by pupil."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from storage.mark_history import NOW
from storage.tables import Case, SessionMark

MARKED = (
    select(SessionMark.case_id, SessionMark.school_id, SessionMark.day, SessionMark.code)
    .where(
        NOW,
        SessionMark.case_id.in_(bindparam("cases", expanding=True)),
        SessionMark.day >= bindparam("first"),
        SessionMark.code.in_(bindparam("codes", expanding=True)),
    )
    .order_by(SessionMark.id)
)


def missed_often(
    connection: Connection, codes: Collection[str], first: date, last: date, sessions: int
) -> list[str]:
    """Name the cases with so many sessions of these codes or more between two days."""
    query = (
        select(Case.ref)
        .join(SessionMark, SessionMark.case_id == Case.id)
        .where(NOW, SessionMark.day.between(first, last), SessionMark.code.in_(list(codes)))
        .group_by(Case.ref)
        .having(func.count() >= sessions)
    )
    return list(connection.execute(query.order_by(Case.ref)).scalars())


def marked_on(
    connection: Connection, days: Collection[date], codes: Collection[str]
) -> list[Row[Any]]:
    """List the marks of these days that are one of these codes, case by case."""
    query = select(
        SessionMark.case_id, SessionMark.school_id, SessionMark.day, SessionMark.code
    ).where(NOW, SessionMark.day.in_(list(days)), SessionMark.code.in_(list(codes)))
    order = (SessionMark.case_id, SessionMark.day, SessionMark.school_id)
    return list(connection.execute(query.order_by(*order)))


def marked_of(
    connection: Connection, case_ids: Collection[int], codes: Collection[str], first: date
) -> list[Row[Any]]:
    """List the marks of these pupils since a day that are one of these codes."""
    about = {"cases": list(case_ids), "codes": list(codes), "first": first}
    return list(connection.execute(MARKED, about)) if about["cases"] else []
