"""Whose register counts where two disagree, as somebody has said it; the newest word stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from storage.holding import hold_cases
from storage.mark_history import conflicts_of
from storage.tables import MarkSettled, SessionMark


@dataclass(frozen=True, slots=True)
class Settled:
    """One school's register counts for one session of one pupil."""

    case_id: int
    day: date
    half: str
    school_id: int


def settle_mark(connection: Connection, settled: Settled, by: str, now: datetime) -> bool:
    """Let one school's mark count.

    False: that school says nothing, nothing is in dispute, or it was settled so before.
    """
    hold_cases(connection, [settled.case_id])  # two who settle it at once settle one after another
    here = (
        MarkSettled.case_id == settled.case_id,
        MarkSettled.day == settled.day,
        MarkSettled.half == settled.half,
    )
    before = connection.execute(select(MarkSettled.school_id).where(*here)).scalar_one_or_none()
    if before == settled.school_id or not _is_said(connection, settled):
        return False
    if before is None and not _is_in_dispute(connection, settled):
        return False
    chosen = {"school_id": settled.school_id, "at": now, "by": by}
    if before is not None:
        connection.execute(update(MarkSettled).where(*here).values(**chosen))
        return True
    row = {"case_id": settled.case_id, "day": settled.day, "half": settled.half, **chosen}
    connection.execute(insert(MarkSettled).values(**row))
    return True


def _is_in_dispute(connection: Connection, settled: Settled) -> bool:
    day = settled.day
    found = conflicts_of(connection, [settled.case_id], day, day)
    return any(conflict.half == settled.half for conflict in found)


def _is_said(connection: Connection, settled: Settled) -> bool:
    query = select(SessionMark.id).where(
        SessionMark.case_id == settled.case_id,
        SessionMark.school_id == settled.school_id,
        SessionMark.day == settled.day,
        SessionMark.half == settled.half,
        SessionMark.replaced_by.is_(None),
    )
    return connection.execute(query).first() is not None
