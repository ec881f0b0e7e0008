"""What happened to a matter of danger, and when: written once, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from storage.tables import Task, TaskStep

DANGER = frozenset({"crisis", "safeguarding", "complaint"})
RAISED, TOLD, HAD = "raised", "told", "had"
HANDED_ON, REMINDED, RELEASED, CLOSED = "handed_on", "reminded", "released", "closed"


def note(connection: Connection, task_id: int, who: Iterable[str], what: str, at: datetime) -> None:
    """Write a step down for each of `who`; a task that is no matter of danger keeps none.

    Of what is told, handed on or said again it is the reader; of all else, who did it.
    """
    kind = connection.execute(select(Task.kind).where(Task.id == task_id)).scalar_one_or_none()
    rows = [{"task_id": task_id, "at": at, "who": ref, "what": what} for ref in who]
    if kind in DANGER and rows:
        connection.execute(insert(TaskStep), rows)


def steps_of(connection: Connection, task_id: int) -> list[Row[Any]]:
    """Read the steps of a task, oldest first."""
    query = select(TaskStep).where(TaskStep.task_id == task_id).order_by(TaskStep.id)
    return list(connection.execute(query))
