"""Whom a family was told of before that person writes to them, and who waits to be welcomed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select

from storage.tables import Case, Introduction, Outbox, Person, Task

WELCOME = "welcome"  # the kind of the task, and the purpose of the message
INTRODUCTION = "introduction"  # the purpose of the message
IN_PERSON = "welcome_in_person"  # the kind of the task where nobody can be written to
UNSENT = ("waiting", "held")


@dataclass(frozen=True, slots=True)
class NewIntroduction:
    """Somebody a family has just been told of."""

    case_id: int
    agency: str
    name: str = field(repr=False)
    about: str = field(repr=False)
    by: str
    at: datetime


def introduce(connection: Connection, introduction: NewIntroduction) -> int:
    """Keep whom a family was told of; returns its number."""
    made = connection.execute(
        insert(Introduction)
        .values(
            case_id=introduction.case_id,
            agency=introduction.agency,
            name=introduction.name,
            about=introduction.about,
            by=introduction.by,
            at=introduction.at,
        )
        .returning(Introduction.id)
    )
    return int(made.scalar_one())


def introductions_of(connection: Connection, case_id: int) -> list[Row[Any]]:
    """List whom the family of a case was told of, newest first.

    What was stopped or could not go told them nothing: it was put out in the same moment.
    """
    not_told = select(Outbox.id).where(
        Outbox.purpose == INTRODUCTION,
        Outbox.author == Introduction.by,
        Outbox.created_at == Introduction.at,
        Outbox.status.in_(("cancelled", "expired", "failed")),
    )
    query = select(Introduction).where(Introduction.case_id == case_id, ~not_told.exists())
    newest = query.order_by(Introduction.at.desc(), Introduction.id.desc())
    return list(connection.execute(newest))


def unwelcomed(connection: Connection, person_ids: Collection[int]) -> list[Row[Any]]:
    """List the welcomes of these people that wait for a yes, or have not left, oldest first.

    What answers a welcome is put out in the moment that closes it, by whoever closes it.
    """
    letter = (
        (Outbox.person_id == Task.person_id)
        & (Outbox.author == Task.done_by)
        & (Outbox.created_at == Task.done_at)
        & (Outbox.kind == "person")
        & Outbox.status.in_(UNSENT)
    )
    query = (
        select(Task.id, Task.case_id, Task.person_id, Task.owner_id, Outbox.id.label("outbox_id"))
        .join(Outbox, letter, isouter=True)
        .where(
            Task.kind == WELCOME,
            Task.person_id.in_(list(person_ids)),
            or_(Task.done_at.is_(None), Outbox.id.is_not(None)),
        )
        .order_by(Task.id)
    )
    return list(connection.execute(query))


def asked_about(connection: Connection, case_id: int, kinds: Iterable[str]) -> list[int]:
    """List what of these kinds is still asked about one case."""
    query = select(Task.id).where(
        Task.case_id == case_id, Task.kind.in_(list(kinds)), Task.done_at.is_(None)
    )
    return list(connection.execute(query.order_by(Task.id)).scalars())


def unsent(connection: Connection, person_id: int, purposes: Iterable[str]) -> list[Row[Any]]:
    """List what staff have written to somebody for these purposes and has not left."""
    query = select(Outbox).where(
        Outbox.person_id == person_id,
        Outbox.kind == "person",
        Outbox.purpose.in_(list(purposes)),
        Outbox.status.in_(UNSENT),
    )
    return list(connection.execute(query.order_by(Outbox.id)))


def child_of(connection: Connection, case_id: int) -> Row[str, str]:
    """Read a case's reference and its child's name."""
    query = select(Case.ref, Person.name).join(Person, Person.id == Case.pupil_id)
    return connection.execute(query.where(Case.id == case_id)).one()
