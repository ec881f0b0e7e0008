"""Addresses at which calendars read visits: a worker's own, and one visit for one family.

Only a keyed index of each token is kept: whoever reads the database can open none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from storage.columns import keys_of
from storage.tables import CalendarFeed, Person, Staff, TakenTime, VisitLink, VisitVersion

_OWNER = (
    select(Person.ref)
    .join(Staff, Staff.person_id == Person.id)
    .join(CalendarFeed, CalendarFeed.staff_id == Staff.person_id)
    .where(
        CalendarFeed.token_index == bindparam("token"),
        CalendarFeed.revoked_at.is_(None),
        Staff.active,
    )
)
_OPEN = select(CalendarFeed.made_at).where(
    CalendarFeed.staff_id == bindparam("staff_id"), CalendarFeed.revoked_at.is_(None)
)
_REVOKE = (
    update(CalendarFeed)
    .where(CalendarFeed.staff_id == bindparam("whose"), CalendarFeed.revoked_at.is_(None))
    .values(revoked_at=bindparam("now"))
)
_LINK = select(VisitLink.visit_id, VisitLink.person_id, VisitLink.until).where(
    VisitLink.token_index == bindparam("token"), VisitLink.revoked_at.is_(None)
)
_LINK_MADE = select(func.max(VisitLink.made_at)).where(
    VisitLink.visit_id == bindparam("visit_id"),
    VisitLink.person_id == bindparam("person_id"),
    VisitLink.revoked_at.is_(None),
)
# Whoever came to a version that was booked had their time taken by it; that row stays.
_KEPT_FREE = (
    select(VisitVersion.visit_id, VisitVersion.starts_at, VisitVersion.minutes, VisitVersion.place)
    .join(
        TakenTime,
        (TakenTime.visit_id == VisitVersion.visit_id) & (TakenTime.version == VisitVersion.version),
    )
    .where(
        TakenTime.person_id == bindparam("staff_id"),
        VisitVersion.starts_at >= bindparam("first"),
        VisitVersion.starts_at < bindparam("last"),
    )
    .order_by(VisitVersion.visit_id, VisitVersion.version)
)


@dataclass(frozen=True, slots=True)
class KeptFree:
    """What stood last in a worker's calendar of one visit."""

    visit_id: int
    starts_at: datetime
    minutes: int
    place: str


@dataclass(frozen=True, slots=True)
class Link:
    """One visit, as one adult may put it into their calendar."""

    visit_id: int
    person_id: int
    until: datetime


def make_feed(connection: Connection, staff_id: int, token: str, now: datetime) -> None:
    """Keep a new address of somebody's calendar; the one they had opens nothing any more."""
    end_feed(connection, staff_id, now)
    kept = {"staff_id": staff_id, "token_index": _index(connection, token), "made_at": now}
    connection.execute(insert(CalendarFeed).values(**kept))


def end_feed(connection: Connection, staff_id: int, now: datetime) -> None:
    """End the address of somebody's calendar."""
    connection.execute(_REVOKE, {"whose": staff_id, "now": now})


def feed_made_at(connection: Connection, staff_id: int) -> datetime | None:
    """Say when the address was made that somebody's calendar has now. None: it has none."""
    return connection.execute(_OPEN, {"staff_id": staff_id}).scalars().first()


def whose_feed(connection: Connection, token: str) -> str | None:
    """Find whose calendar a token opens, by staff id. None: it opens none, or no longer."""
    asked = {"token": _index(connection, token)}
    return connection.execute(_OWNER, asked).scalar_one_or_none()


def kept_free(
    connection: Connection, staff_id: int, first: datetime, last: datetime
) -> dict[int, KeptFree]:
    """Say what stood last in a worker's calendar of each visit they have, or had, in a stretch."""
    asked = {"staff_id": staff_id, "first": first, "last": last}
    rows = connection.execute(_KEPT_FREE, asked)
    # A later version takes an earlier one's place.
    return {
        row.visit_id: KeptFree(row.visit_id, row.starts_at, row.minutes, row.place) for row in rows
    }


def make_visit_link(
    connection: Connection,
    visit_id: int,
    person_id: int,
    token: str,
    now: datetime,
    until: datetime,
) -> None:
    """Keep an address at which one adult gets one visit for their calendar."""
    connection.execute(
        insert(VisitLink).values(
            visit_id=visit_id,
            person_id=person_id,
            token_index=_index(connection, token),
            made_at=now,
            until=until,
        )
    )


def find_visit_link(connection: Connection, token: str) -> Link | None:
    """Find what a family's token opens; whether it is too old is not looked at."""
    row = connection.execute(_LINK, {"token": _index(connection, token)}).one_or_none()
    return None if row is None else Link(*row)


def link_made_at(connection: Connection, visit_id: int, person_id: int) -> datetime | None:
    """Say when somebody last got a link to a visit. None: they never did."""
    asked = {"visit_id": visit_id, "person_id": person_id}
    return connection.execute(_LINK_MADE, asked).scalar_one_or_none()


def _index(connection: Connection, token: str) -> str:
    return keys_of(connection).index(f"calendar:{token}")
