"""Meetings of the taskforce: opened, attended and closed; decisions in between are theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, text, update

from storage.tables import Meeting

ALLOCATION = "allocation"
LOCK = 7_291_007


def meeting_on(connection: Connection, on: date, kind: str = ALLOCATION) -> Row[Any] | None:
    """Find the meeting of a day, open or closed."""
    query = select(Meeting).where(Meeting.kind == kind, Meeting.held_on == on)
    return connection.execute(query.order_by(Meeting.id).limit(1)).one_or_none()


def held_before(connection: Connection, on: date, kind: str = ALLOCATION) -> date | None:
    """Find the day of the last meeting that was opened before a day."""
    query = select(func.max(Meeting.held_on)).where(Meeting.kind == kind, Meeting.held_on < on)
    return connection.execute(query).scalar_one()


def open_meeting(
    connection: Connection, on: date, by: str, attendees: Sequence[str], now: datetime
) -> int | None:
    """Open the meeting of a day, once; one that was closed goes on. None: it is open already."""
    _one_at_a_time(connection)
    known = meeting_on(connection, on)
    if known is None:
        row = {"kind": ALLOCATION, "held_on": on, "opened_at": now, "opened_by": by}
        made = insert(Meeting).values(**row, attendees=list(attendees)).returning(Meeting.id)
        return int(connection.execute(made).scalar_one())
    if known.closed_at is None:
        return None
    both = list(dict.fromkeys((*known.attendees, *attendees)))
    again = update(Meeting).where(Meeting.id == known.id)
    connection.execute(again.values(closed_at=None, attendees=both))
    return int(known.id)


def close_meeting(connection: Connection, meeting_id: int, now: datetime) -> bool:
    """Close a meeting. False: it is closed already."""
    still = (Meeting.id == meeting_id, Meeting.closed_at.is_(None))
    return connection.execute(update(Meeting).where(*still).values(closed_at=now)).rowcount == 1


def sitting_in(connection: Connection, ref: str, today: date) -> int | None:
    """Find the meeting somebody sits in now; None: they sit in none."""
    meeting = meeting_on(connection, today)
    sits = meeting is not None and meeting.closed_at is None and ref in meeting.attendees
    return int(meeting.id) if meeting is not None and sits else None


def _one_at_a_time(connection: Connection) -> None:
    """Let nobody else open a meeting until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
