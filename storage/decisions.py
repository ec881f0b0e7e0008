"""Decisions about cases: by whom and when, never taken away."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

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
