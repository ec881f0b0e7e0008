"""Which families have heard of a closure: by a text, or from a person asked to tell them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, or_, select, update

from storage.tables import Outbox, Task


def heard_of(connection: Connection, ref: str, day: date) -> bool:
    """Say whether a text about a closure has left for a case, or a person has seen to it."""
    begins = _begins(ref, day)
    left = or_(Outbox.sent_at.is_not(None), Outbox.status.in_(("sending", "sent", "uncertain")))
    text = select(Outbox.id).where(Outbox.key.startswith(begins, autoescape=True), left)
    done = Task.done_at.is_not(None), Task.outcome != TAKEN_BACK
    told = select(Task.id).where(Task.key.startswith(begins, autoescape=True), *done)
    return any(connection.execute(query.limit(1)).first() for query in (text, told))


def end_asking(connection: Connection, ref: str, day: date, by: str, now: datetime) -> None:
    """Close what asks a person to tell a family of a closure that is taken back."""
    here = Task.key.startswith(_begins(ref, day), autoescape=True), Task.done_at.is_(None)
    closed = {"done_at": now, "done_by": by, "outcome": TAKEN_BACK}
    connection.execute(update(Task).where(*here).values(**closed))


TAKEN_BACK = "opens after all"


def _begins(ref: str, day: date) -> str:
    """Begin the key of everything that was said of a closure for a case and a day."""
    return f"attendance/{ref}/closure/{day.isoformat()}"
