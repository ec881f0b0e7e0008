"""Promises staff made to families: open until somebody says how they ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from storage.tables import Case, Person, Promise

OPEN = (
    select(Promise, Case.ref.label("case_ref"), Person.name.label("pupil"))
    .join(Case, Case.id == Promise.case_id)
    .join(Person, Person.id == Case.pupil_id)
    .where(
        Promise.staff_id == bindparam("staff"),
        Promise.done_at.is_(None),
        Promise.due_on <= bindparam("until"),
    )
    .order_by(Promise.due_on, Promise.id)
)


@dataclass(frozen=True, slots=True)
class NewPromise:
    """Something that was promised about one case, and by when."""

    case_id: int
    staff_id: int
    made_by: str
    words: str = field(repr=False)
    at: datetime
    due_on: date


def make_promise(connection: Connection, promise: NewPromise) -> int:
    """Write a promise down; returns its number."""
    made = connection.execute(
        insert(Promise)
        .values(
            case_id=promise.case_id,
            staff_id=promise.staff_id,
            made_by=promise.made_by,
            words=promise.words,
            made_at=promise.at,
            due_on=promise.due_on,
        )
        .returning(Promise.id)
    )
    return int(made.scalar_one())


def open_promises(
    connection: Connection, staff_id: int, until: date | None = None
) -> list[Row[Any]]:
    """List what a member of staff has promised and not kept, due up to a day, soonest first."""
    about = {"staff": staff_id, "until": until or date.max}
    return list(connection.execute(OPEN, about))


def open_on_case(connection: Connection, case_id: int) -> list[Row[Any]]:
    """List what has been promised about one case and not kept, soonest first."""
    query = (
        select(Promise)
        .where(Promise.case_id == case_id, Promise.done_at.is_(None))
        .order_by(Promise.due_on, Promise.id)
    )
    return list(connection.execute(query))


def owner_of(connection: Connection, promise_id: int) -> str | None:
    """Name whose a promise is; None: there is none with this number."""
    query = select(Person.ref).join(Promise, Promise.staff_id == Person.id)
    return connection.execute(query.where(Promise.id == promise_id)).scalar_one_or_none()


def end_promise(
    connection: Connection, promise_id: int, by: str, outcome: str, now: datetime
) -> bool:
    """Close a promise as kept, moved or given up. False: it was closed before."""
    ended = connection.execute(
        update(Promise)
        .where(Promise.id == promise_id, Promise.done_at.is_(None))
        .values(done_at=now, done_by=by, outcome=outcome)
    )
    return ended.rowcount == 1
