"""Matters of danger as their reader counts them: by message, whoever was told of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.closings import raised_since
from storage.steps import HAD, HANDED_ON, RAISED, REMINDED
from storage.tables import Case, Task, TaskStep

MACHINE = "system"
LATE = frozenset({HANDED_ON, REMINDED})  # the clock had run out before somebody had it


@dataclass(frozen=True, slots=True)
class Raised:
    """One message that was raised, whatever number of tasks it made."""

    at: datetime
    level: str
    case: str  # its reference; empty: nobody knows the number
    words: str = field(repr=False)
    in_time: bool  # somebody had it before the clock ran out
    missed: bool  # only a person raised it
    outcome: str | None  # None: it is open still


def raised_messages(connection: Connection, since: datetime) -> tuple[Raised, ...]:
    """Count every message raised since a moment once, oldest first."""
    tasks = raised_since(connection, since)
    steps = _steps(connection, [task.id for task in tasks])
    refs = dict(connection.execute(select(Case.id, Case.ref)).all())
    by_message: dict[Any, list[Row[Any]]] = defaultdict(list)
    for task in tasks:
        by_message[task.contact_id or f"task {task.id}"].append(task)
    return tuple(_message(group, steps, refs) for group in by_message.values())


def _steps(connection: Connection, ids: list[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    query = select(TaskStep).where(TaskStep.task_id.in_(ids)).order_by(TaskStep.id)
    for step in connection.execute(query):
        found[step.task_id].append(step)
    return found


def _message(
    group: list[Row[Any]], steps: Mapping[int, list[Row[Any]]], refs: Mapping[int, str]
) -> Raised:
    first = group[0]
    taken = [step for task in group for step in steps[task.id]]
    by = {step.who for step in taken if step.what == RAISED}
    ends = {task.ended or task.outcome for task in group if task.done_at is not None}
    closed = all(task.done_at is not None for task in group)
    return Raised(
        at=first.created_at,
        level=min(task.level or "L3" for task in group),
        case=refs.get(first.case_id, ""),
        words=first.said or "",
        in_time=_in_time(steps[task.id] for task in group),
        missed=bool(by) and MACHINE not in by,
        outcome=_worst(ends) if closed else None,
    )


def _in_time(tasks: Iterable[list[Row[Any]]]) -> bool:
    for steps in tasks:
        whats = [step.what for step in steps]
        if HAD in whats and LATE.isdisjoint(whats[: whats.index(HAD)]):
            return True
    return False


def _worst(ends: set[str | None]) -> str:
    """Of two endings the graver counts: a false alarm is one only if everybody says so."""
    order = ("acted_on", "watched", "not_urgent", "false_alarm")
    return next((end for end in order if end in ends), "done")


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody has taken on what a task is about."""

    by: str
    at: datetime


def taken_by(connection: Connection, task: Row[Any]) -> Taken | None:
    """Find who took on another task about the same contact; None: nobody has."""
    if task.contact_id is None:
        return None
    query = (
        select(Task.seen_by, Task.seen_at)
        .where(
            Task.contact_id == task.contact_id,
            Task.person_id == task.person_id,
            Task.seen_by.is_not(None),
        )
        .order_by(Task.seen_at)
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return Taken(row.seen_by, row.seen_at) if row else None
