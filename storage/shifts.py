"""Hours that staff work beside their usual week: an evening, a Saturday, a holiday club.

Nothing is deleted: a shift that was taken back has ended.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.tables import ExtraShift, Person

_STANDING = (
    select(Person.ref, ExtraShift.from_at, ExtraShift.to_at)
    .join(ExtraShift, ExtraShift.staff_id == Person.id)
    .where(
        Person.ref.in_(bindparam("staff", expanding=True)),
        ExtraShift.ended_at.is_(None),
        ExtraShift.from_at < bindparam("last"),
        ExtraShift.to_at > bindparam("first"),
    )
    .order_by(ExtraShift.from_at, ExtraShift.id)
)
_OWN = (
    ExtraShift.staff_id == bindparam("of_staff"),
    ExtraShift.ended_at.is_(None),
    ExtraShift.from_at < bindparam("last"),
    ExtraShift.to_at > bindparam("first"),
)
_MEETS = select(ExtraShift.id).where(*_OWN).limit(1)
_END = update(ExtraShift).where(*_OWN).values(ended_at=bindparam("now"))


def shifts_of(
    connection: Connection, staff: Collection[str], first: datetime, last: datetime
) -> dict[str, list[tuple[datetime, datetime]]]:
    """List the extra shifts of these staff, by id, that touch a stretch of time, in order."""
    found: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    asked = {"staff": list(staff), "first": first, "last": last}
    for ref, from_at, to_at in connection.execute(_STANDING, asked):
        found[ref].append((from_at, to_at))
    return found


def add_shift(
    connection: Connection,
    staff_id: int,
    stretch: tuple[datetime, datetime],
    by: str,
    now: datetime,
) -> bool:
    """Keep an extra shift. False: one that meets it is there already."""
    first, last = stretch
    asked = {"of_staff": staff_id, "first": first, "last": last}
    if connection.execute(_MEETS, asked).first() is not None:
        return False
    row = {"staff_id": staff_id, "from_at": first, "to_at": last, "at": now, "by": by}
    connection.execute(insert(ExtraShift).values(**row))
    return True


def end_shifts(
    connection: Connection, staff_id: int, first: datetime, last: datetime, now: datetime
) -> int:
    """Take back the extra shifts of somebody that touch a stretch of time; say how many."""
    asked = {"of_staff": staff_id, "first": first, "last": last, "now": now}
    return connection.execute(_END, asked).rowcount
