"""What a digest is made of: one query a part, whatever the size of a caseload.

Nothing here hands out words its reader may not read: `readable` stands in every query of words.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Text, and_, cast, func, or_, select, true
from sqlalchemy.orm import aliased

from storage.contacts import CAME_ABOUT
from storage.tables import (
    Allocation,
    Case,
    CaseContact,
    Contact,
    ContactCase,
    Cover,
    Outbox,
    Person,
    Restriction,
    Task,
)

RESTRICTED = "restricted%"
PURPOSE = "digest"
LOOK_BACK = timedelta(days=28)
HEARD_LATE = timedelta(days=3)  # a text may be this old when it reaches us
OWN_WORDS = ("typed", "held")  # tasks that only mark a worker's own message
LOST = ("undelivered", "failed")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: those in charge read what is restricted, others what they wrote themselves."""

    id: int
    ref: str
    in_charge: bool = False


def may_be_told(reader: Reader) -> ColumnElement[bool]:
    """Say in a query of which contacts a member of staff may be told: never of words about them.

    What a hidden message was changed to is hidden with it: it repeats what stood there before.
    """
    return and_(not_about(reader), _not_restricted(reader))


def not_about(reader: Reader) -> ColumnElement[bool]:
    """Say in a query which contacts are not kept from a member of staff as words about them.

    Of everything else they may know that it was, though not what it said.
    """
    return ~_hidden(Restriction.staff_id == reader.id)


def readable(reader: Reader) -> ColumnElement[bool]:
    """Say in a query which contacts of a log a member of staff may read.

    What is hidden from anybody is meanwhile for those in charge alone, and for its author.
    """
    about_reader = Restriction.staff_id == reader.id
    own = and_(_written_by(reader), ~_hidden(about_reader))
    whose = about_reader if reader.in_charge else true()
    return and_(or_(~_hidden(whose), own), _not_restricted(reader))


def _written_by(reader: Reader) -> ColumnElement[bool]:
    return or_(Contact.done_by == reader.ref, Contact.recorded_by == reader.ref)


def _not_restricted(reader: Reader) -> ColumnElement[bool]:
    own = _written_by(reader)
    return true() if reader.in_charge else or_(Contact.sensitivity.not_like(RESTRICTED), own)


def _hidden(whose: ColumnElement[bool]) -> ColumnElement[bool]:
    here = Restriction.contact_id.in_((Contact.id, Contact.amends))
    query = select(Restriction.contact_id).where(here, Restriction.released_at.is_(None), whose)
    return query.correlate(Contact).exists()


def last_digest(connection: Connection, staff_id: int, now: datetime) -> datetime | None:
    """Find when a member of staff last got a digest, by one look into an index."""
    query = select(func.max(Outbox.created_at)).where(
        Outbox.person_id == staff_id,
        Outbox.sent_at >= now - LOOK_BACK,
        Outbox.purpose == PURPOSE,
        Outbox.created_at < now,
    )
    return connection.execute(query).scalar_one()


def last_cover(connection: Connection, staff_id: int, since: date) -> Row[Any] | None:
    """Find the newest cover of a member of staff that ran on or after a day."""
    still = or_(Cover.to_on.is_(None), Cover.to_on >= since)
    query = select(Cover).where(Cover.staff_id == staff_id, still)
    return connection.execute(query.order_by(Cover.id.desc()).limit(1)).one_or_none()


def caseload_of(
    connection: Connection, staff_ids: Collection[int], supporter: int, today: date
) -> list[Row[Any]]:
    """List the cases these staff are key workers of, and those one of them supports."""
    mine = or_(
        and_(Allocation.staff_id.in_(staff_ids), Allocation.role == "key_worker"),
        and_(Allocation.staff_id == supporter, Allocation.role == "supporting"),
    )
    query = (
        select(
            Case.id,
            Case.ref,
            Case.tier,
            Case.status,
            Case.placement_week,
            Person.name.label("pupil"),
            Person.created_at.label("recorded_at"),
            Allocation.staff_id,
            Allocation.role,
        )
        .join(Allocation, Allocation.case_id == Case.id)
        .join(Person, Person.id == Case.pupil_id)
        .where(mine, Allocation.from_on <= today)
        .where(or_(Allocation.to_on.is_(None), Allocation.to_on >= today))
    )
    return list(connection.execute(query.order_by(Case.ref, Allocation.id)))


def waiting(connection: Connection, reader: Reader, owners: Collection[int]) -> list[Row[Any]]:
    """List what is open with these owners, and what the reader was told of or has taken."""
    told = cast(Task.told, Text).contains(json.dumps(reader.ref), autoescape=True)
    mine = or_(Task.owner_id.in_(owners), Task.seen_by == reader.ref, told)
    owner, pupil = aliased(Person), aliased(Person)
    query = (
        select(Task, owner.ref.label("owner"), Case.ref.label("case"), pupil.name.label("pupil"))
        .join(owner, owner.id == Task.owner_id)
        .join(Case, Case.id == Task.case_id, isouter=True)
        .join(pupil, pupil.id == Case.pupil_id, isouter=True)
        .join(Contact, Contact.id == Task.contact_id, isouter=True)
        .where(Task.done_at.is_(None), Task.kind.not_in(OWN_WORDS), mine)
        .where(or_(Task.contact_id.is_(None), may_be_told(reader)))
    )
    return list(connection.execute(query.order_by(Task.created_at, Task.id)))


def said(
    connection: Connection,
    reader: Reader,
    case_ids: Collection[int],
    since: datetime,
    *,
    both: bool = False,
) -> list[Row[Any]]:
    """List what families said since a moment, each once a case; `both`: and what staff wrote."""
    heard = Contact.direction == "inbound"
    wrote = and_(
        Contact.direction == "outbound",
        Contact.done_by != "system",
        CAME_ABOUT,
    )
    query = _contacts(reader, case_ids, since - HEARD_LATE)
    which = or_(heard, wrote) if both else heard
    return list(connection.execute(query.where(Contact.recorded_at >= since, which)))


def check_ins(
    connection: Connection, reader: Reader, case_ids: Collection[int], since: datetime
) -> list[Row[Any]]:
    """List what families answered while a check-in was open, oldest first."""
    asked = (Contact.direction == "inbound", Contact.answering == "check_in")
    return list(connection.execute(_contacts(reader, case_ids, since).where(*asked)))


def undelivered(
    connection: Connection, reader: Reader, case_ids: Collection[int], since: datetime
) -> list[Row[Any]]:
    """List attempts since a moment that did not arrive."""
    lost = (Contact.direction == "outbound", Contact.attempt_result.in_(LOST))
    query = _contacts(reader, case_ids, since - HEARD_LATE)
    return list(connection.execute(query.where(*lost, Contact.recorded_at >= since)))


def held(connection: Connection, case_ids: Collection[int]) -> list[Row[Any]]:
    """List messages to these families that are held, with why; not what they say."""
    shown = (Outbox.cases, Outbox.reason, Outbox.due_at, Outbox.author, Outbox.created_at)
    query = select(Outbox.id, *shown).where(
        Outbox.status == "held", Outbox.kind != "staff", Outbox.person_id.in_(_carers(case_ids))
    )
    return list(connection.execute(query.order_by(Outbox.due_at, Outbox.id)))


def _contacts(reader: Reader, case_ids: Collection[int], since: datetime) -> Any:
    """Look through the people of these cases: what they said long ago is not read."""
    return (
        select(Contact, ContactCase.case_id, Person.name.label("person"))
        .join(ContactCase, ContactCase.contact_id == Contact.id)
        .join(Person, Person.id == Contact.person_id)
        .where(
            Contact.person_id.in_(_carers(case_ids)),
            Contact.occurred_at >= since,
            ContactCase.case_id.in_(case_ids),
            ContactCase.ended_at.is_(None),
            readable(reader),
        )
        .order_by(Contact.occurred_at, Contact.id, ContactCase.case_id)
    )


def _carers(case_ids: Iterable[int]) -> Any:
    return select(CaseContact.person_id).where(CaseContact.case_id.in_(list(case_ids)))
