"""The thread of one family: what was last said to and by them, without what is hidden."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from storage.tables import Case, Contact, ContactCase, Outbox, Person, Restriction

SPOKEN = ("inbound", "outbound")  # a note behind the scenes is no part of a thread
OPEN_TO_ALL = ("team", "safeguarding")


def last_said(
    connection: Connection,
    address_id: int,
    person_id: int | None,
    but: int,
    since: datetime,
    count: int,
) -> list[Row[Any]]:
    """Read the last contacts with whoever is at an address, oldest first, but one of them.

    What is hidden from anybody is left out for everybody: these lines are passed on to others.
    """
    theirs = Contact.address_id == address_id
    if person_id is not None:
        theirs = or_(theirs, Contact.person_id == person_id)
    hidden = select(Restriction.contact_id).where(
        Restriction.contact_id == Contact.id, Restriction.released_at.is_(None)
    )
    query = (
        select(Contact.occurred_at, Contact.direction, Contact.done_by, Contact.words)
        .where(
            theirs,
            Contact.id != but,
            Contact.words.is_not(None),
            Contact.direction.in_(SPOKEN),
            Contact.sensitivity.in_(OPEN_TO_ALL),
            Contact.occurred_at >= since,
            ~hidden.exists(),
        )
        .order_by(Contact.occurred_at.desc(), Contact.id.desc())
        .limit(count)
    )
    newest: list[Row[Any]] = list(connection.execute(query))
    return newest[::-1]


def contact_by_id(connection: Connection, contact_id: int) -> Row[Any]:
    """Read one contact."""
    return connection.execute(select(Contact).where(Contact.id == contact_id)).one()


def pupils_in(
    connection: Connection, contact_id: int, hidden: Collection[int] = ()
) -> list[tuple[str, str]]:
    """List (case reference, pupil's name) of the cases a contact stands on, but for some."""
    query = (
        select(Case.ref, Person.name)
        .join(ContactCase, ContactCase.case_id == Case.id)
        .join(Person, Person.id == Case.pupil_id)
        .where(ContactCase.contact_id == contact_id, ContactCase.ended_at.is_(None))
        .where(Case.id.not_in(hidden))
        .order_by(Case.ref)
    )
    return [(row.ref, row.name) for row in connection.execute(query)]


def last_heard(connection: Connection, person_id: int) -> int | None:
    """Find the newest message a person has sent; what staff wrote down of a call is none."""
    query = (
        select(Contact.id)
        .where(
            Contact.person_id == person_id,
            Contact.direction == "inbound",
            Contact.address_id.is_not(None),
        )
        .order_by(Contact.occurred_at.desc(), Contact.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()


def not_gone_yet(connection: Connection, person_id: int, purpose: str) -> list[Row[Any]]:
    """List what has been worded for a person with one purpose and has not left, oldest first."""
    columns = (Outbox.id, Outbox.created_at, Outbox.language, Outbox.recipe)
    query = select(*columns).where(
        Outbox.person_id == person_id,
        Outbox.purpose == purpose,
        Outbox.status.in_(("waiting", "held")),
    )
    return list(connection.execute(query.order_by(Outbox.id)))
