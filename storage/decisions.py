"""Decisions about cases: by whom and when, never taken away; one with a day until it is done."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    false,
    insert,
    or_,
    select,
    update,
)

from storage.tables import Allocation, Case, Decision, Person


@dataclass(frozen=True, slots=True)
class NewDecision:
    """Something that was decided about one case."""

    case_id: int
    kind: str  # action, joint_work, progress, closure
    words: str = field(repr=False)
    by: str
    at: datetime
    due_on: date | None = None
    owner: str | None = None
    meeting_id: int | None = None  # the meeting it was taken in
    decided_by: str = ""  # specialist, collective, manager, manager_slt; empty: not said


def decide(connection: Connection, decision: NewDecision) -> int:
    """Write a decision down; returns its number."""
    made = connection.execute(
        insert(Decision)
        .values(
            case_id=decision.case_id,
            kind=decision.kind,
            words=decision.words,
            by=decision.by,
            at=decision.at,
            due_on=decision.due_on,
            owner=decision.owner,
            meeting_id=decision.meeting_id,
            decided_by=decision.decided_by,
        )
        .returning(Decision.id)
    )
    return int(made.scalar_one())


def decided(connection: Connection, case: str) -> list[Row[Any]]:
    """List what was decided about a case, newest first."""
    query = (
        select(Decision)
        .join(Case, Case.id == Decision.case_id)
        .where(Case.ref == case)
        .order_by(Decision.at.desc(), Decision.id.desc())
    )
    return list(connection.execute(query))


def case_of(connection: Connection, decision_id: int) -> int | None:
    """Find the case a decision is about; None: there is none with this number."""
    query = select(Decision.case_id).where(Decision.id == decision_id)
    return connection.execute(query).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class Reminded:
    """Whom a reader is reminded for: who does it comes first, then whose case it is."""

    doers: Collection[str]  # refs of who does what was decided
    key_workers: Collection[int]
    unled: bool = False  # and about cases that nobody is the key worker of


def _reminders(unled: ColumnElement[bool]) -> Any:
    led_by = Allocation.staff_id.in_(bindparam("key_workers", expanding=True))
    theirs = LED.where(led_by).exists()
    doers = Decision.owner.in_(bindparam("doers", expanding=True))
    return (
        select(Decision, Case.ref.label("case"), Case.status, Person.name.label("pupil"))
        .join(Case, Case.id == Decision.case_id)
        .join(Person, Person.id == Case.pupil_id)
        .where(Decision.due_on <= bindparam("last"), Decision.done_at.is_(None))
        .where(or_(doers, theirs, unled))
        .order_by(Decision.due_on, Decision.id)
    )


LED = (
    select(Allocation.id)
    .where(Allocation.case_id == Decision.case_id, Allocation.role == "key_worker")
    .where(Allocation.from_on <= bindparam("today"))
    .where(or_(Allocation.to_on.is_(None), Allocation.to_on >= bindparam("today")))
    .correlate(Decision)
)
REMINDERS = _reminders(false())
UNLED_TOO = _reminders(~LED.exists())


def reminders(
    connection: Connection, reminded: Reminded, last: date, today: date
) -> list[Row[Any]]:
    """List what was to be done up to a day and is not done, soonest first."""
    about = {
        "doers": list(reminded.doers),
        "key_workers": list(reminded.key_workers),
        "last": last,
        "today": today,
    }
    return list(connection.execute(UNLED_TOO if reminded.unled else REMINDERS, about))


def end_decision(connection: Connection, decision_id: int, by: str, now: datetime) -> bool:
    """Note that what was decided is done. False: it was done before."""
    still = (Decision.id == decision_id, Decision.done_at.is_(None))
    ended = connection.execute(update(Decision).where(*still).values(done_at=now, done_by=by))
    return ended.rowcount == 1
