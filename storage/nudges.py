"""What decides whom of a family a message about school goes to, and which of them have left."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from bot.rules.gate import BEYOND_CAPS
from bot.rules.marks import NO_REASON_YET, UNKNOWN_REASON
from storage.tables import (
    AgreedReminder,
    Case,
    CaseContact,
    NotSent,
    Outbox,
    Person,
    SessionMark,
    Task,
)


@dataclass(frozen=True, slots=True)
class OfCase:
    """One adult of a case."""

    person_id: int
    ref: str
    priority: int
    responsible: bool  # has parental responsibility
    do_not_use: bool
    copy_only: bool


def case_named(connection: Connection, ref: str) -> Row[Any] | None:
    """Read how a case stands, by its reference."""
    query: Any = select(Case.id, Case.ref, Case.status, Case.paused_until).where(Case.ref == ref)
    return connection.execute(query).one_or_none()


def adults_of(connection: Connection, case_id: int) -> list[OfCase]:
    """List the adults of a case, first to be asked first."""
    query = (
        select(
            CaseContact.person_id,
            Person.ref,
            CaseContact.priority,
            CaseContact.parental_responsibility,
            CaseContact.do_not_use,
            CaseContact.copy_only,
        )
        .join(Person, Person.id == CaseContact.person_id)
        .where(CaseContact.case_id == case_id)
        .order_by(CaseContact.priority, CaseContact.id)
    )
    return [OfCase(*row) for row in connection.execute(query)]


def reminders_of(connection: Connection, case_id: int) -> list[Row[Any]]:
    """List the reminders the adults of a case have asked for, and nobody has ended."""
    query = select(AgreedReminder).where(
        AgreedReminder.case_id == case_id, AgreedReminder.ended_at.is_(None)
    )
    return list(connection.execute(query.order_by(AgreedReminder.id)))


def left_at(connection: Connection, keys: Collection[str]) -> dict[str, datetime]:
    """Say of these messages, by their keys, which have left, and when."""
    query = select(Outbox.key, Outbox.sent_at).where(
        Outbox.key.in_(list(keys)), Outbox.sent_at.is_not(None)
    )
    return {row.key: row.sent_at for row in connection.execute(query)}


def about_to_go(connection: Connection, person_id: int, now: datetime) -> int:
    """Count what waits to go to somebody by itself at this very moment, and fills a cap."""
    waits = Outbox.status.in_(("waiting", "held")), Outbox.due_at <= now
    query = select(func.count()).where(
        Outbox.person_id == person_id,
        Outbox.kind == "proactive",
        Outbox.purpose.not_in(BEYOND_CAPS),
        *waits,
    )
    return connection.execute(query).scalar_one()


def why_left(connection: Connection, key: str) -> str:
    """Say why a message did not go, as it was noted; empty: nothing was."""
    query = select(NotSent.reason).where(NotSent.key == key)
    return connection.execute(query).scalar_one_or_none() or ""


def is_asked(connection: Connection, case_id: int, like: str) -> bool:
    """Say whether a person still has a task about a case whose key begins so."""
    waits = Task.case_id == case_id, Task.done_at.is_(None)
    query = select(Task.id).where(*waits, Task.key.startswith(like, autoescape=True))
    return connection.execute(query.limit(1)).first() is not None


def hold_marks(connection: Connection, case_id: int, day: date) -> None:
    """Wait for a register that is correcting the marks of a day, and let none do so meanwhile."""
    query = select(SessionMark.id).where(
        SessionMark.case_id == case_id,
        SessionMark.day == day,
        SessionMark.replaced_by.is_(None),
    )
    connection.execute(query.order_by(SessionMark.id).with_for_update(read=True)).all()


def not_marked_in(connection: Connection, case_ids: Collection[int], day: date) -> bool:
    """Say whether a register has one of these children down as absent on a day, nobody knows why.

    A mark that was corrected since does not count: somebody has seen the child.
    """
    query = select(SessionMark.id).where(
        SessionMark.case_id.in_(list(case_ids)),
        SessionMark.day == day,
        SessionMark.code.in_((NO_REASON_YET, UNKNOWN_REASON)),
        SessionMark.replaced_by.is_(None),
    )
    return connection.execute(query.limit(1)).first() is not None
