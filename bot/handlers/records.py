"""The demo page's records: a case's log, open tasks, and what is held and why."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from bot.rules.not_sent import would_have_been
from bot.scene.family import local_time
from bot.scene.names import with_names
from storage.cases import case_ids
from storage.contacts import on_case
from storage.held import not_gone, not_sent
from storage.tables import Case, Person, Task


def log(connection: Connection, case: str) -> list[dict[str, Any]] | None:
    """Read a case's contact log, oldest first. None: there is no such case."""
    found = case_ids(connection, [case]).get(case)
    if found is None:
        return None
    names = dict(connection.execute(select(Person.id, Person.name)).all())
    return [
        {
            "id": row.id,
            "at": row.occurred_at.isoformat(),
            "mode": row.mode,
            "direction": row.direction,
            "done_by": row.done_by,
            "person": names.get(row.person_id),
            "words": row.words,
            "purpose": row.purpose,
            "attempt_result": row.attempt_result,
            "language": row.language,
            "sensitivity": row.sensitivity,
            "out_of_hours": row.out_of_hours,
            "answering": row.answering,
        }
        for row in on_case(connection, found)
    ]


def tasks(connection: Connection) -> list[dict[str, Any]]:
    """List what staff have open, the most urgent first."""
    query = (
        select(Task, Person.ref.label("owner"), Case.ref.label("case_ref"))
        .join(Person, Person.id == Task.owner_id)
        .join(Case, Case.id == Task.case_id, isouter=True)
        .where(Task.done_at.is_(None), Task.kind != "typed")
        .order_by(Task.respond_by, Task.id)
    )
    rows = connection.execute(query).all()
    named = with_names(connection, [row.words for row in rows])
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "level": row.level,
            "owner": row.owner,
            "case": row.case_ref,
            "respond_by": row.respond_by.isoformat() if row.respond_by else None,
            "words": words,
            "at": row.created_at.isoformat(),
            "seen_by": row.seen_by,
        }
        for row, words in zip(rows, named, strict=True)
    ]


def held(connection: Connection) -> list[dict[str, Any]]:
    """List what waits, was dropped or was never begun, each with its reason in words."""
    waiting = [_waiting(row) for row in not_gone(connection)]
    return waiting + [
        {
            "to": row.person,
            "person": row.person_ref,
            "cases": row.cases,
            "text": f"({would_have_been(row.job, row.key)})",
            "until": None,
            "reason": row.reason,
            "state": "not sent",
            "at": row.at.isoformat(),
        }
        for row in not_sent(connection)
    ]


def _waiting(row: Row[Any]) -> dict[str, Any]:
    waits = row.status in {"waiting", "held"}
    reason = row.reason or ("about to be sent" if waits else row.status)
    if row.status == "held":
        reason = f"will be looked at {local_time(row.due_at)}: {row.reason}"
    return {
        "to": row.person or "unknown number",
        "person": row.person_ref,
        "cases": row.cases,
        "text": row.text,
        "until": row.due_at.isoformat() if waits else None,
        "reason": reason,
        "state": row.status,
        "at": row.created_at.isoformat(),
    }
