"""Decisions about cases: by whom and when, never taken away; one with a day until it is done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from storage.tables import Case, Decision


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


def end_decision(connection: Connection, decision_id: int, by: str, now: datetime) -> bool:
    """Note that what was decided is done. False: it was done before."""
    still = (Decision.id == decision_id, Decision.done_at.is_(None))
    ended = connection.execute(update(Decision).where(*still).values(done_at=now, done_by=by))
    return ended.rowcount == 1


LONGEST_NUMBER = 9  # digits that every engine takes for a number


def number_in(key: str) -> int | None:
    """Read a decision's number out of a button's key `d:<decision>`. None: it has none."""
    mark, _colon, number = key.partition(":")
    fits = mark == "d" and number.isascii() and number.isdecimal()
    return int(number) if fits and len(number) <= LONGEST_NUMBER else None
