"""Visits as they stand and as they stood, and whose time is taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from bot.rules.visits import BOOKED, LIVE, OVER, Coming, Plan, Visit
from storage.tables import Case, Person, TakenTime, VisitCase, VisitVersion
from storage.tables import Visit as Kept

_NOW = (
    select(
        Kept,
        Person.ref.label("person"),
        VisitVersion.starts_at,
        VisitVersion.minutes,
        VisitVersion.travel_minutes,
        VisitVersion.place,
        VisitVersion.place_words,
        VisitVersion.coming,
        VisitVersion.at.label("changed_at"),
        VisitVersion.confirmed_at,
    )
    .join(
        VisitVersion,
        (VisitVersion.visit_id == Kept.id) & (VisitVersion.version == Kept.version),
    )
    .outerjoin(Person, Person.id == Kept.person_id)
)
_ONE = _NOW.where(Kept.id == bindparam("visit_id"))
_NUMBERED = _NOW.where(Kept.id.in_(bindparam("visit_ids", expanding=True))).order_by(
    VisitVersion.starts_at, Kept.id
)
_BETWEEN = _NOW.where(
    VisitVersion.starts_at >= bindparam("first"), VisitVersion.starts_at < bindparam("last")
).order_by(VisitVersion.starts_at, Kept.id)
_OF_CASES = (
    _NOW.where(
        Kept.id.in_(
            select(VisitCase.visit_id).where(
                VisitCase.case_id.in_(bindparam("case_ids", expanding=True))
            )
        )
    )
).order_by(VisitVersion.starts_at, Kept.id)
_LIVE = _NOW.where(Kept.state.in_(LIVE)).order_by(VisitVersion.starts_at, Kept.id)
_CASES = (
    select(VisitCase.visit_id, VisitCase.case_id, Case.ref)
    .join(Case, Case.id == VisitCase.case_id)
    .where(VisitCase.visit_id.in_(bindparam("visit_ids", expanding=True)))
    .order_by(VisitCase.case_id)
)
_TAKEN = (
    select(TakenTime.person_id, TakenTime.from_at, TakenTime.to_at, TakenTime.visit_id)
    .where(
        TakenTime.person_id.in_(bindparam("person_ids", expanding=True)),
        TakenTime.ended_at.is_(None),
        TakenTime.from_at < bindparam("last"),
        TakenTime.to_at > bindparam("first"),
    )
    .order_by(TakenTime.from_at)
)


def find_visit(connection: Connection, visit_id: int) -> Visit | None:
    """Read a visit as it now stands."""
    found = _visits(connection, connection.execute(_ONE, {"visit_id": visit_id}))
    return found[0] if found else None


def visits_numbered(connection: Connection, visit_ids: Collection[int]) -> list[Visit]:
    """Read these visits as they now stand, in order."""
    return _visits(connection, connection.execute(_NUMBERED, {"visit_ids": list(visit_ids)}))


def visits_between(connection: Connection, first: datetime, last: datetime) -> list[Visit]:
    """List visits that begin in a stretch of time, cancelled ones too, in order."""
    return _visits(connection, connection.execute(_BETWEEN, {"first": first, "last": last}))


def visits_of_cases(connection: Connection, case_ids: Collection[int]) -> list[Visit]:
    """List every visit there is or was about these cases, in order."""
    return _visits(connection, connection.execute(_OF_CASES, {"case_ids": list(case_ids)}))


def live_visits_of(connection: Connection, person_id: int) -> list[Visit]:
    """List the visits one adult is invited to that are offered or booked."""
    query = _NOW.where(Kept.person_id == person_id, Kept.state.in_(LIVE))
    return _visits(connection, connection.execute(query.order_by(VisitVersion.starts_at)))


def live_visits(connection: Connection) -> list[Visit]:
    """List every visit that is offered or booked, in order."""
    return _visits(connection, connection.execute(_LIVE))


def versions_of(connection: Connection, visit_id: int) -> list[Row[Any]]:
    """List every version of a visit, the first first."""
    query = select(VisitVersion).where(VisitVersion.visit_id == visit_id)
    return list(connection.execute(query.order_by(VisitVersion.version)))


def taken_between(
    connection: Connection, person_ids: Collection[int], first: datetime, last: datetime
) -> list[Row[Any]]:
    """List what takes these people in a stretch of time: person_id, from_at, to_at, visit_id."""
    asked = {"person_ids": list(person_ids), "first": first, "last": last}
    return list(connection.execute(_TAKEN, asked))


def booked_in_week(
    connection: Connection, case_ids: Collection[int], first: datetime, last: datetime
) -> list[Visit]:
    """List the booked visits in a stretch at which these families see somebody; calls are none."""
    return [
        visit
        for visit in visits_of_cases(connection, case_ids)
        if visit.state in {BOOKED, OVER}
        and visit.what.fills_week
        and visit.plan.place != "phone"
        and visit.plan.starts_at
        and first <= visit.plan.starts_at < last
    ]


def _visits(connection: Connection, rows: Iterable[Row[Any]]) -> list[Visit]:
    found = list(rows)
    about: dict[int, list[tuple[int, str]]] = defaultdict(list)
    if found:
        ids = [row.id for row in found]
        for visit_id, case_id, ref in connection.execute(_CASES, {"visit_ids": ids}):
            about[visit_id].append((case_id, ref))
    return [_visit(row, about[row.id]) for row in found]


def _visit(row: Row[Any], about: Sequence[tuple[int, str]]) -> Visit:
    return Visit(
        id=row.id,
        kind=row.kind,
        state=row.state,
        version=row.version,
        plan=plan_of(row),
        cases=tuple(ref for _number, ref in about),
        case_ids=tuple(number for number, _ref in about),
        person_id=row.person_id,
        person=row.person or "",
        made_by=row.made_by,
        made_at=row.made_at,
        changed_at=row.changed_at,
        about=row.about,
        confirmed_at=row.confirmed_at,
    )


def plan_of(row: Row[Any]) -> Plan:
    """Read what one version of a visit says."""
    return Plan(
        minutes=row.minutes,
        place=row.place,
        coming=tuple(Coming(staff, why) for staff, why in row.coming),
        starts_at=row.starts_at,
        travel=row.travel_minutes,
        place_words=row.place_words,
    )
