"""What is on record about placements, as far as their dates go: one query a part, for all cases."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, or_, select, true
from sqlalchemy.orm import aliased

from bot.rules.calendar import wall
from bot.rules.clocks import Stay
from bot.rules.placement import Placed
from bot.rules.status import COMPLETED, destination_in
from storage.placements import STEP_BACK
from storage.tables import Case, CaseStatus, Decision, ExpectedPattern, Placement

REINTEGRATION = "reintegration"  # the kind of a decision about going back to school


def stays_of(connection: Connection, case_ids: Collection[int]) -> dict[int, Stay]:
    """Read the placement of each of these cases that has one."""
    return _read(connection, Case.id.in_(list(case_ids)))


def waiting_for_education(
    connection: Connection, today: date, case_ids: Collection[int] | None = None
) -> dict[int, Stay]:
    """Read the placements of those who are excluded and whose education has not begun.

    Of these cases, or without any, of everybody.
    """
    mine = true() if case_ids is None else Case.id.in_(list(case_ids))
    begun = or_(Placement.starts_on.is_(None), Placement.starts_on > today)
    return _read(connection, and_(mine, Placement.excluded_on.is_not(None), begun))


def home_schools(connection: Connection, case_ids: Collection[int]) -> dict[int, str]:
    """Name the home school of each of these cases: its calendar counts."""
    query = select(Case.id, Case.home_school).where(Case.id.in_(list(case_ids)))
    return {row.id: row.home_school for row in connection.execute(query)}


def _read(connection: Connection, which: ColumnElement[bool]) -> dict[int, Stay]:
    later = aliased(Placement)
    newer = select(later.id).where(later.case_id == Placement.case_id, later.id > Placement.id)
    query = (
        select(Placement, Case.tier, Case.status, Case.year)
        .join(Case, Case.id == Placement.case_id)
        .where(which, ~newer.exists())
    )
    rows = list(connection.execute(query))
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
    steps = select(ExpectedPattern.case_id).where(
        ExpectedPattern.case_id.in_(ids),
        ExpectedPattern.kind == STEP_BACK,
        ExpectedPattern.stopped_at.is_(None),
    )
    said = select(Decision.case_id).where(Decision.case_id.in_(ids), Decision.kind == REINTEGRATION)
    return frozenset(connection.execute(steps.union(said)).scalars())


def _left(connection: Connection, ids: list[int]) -> dict[int, date]:
    """Find of whom it is on record where they went, and since when."""
    query = select(CaseStatus.case_id, CaseStatus.reason, CaseStatus.from_on).where(
        CaseStatus.case_id.in_(ids), CaseStatus.status == COMPLETED
    )
    rows = connection.execute(query.order_by(CaseStatus.id))
    return {row.case_id: row.from_on for row in rows if destination_in(row.reason or "")}


def _of_this(left_on: date | None, starts_on: date | None) -> date | None:
    """Leave out where a child went after a placement before this one."""
    earlier = left_on is not None and starts_on is not None and left_on < starts_on
    return None if earlier else left_on
