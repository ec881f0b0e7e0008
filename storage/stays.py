"""What is on record about placements, as far as their dates go: one query a part, for all cases."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select
from sqlalchemy.orm import aliased

from bot.rules.calendar import wall
from bot.rules.clocks import Stay
from bot.rules.placement import Placed
from bot.rules.status import COMPLETED, destination_in
from storage.placements import STEP_BACK
from storage.tables import Case, CaseStatus, Decision, ExpectedPattern, Placement

REINTEGRATION = "reintegration"  # the kind of a decision about going back to school


LATER = aliased(Placement)
NEWER = select(LATER.id).where(LATER.case_id == Placement.case_id, LATER.id > Placement.id)
STAYS = (
    select(Placement, Case.tier, Case.status, Case.year)
    .join(Case, Case.id == Placement.case_id)
    .where(~NEWER.exists())
)
THESE: Any = bindparam("cases", expanding=True)
STAYS_OF = STAYS.where(Case.id.in_(THESE))
NOT_BEGUN = STAYS.where(
    Placement.excluded_on.is_not(None),
    or_(Placement.starts_on.is_(None), Placement.starts_on > bindparam("today")),
)
NOT_BEGUN_OF = NOT_BEGUN.where(Case.id.in_(THESE))
HOME_SCHOOLS = select(Case.id, Case.home_school).where(Case.id.in_(THESE))
STEPS = select(ExpectedPattern.case_id).where(
    ExpectedPattern.case_id.in_(THESE),
    ExpectedPattern.kind == STEP_BACK,
    ExpectedPattern.stopped_at.is_(None),
)
DECIDED = select(Decision.case_id).where(
    Decision.case_id.in_(THESE), Decision.kind == REINTEGRATION
)
PLANNED = STEPS.union(DECIDED)
LEFT = (
    select(CaseStatus.case_id, CaseStatus.reason, CaseStatus.from_on)
    .where(CaseStatus.case_id.in_(THESE), CaseStatus.status == COMPLETED)
    .order_by(CaseStatus.id)
)


def stays_of(connection: Connection, case_ids: Collection[int]) -> dict[int, Stay]:
    """Read the placement of each of these cases that has one."""
    return _read(connection, STAYS_OF, {"cases": list(case_ids)})


def waiting_for_education(
    connection: Connection, today: date, case_ids: Collection[int] | None = None
) -> dict[int, Stay]:
    """Read the placements of those who are excluded and whose education has not begun.

    Of these cases, or without any, of everybody.
    """
    if case_ids is None:
        return _read(connection, NOT_BEGUN, {"today": today})
    return _read(connection, NOT_BEGUN_OF, {"cases": list(case_ids), "today": today})


def home_schools(connection: Connection, case_ids: Collection[int]) -> dict[int, str]:
    """Name the home school of each of these cases: its calendar counts."""
    found = connection.execute(HOME_SCHOOLS, {"cases": list(case_ids)})
    return {row.id: row.home_school for row in found}


def _read(connection: Connection, query: Any, about: dict[str, Any]) -> dict[int, Stay]:
    rows = list(connection.execute(query, about))
    ids = [row.case_id for row in rows]
    if not ids:
        return {}
    planned, left = _planned(connection, ids), _left(connection, ids)
    return {
        row.case_id: Stay(
            Placed(row.starts_on, row.ends_on, row.excluded_on, row.prior_tenths, row.ended_on),
            row.tier,
            row.status,
            row.year,
            wall(row.at).date(),
            row.case_id in planned,
            _of_this(left.get(row.case_id), row.starts_on),
        )
        for row in rows
    }


def _planned(connection: Connection, ids: list[int]) -> frozenset[int]:
    """Find whose way back into school is agreed, or decided about."""
    return frozenset(connection.execute(PLANNED, {"cases": ids}).scalars())


def _left(connection: Connection, ids: list[int]) -> dict[int, date]:
    """Find of whom it is on record where they went, and since when."""
    rows = connection.execute(LEFT, {"cases": ids})
    return {row.case_id: row.from_on for row in rows if destination_in(row.reason or "")}


def _of_this(left_on: date | None, starts_on: date | None) -> date | None:
    """Leave out where a child went after a placement before this one."""
    earlier = left_on is not None and starts_on is not None and left_on < starts_on
    return None if earlier else left_on
