"""Placements and what was agreed about sessions, as people said it. The newest placement counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from bot.rules.expected import Pattern, slots_of, words_of
from bot.rules.placement import Placed
from storage.attending import CLOCKS, look_again
from storage.tables import ExpectedPattern, Placement

STEP_BACK = "step_back"  # how a step of a reintegration is kept
FROM_A_FILE = "import"  # who said it, where a file did: whatever a person says counts over it

THESE: Any = bindparam("cases", expanding=True)
NEWEST = select(Placement).where(
    Placement.id.in_(
        select(func.max(Placement.id))
        .where(Placement.case_id.in_(THESE))
        .group_by(Placement.case_id)
    )
)
RUNNING = (
    select(ExpectedPattern)
    .where(ExpectedPattern.case_id.in_(THESE), ExpectedPattern.stopped_at.is_(None))
    .order_by(ExpectedPattern.from_on, ExpectedPattern.step, ExpectedPattern.id)
)


@dataclass(frozen=True, slots=True)
class Agreed:
    """One agreed stretch of sessions, as it can be stopped."""

    id: int
    pattern: Pattern
    agreed_by: str  # of bot.rules.placement_form.AGREED_BY: names stand in no open column
    at: datetime


def placements_of(connection: Connection, case_ids: Collection[int]) -> dict[int, Placed]:
    """Read the placement of each of these cases that has one."""
    return {row.case_id: _placed(row) for row in _newest(connection, case_ids)}


def placement_of(connection: Connection, case_id: int) -> Placed | None:
    """Read the placement of one case; None: nobody has said anything of it."""
    return placements_of(connection, [case_id]).get(case_id)


def said_by_people(connection: Connection, case_ids: Collection[int]) -> frozenset[int]:
    """List those of these cases whose placement a person has set: no file changes it."""
    query = select(Placement.case_id).where(
        Placement.case_id.in_(list(case_ids)), Placement.by != FROM_A_FILE
    )
    return frozenset(connection.execute(query).scalars())


def place(connection: Connection, case_id: int, placed: Placed, by: str, now: datetime) -> bool:
    """Write a placement down as it stands from now on. False: it stood so already."""
    if placement_of(connection, case_id) == placed:
        return False
    row = {"case_id": case_id, "at": now, "by": by, **asdict(placed)}
    connection.execute(insert(Placement).values(**row))
    look_again(connection, [case_id], now, CLOCKS)
    return True


def patterns_of(
    connection: Connection, case_ids: Collection[int]
) -> dict[int, tuple[Pattern, ...]]:
    """Read what was agreed about the sessions of each of these cases, and nobody has stopped."""
    found: dict[int, list[Pattern]] = {case_id: [] for case_id in case_ids}
    for row in _running(connection, case_ids):
        found[row.case_id].append(_pattern(row))
    return {case_id: tuple(patterns) for case_id, patterns in found.items()}


def agreed_on(connection: Connection, case_id: int) -> list[Agreed]:
    """List what was agreed about the sessions of one case, soonest first."""
    return [
        Agreed(row.id, _pattern(row), row.agreed_by, row.at)
        for row in _running(connection, [case_id])
    ]


def agree(
    connection: Connection, case_id: int, pattern: Pattern, agreed_by: str, now: datetime
) -> int:
    """Write down which sessions were agreed for a while; returns its id."""
    row = {
        "case_id": case_id,
        "kind": STEP_BACK if pattern.kind == "reintegration" else pattern.kind,
        "step": pattern.step,
        "sessions": words_of(pattern.slots),
        "from_on": pattern.from_on,
        "until_on": pattern.until_on,
        "agreed_by": agreed_by,
        "at": now,
    }
    query = insert(ExpectedPattern).values(**row).returning(ExpectedPattern.id)
    return connection.execute(query).scalar_one()


def stop_pattern(connection: Connection, case_id: int, pattern_id: int, now: datetime) -> bool:
    """End what was agreed. False: it is not of this case, or was stopped before."""
    theirs = (
        ExpectedPattern.id == pattern_id,
        ExpectedPattern.case_id == case_id,
        ExpectedPattern.stopped_at.is_(None),
    )
    done = connection.execute(update(ExpectedPattern).where(*theirs).values(stopped_at=now))
    return done.rowcount == 1


def _newest(connection: Connection, case_ids: Collection[int]) -> list[Row[Any]]:
    return list(connection.execute(NEWEST, {"cases": list(case_ids)}))


def _running(connection: Connection, case_ids: Collection[int]) -> list[Row[Any]]:
    return list(connection.execute(RUNNING, {"cases": list(case_ids)}))


def _placed(row: Row[Any]) -> Placed:
    return Placed(row.starts_on, row.ends_on, row.excluded_on, row.prior_tenths, row.ended_on)


def _pattern(row: Row[Any]) -> Pattern:
    kind: Literal["reduced", "reintegration"]
    kind = "reintegration" if row.kind == STEP_BACK else "reduced"
    return Pattern(kind, slots_of(row.sessions), row.from_on, row.until_on, row.step)
