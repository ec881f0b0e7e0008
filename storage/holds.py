"""Attendance holds: nothing about attendance goes to these families by itself, and why."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.rules.calendar import wall
from storage.tables import AttendanceHold


def held(connection: Connection, case_ids: Collection[int], day: date) -> dict[int, str]:
    """Say which of these cases were held on a day, and why: the hold that began last."""
    query = select(AttendanceHold).where(
        AttendanceHold.case_id.in_(list(case_ids)), AttendanceHold.from_on <= day
    )
    rows = connection.execute(query.order_by(AttendanceHold.id))
    return {
        row.case_id: row.kind
        for row in rows
        if row.ended_at is None or wall(row.ended_at).date() > day
    }


def hold_of(connection: Connection, case_id: int) -> Row[Any] | None:
    """Find the hold that runs on a case now."""
    query = select(AttendanceHold).where(*_running(case_id)).order_by(AttendanceHold.id.desc())
    return connection.execute(query.limit(1)).one_or_none()


def hold(
    connection: Connection, case_id: int, kind: str, by: str, today: date, now: datetime
) -> bool:
    """Hold a case for a reason; another reason gives way to it. False: it is held so already."""
    running = hold_of(connection, case_id)
    if running is not None and running.kind == kind:
        return False
    release(connection, case_id, by, now)
    row = {"case_id": case_id, "kind": kind, "from_on": today, "at": now, "by": by}
    connection.execute(insert(AttendanceHold).values(**row))
    return True


def release(connection: Connection, case_id: int, by: str, now: datetime) -> bool:
    """End the hold on a case. False: there was none."""
    ended = {"ended_at": now, "ended_by": by}
    done = connection.execute(update(AttendanceHold).where(*_running(case_id)).values(**ended))
    return done.rowcount > 0


def _running(case_id: int) -> tuple[Any, ...]:
    return AttendanceHold.case_id == case_id, AttendanceHold.ended_at.is_(None)
