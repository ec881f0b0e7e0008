"""The contact log: written once, read often, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from storage.columns import keys_of
from storage.received import add_once
from storage.tables import CaseContact, Contact, ContactCase, Restriction, Task, core


@dataclass(frozen=True, slots=True)
class Entry:
    """One contact that is to be written down."""

    at: datetime
    recorded_at: datetime
    direction: str  # "inbound", "outbound", "internal"
    mode: str  # "sms", "telegram", "other_message"
    done_by: str  # staff id, "system", or the person's own id
    purpose: str
    words: str = field(repr=False)
    salt: bytes = field(repr=False)
    person_id: int | None = None
    address_id: int | None = None
    recorded_by: str = "system"
    attempt_result: str | None = None
    language: str = "en"
    sensitivity: str = "team"
    out_of_hours: bool = False
    answering: str | None = None
    source: str | None = None
    outbox_id: int | None = None
    amends: int | None = None


ALARMS = ("crisis", "safeguarding")
SPOKEN = frozenset({"telephone", "video", "face_to_face"})  # modes in which both speak
REACHED = "reached"  # how a call or a visit went; a message that arrived has no such word
CAME_ABOUT = or_(Contact.attempt_result.is_(None), Contact.attempt_result == REACHED)
WRITE = insert(core(Contact)).returning(core(Contact).c.id)
STAND = insert(core(ContactCase))
KEPT_FROM = select(Restriction.staff_id).where(
    Restriction.contact_id == bindparam("contact"), Restriction.released_at.is_(None)
)
LAST_HEARD = (
    select(Contact.words, Contact.occurred_at)
    .where(Contact.address_id == bindparam("address"), Contact.direction == "inbound")
    .order_by(Contact.occurred_at.desc(), Contact.id.desc())
    .limit(1)
)
_CHANGED = aliased(Contact)  # what was said in place of these words
HEARD_ON = (
    select(Contact.id, Contact.words, Contact.occurred_at, Contact.recorded_at)
    .add_columns(
        exists().where(Task.contact_id == Contact.id, Task.kind.in_(ALARMS)).label("raised")
    )
    .join(ContactCase, ContactCase.contact_id == Contact.id)
    .where(
        ContactCase.case_id == bindparam("case"),
        ContactCase.ended_at.is_(None),
        Contact.direction == "inbound",
        Contact.occurred_at >= bindparam("since"),
        Contact.words.is_not(None),
        ~exists().where(
            or_(_CHANGED.amends == Contact.id, _CHANGED.amends == Contact.amends),
            _CHANGED.id > Contact.id,
        ),
    )
    .order_by(Contact.occurred_at, Contact.id)
)


def log(connection: Connection, entry: Entry, case_ids: Iterable[int]) -> int:
    """Write one contact down on its cases; returns its id."""
    row = {
        "occurred_at": entry.at,
        "recorded_at": entry.recorded_at,
        "person_id": entry.person_id,
        "address_id": entry.address_id,
        "direction": entry.direction,
        "mode": entry.mode,
        "done_by": entry.done_by,
        "recorded_by": entry.recorded_by,
        "purpose": entry.purpose,
        "attempt_result": entry.attempt_result,
        "language": entry.language,
        "sensitivity": entry.sensitivity,
        "out_of_hours": entry.out_of_hours,
        "answering": entry.answering,
        "source": entry.source,
        "outbox_id": entry.outbox_id,
        "amends": entry.amends,
        "words": entry.words,
        "words_salt": entry.salt,
        "words_proof": keys_of(connection).proof(entry.salt, entry.words),
    }
    contact_id: int = connection.execute(WRITE, row).scalar_one()
    link(connection, contact_id, case_ids)
    return contact_id


def link(connection: Connection, contact_id: int, case_ids: Iterable[int]) -> None:
    """Stand a contact on further cases."""
    rows = [{"contact_id": contact_id, "case_id": case_id} for case_id in case_ids]
    if rows:
        connection.execute(STAND, rows)


def restrict(
    connection: Connection,
    contact_id: int,
    staff_id: int,
    now: datetime,
    *,
    because: int | None = None,
) -> None:
    """Hide a contact from one member of staff until it, or what it follows, is released."""
    row = {"contact_id": contact_id, "staff_id": staff_id, "since": now, "because_id": because}
    add_once(connection, Restriction, row)


def release(connection: Connection, contact_id: int, by: str, now: datetime) -> list[int]:
    """Let everybody read a contact again; returns whom it had been hidden from."""
    hidden = list(restricted_from(connection, contact_id))
    these = or_(Restriction.contact_id == contact_id, Restriction.because_id == contact_id)
    connection.execute(
        update(Restriction)
        .where(these, Restriction.released_at.is_(None))
        .values(released_at=now, released_by=by)
    )
    return hidden


def restricted_from(connection: Connection, contact_id: int) -> set[int]:
    """List the staff who may not read a contact now."""
    rows = connection.execute(KEPT_FROM, {"contact": contact_id})
    return set(rows.scalars())


def on_case(connection: Connection, case_id: int) -> list[Row[Any]]:
    """Read a case's log, oldest first."""
    query = (
        select(Contact)
        .join(ContactCase, ContactCase.contact_id == Contact.id)
        .where(ContactCase.case_id == case_id, ContactCase.ended_at.is_(None))
        .order_by(Contact.occurred_at, Contact.id)
    )
    return list(connection.execute(query))


def last_inbound(connection: Connection, address_id: int) -> Row[str | None, datetime] | None:
    """Read the last thing heard from an address."""
    return connection.execute(LAST_HEARD, {"address": address_id}).one_or_none()


def heard_on(connection: Connection, case_id: int, since: datetime) -> list[Row[Any]]:
    """Read what a family wrote about a child since a moment, as it stands after its changes.

    `raised`: somebody was alarmed by it.
    """
    return list(connection.execute(HEARD_ON, {"case": case_id, "since": since}))


def last_heard(connection: Connection, case_ids: Iterable[int], since: datetime) -> datetime | None:
    """Find when anybody of these cases last wrote to us, if since a moment they did."""
    theirs = select(CaseContact.person_id).where(CaseContact.case_id.in_(list(case_ids)))
    query = select(func.max(Contact.occurred_at)).where(
        Contact.person_id.in_(theirs),
        Contact.occurred_at >= since,
        Contact.direction == "inbound",
    )
    return connection.execute(query).scalar_one()


def last_two_way(connection: Connection, person_id: int, since: datetime) -> datetime | None:
    """Find when a person and a member of staff last both spoke, if since a moment they did.

    A call that came about and a visit are both at once; of messages it takes one each way.
    """
    rows = connection.execute(
        select(Contact.occurred_at, Contact.direction, Contact.mode)
        .where(
            Contact.person_id == person_id,
            Contact.occurred_at >= since,
            CAME_ABOUT,
            or_(
                Contact.direction == "inbound",
                and_(Contact.direction == "outbound", Contact.done_by != "system"),
            ),
        )
        .order_by(Contact.occurred_at)
    ).all()
    spoke = [row.occurred_at for row in rows if row.mode in SPOKEN]
    heard = [row.occurred_at for row in rows if row.direction == "inbound"]
    said = [row.occurred_at for row in rows if row.direction == "outbound"]
    wrote = [max(heard[-1], said[-1])] if heard and said else []
    return max((*spoke, *wrote), default=None)


def by_source(connection: Connection, source: str) -> Row[Any] | None:
    """Find a contact by where it came from, as it was last changed."""
    first = connection.execute(select(Contact).where(Contact.source == source)).one_or_none()
    if first is None:
        return None
    later = select(Contact).where(Contact.amends == first.id).order_by(Contact.id.desc()).limit(1)
    return connection.execute(later).one_or_none() or first


def unclaimed(connection: Connection, address_id: int) -> list[int]:
    """List what a stranger said from an address, not yet on any case."""
    on_any = select(ContactCase.id).where(ContactCase.contact_id == Contact.id).exists()
    query = select(Contact.id).where(
        Contact.address_id == address_id, Contact.person_id.is_(None), ~on_any
    )
    return list(connection.execute(query.order_by(Contact.id)).scalars())
