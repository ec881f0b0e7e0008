"""How matters of danger ended, and what the lead must see of all that was raised."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.received import add_once
from storage.steps import DANGER
from storage.tables import Case, Contact, Person, Task, TaskClosing


@dataclass(frozen=True, slots=True)
class Closing:
    """What was said when a matter of danger was closed."""

    outcome: str  # "acted_on", "watched", "not_urgent", "false_alarm"
    reason: str = field(repr=False)
    told: str = field(repr=False)  # who was told, and when
    recorded_in: str  # "cpoms", "lcs", "other"
    reference: str = field(repr=False)


def keep_closing(
    connection: Connection, task_id: int, closing: Closing, by: str, now: datetime
) -> bool:
    """Keep how a matter ended. False: it has been closed before."""
    row = {
        "task_id": task_id,
        "outcome": closing.outcome,
        "reason": closing.reason,
        "told": closing.told,
        "recorded_in": closing.recorded_in,
        "reference": closing.reference,
        "by": by,
        "at": now,
    }
    return add_once(connection, TaskClosing, row)


def closing_of(connection: Connection, task_id: int) -> Row[Any] | None:
    """Read how a matter ended; None while it is open."""
    query = select(TaskClosing).where(TaskClosing.task_id == task_id)
    return connection.execute(query).one_or_none()


def raised_since(connection: Connection, moment: datetime) -> list[Row[Any]]:
    """List every matter of danger raised since a moment, with its words and how it ended."""
    query = (
        select(Task, TaskClosing.outcome.label("ended"), Contact.words.label("said"))
        .outerjoin(TaskClosing, TaskClosing.task_id == Task.id)
        .outerjoin(Contact, Contact.id == Task.contact_id)
        .where(Task.kind.in_(DANGER), Task.created_at >= moment)
        .order_by(Task.created_at, Task.id)
    )
    return list(connection.execute(query))


def pupil_of(connection: Connection, case_id: int) -> str:
    """Name the pupil of a case."""
    query = select(Person.name).join(Case, Case.pupil_id == Person.id).where(Case.id == case_id)
    return connection.execute(query).scalar_one()
