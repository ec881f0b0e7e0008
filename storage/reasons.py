"""Why children were not in, as families and staff said it. The newest counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, insert, select

from bot.rules.reasons import TAKEN_BACK
from storage.tables import AbsenceReason, Person, Staff

GIVEN = (
    select(AbsenceReason.case_id, AbsenceReason.day, AbsenceReason.kind)
    .where(
        AbsenceReason.case_id.in_(bindparam("cases", expanding=True)),
        AbsenceReason.day.between(bindparam("first"), bindparam("last")),
    )
    .order_by(AbsenceReason.id)
)


@dataclass(frozen=True, slots=True)
class Given:
    """One reason for one child and day."""

    case_id: int
    day: date
    kind: str
    at: datetime
    by: str  # a person's id or a member of staff's
    contact_id: int | None = None


def give(connection: Connection, given: Given) -> None:
    """Write a reason down; it counts from now on."""
    row = {
        "case_id": given.case_id,
        "day": given.day,
        "kind": given.kind,
        "contact_id": given.contact_id,
        "at": given.at,
        "by": given.by,
    }
    connection.execute(insert(AbsenceReason).values(**row))


def reasons_of(
    connection: Connection, case_ids: Collection[int], first: date, last: date
) -> dict[int, dict[date, str]]:
    """Read by case and day which reason counts; one that was taken back counts no more."""
    about = {"cases": list(case_ids), "first": first, "last": last}
    found: dict[int, dict[date, str]] = {case_id: {} for case_id in case_ids}
    for case_id, day, kind in connection.execute(GIVEN, about):
        found[case_id][day] = kind
    return {
        case_id: {day: kind for day, kind in days.items() if kind != TAKEN_BACK}
        for case_id, days in found.items()
    }


def posts(connection: Connection, employer: str) -> dict[str, str]:
    """Read the role of everybody an employer has on the team, by staff id."""
    query = select(Person.ref, Staff.role).join(Staff, Staff.person_id == Person.id)
    rows = connection.execute(
        query.where(Staff.active, Staff.employer == employer).order_by(Staff.person_id)
    )
    return dict(rows.all())
