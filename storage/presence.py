"""Who was seen in at a provision: no mark, and never written into a register."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.rules.gate import OPEN_STATUSES
from storage.tables import Case, OnRoll, Person, Presence, School

UNDO_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Seat:
    """One child at one school in one session."""

    case_id: int
    school_id: int
    day: date
    half: str


def seen(
    connection: Connection, case_ids: Collection[int], day: date, half: str
) -> dict[tuple[int, int], Row[Any]]:
    """Read, by case and school, what was last tapped for a session and not taken back."""
    query = select(Presence).where(
        Presence.day == day,
        Presence.half == half,
        Presence.case_id.in_(list(case_ids)),
        Presence.undone_at.is_(None),
    )
    rows = connection.execute(query.order_by(Presence.id))
    return {(row.case_id, row.school_id): row for row in rows}


def seen_in(
    connection: Connection, case_id: int, first: date, last: date
) -> frozenset[tuple[date, str]]:
    """List the sessions in which a child was seen in at any school, as the taps stand now."""
    query = select(Presence).where(
        Presence.case_id == case_id,
        Presence.day.between(first, last),
        Presence.undone_at.is_(None),
    )
    rows = connection.execute(query.order_by(Presence.id))
    stands = {(row.day, row.half, row.school_id): row.here for row in rows}
    return frozenset((day, half) for (day, half, _school), here in stands.items() if here)


def tap(connection: Connection, seat: Seat, by: str, now: datetime, *, here: bool) -> bool:
    """Note that a child was in, or not. False: that is the last thing that was noted."""
    last = seen(connection, [seat.case_id], seat.day, seat.half)
    before = last.get((seat.case_id, seat.school_id))
    if before is not None and before.here == here:
        return False
    row = {
        "case_id": seat.case_id,
        "school_id": seat.school_id,
        "day": seat.day,
        "half": seat.half,
        "here": here,
        "at": now,
        "by": by,
    }
    connection.execute(insert(Presence).values(**row))
    return True


def take_back(connection: Connection, seat: Seat, now: datetime) -> bool:
    """Take the last tap of a session back, while that is possible. False: it is too late."""
    last = seen(connection, [seat.case_id], seat.day, seat.half)
    before = last.get((seat.case_id, seat.school_id))
    if before is None or now - before.at > UNDO_WITHIN:
        return False
    connection.execute(update(Presence).where(Presence.id == before.id).values(undone_at=now))
    return True


def on_the_rolls(connection: Connection, day: date) -> list[Row[Any]]:
    """List the children with an open case on a provision's register, by school and name."""
    query = (
        select(Case.id, Case.ref, Case.status, Person.name, School.id.label("school_id"))
        .add_columns(School.name.label("school"))
        .join(OnRoll, OnRoll.case_id == Case.id)
        .join(School, School.id == OnRoll.school_id)
        .join(Person, Person.id == Case.pupil_id)
        .where(Case.status.in_(OPEN_STATUSES), School.kind != "home_school", OnRoll.from_on <= day)
        .where((OnRoll.to_on.is_(None)) | (OnRoll.to_on >= day))
    )
    rows = connection.execute(query.order_by(School.name, Case.ref))
    return sorted(rows, key=lambda row: (row.school, row.name.casefold()))
