"""How visits went, and what families may be told of who comes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from storage.tables import Case, Person, Staff, VisitCase, VisitOutcome

_PUBLIC = (
    select(Person.ref, Staff.public_label)
    .join(Staff, Staff.person_id == Person.id)
    .where(Person.ref.in_(bindparam("refs", expanding=True)))
)
_OUTCOME = select(VisitOutcome).where(VisitOutcome.visit_id == bindparam("visit_id"))
_OUTCOMES = select(VisitOutcome.visit_id, VisitOutcome.outcome).where(
    VisitOutcome.visit_id.in_(bindparam("visit_ids", expanding=True))
)
_MISSED = (
    select(VisitOutcome.visit_id, VisitOutcome.missed, VisitOutcome.at, Case.ref)
    .join(VisitCase, VisitCase.visit_id == VisitOutcome.visit_id)
    .join(Case, Case.id == VisitCase.case_id)
    .where(
        VisitOutcome.outcome == "was_not_brought",
        VisitOutcome.at >= bindparam("first"),
        VisitOutcome.at <= bindparam("last"),
    )
    .order_by(VisitOutcome.at, VisitOutcome.visit_id, Case.ref)
)


@dataclass(frozen=True, slots=True)
class Ended:
    """How one visit went, as it is kept."""

    visit_id: int
    outcome: str
    missed: str  # why, where it did not come about
    minutes: int
    contact_id: int | None
    at: datetime
    by: str  # staff id


def keep_outcome(connection: Connection, ended: Ended) -> None:
    """Keep how a visit went: once, as it is then over."""
    connection.execute(
        insert(VisitOutcome).values(
            visit_id=ended.visit_id,
            outcome=ended.outcome,
            missed=ended.missed,
            minutes=ended.minutes,
            contact_id=ended.contact_id,
            at=ended.at,
            by=ended.by,
        )
    )


def outcome_of(connection: Connection, visit_id: int) -> Row[Any] | None:
    """Read how a visit went. None: nobody has said."""
    return connection.execute(_OUTCOME, {"visit_id": visit_id}).one_or_none()


def outcomes_of(connection: Connection, visit_ids: Collection[int]) -> Mapping[int, str]:
    """Read how each of these visits went; one of which nobody has said is not there."""
    rows = connection.execute(_OUTCOMES, {"visit_ids": list(visit_ids)})
    return {row.visit_id: row.outcome for row in rows}


def missed_between(connection: Connection, first: datetime, last: datetime) -> list[Row[Any]]:
    """List missed visits with each of their cases: visit_id, missed, at, ref."""
    return list(connection.execute(_MISSED, {"first": first, "last": last}))


def public_words(connection: Connection, refs: Collection[str]) -> Mapping[str, str]:
    """Read what families may be told of these members of staff: "learning specialist"."""
    rows = connection.execute(_PUBLIC, {"refs": list(refs)})
    return {row.ref: row.public_label for row in rows}
