"""What a digest is made of: one query a part, whatever the size of a caseload.

Nothing here hands out words its reader may not read: `readable` stands in every query of words.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    Text,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from storage.tables import (
    Allocation,
    Case,
    CaseContact,
    Contact,
    Cover,
    Outbox,
    Person,
    Restriction,
    Task,
)

RESTRICTED = "restricted%"
ESCAPE = "/"
PURPOSE = "digest"
LOOK_BACK = timedelta(days=28)
OWN_WORDS = ("typed", "held")  # tasks that only mark a worker's own message
LOST = ("undelivered", "failed")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: those in charge read what is restricted, others what they wrote themselves."""

    id: int
    ref: str
    in_charge: bool = False


@dataclass(frozen=True, slots=True)
class AnyReader:
    """Stands in a statement that is built once, for whoever reads: `given` says who that is."""

    in_charge: bool
    id: BindParameter[int] = field(default_factory=lambda: bindparam("reader"))
    ref: BindParameter[str] = field(default_factory=lambda: bindparam("reader_ref"))


def given(reader: Reader) -> dict[str, Any]:
    """Say who reads, to a statement that was built for any reader."""
    return {"reader": reader.id, "reader_ref": reader.ref}


def may_be_told(reader: Reader | AnyReader) -> ColumnElement[bool]:
    """Say in a query of which contacts a member of staff may be told: never of words about them.

    What a hidden message was changed to is hidden with it: it repeats what stood there before.
    """
    return and_(not_about(reader), _not_restricted(reader))


def not_about(reader: Reader | AnyReader) -> ColumnElement[bool]:
    """Say in a query which contacts are not kept from a member of staff as words about them.

    Of everything else they may know that it was, though not what it said.
    """
    return ~_hidden(Restriction.staff_id == reader.id)


def readable(reader: Reader | AnyReader) -> ColumnElement[bool]:
    """Say in a query which contacts of a log a member of staff may read.

    What is hidden from anybody is meanwhile for those in charge alone, and for its author.
    """
    about_reader = Restriction.staff_id == reader.id
    own = and_(_written_by(reader), ~_hidden(about_reader))
    whose = about_reader if reader.in_charge else true()
    return and_(or_(~_hidden(whose), own), _not_restricted(reader))


def _written_by(reader: Reader | AnyReader) -> ColumnElement[bool]:
    return or_(Contact.done_by == reader.ref, Contact.recorded_by == reader.ref)


def _not_restricted(reader: Reader | AnyReader) -> ColumnElement[bool]:
    own = _written_by(reader)
    return true() if reader.in_charge else or_(Contact.sensitivity.not_like(RESTRICTED), own)


def _hidden(whose: ColumnElement[bool]) -> ColumnElement[bool]:
    here = Restriction.contact_id.in_((Contact.id, Contact.amends))
    query = select(Restriction.contact_id).where(here, Restriction.released_at.is_(None), whose)
    return query.correlate(Contact).exists()


# What is read for a reader is built for one like any other and one in charge: `in_charge` is the
# place of a reader's own.
READERS = (AnyReader(in_charge=False), AnyReader(in_charge=True))
CASES: Any = bindparam("cases", expanding=True)
OWNERS: Any = bindparam("owners", expanding=True)
CARERS = select(CaseContact.person_id).where(CaseContact.case_id.in_(CASES))

LAST = select(func.max(Outbox.created_at)).where(
    Outbox.person_id == bindparam("staff"),
    Outbox.sent_at >= bindparam("first"),
    Outbox.purpose == PURPOSE,
    Outbox.created_at < bindparam("now"),
)
LAST_COVER = (
    select(Cover)
    .where(
        Cover.staff_id == bindparam("staff"),
        or_(Cover.to_on.is_(None), Cover.to_on >= bindparam("since")),
    )
    .order_by(Cover.id.desc())
    .limit(1)
)
CASELOAD = (
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
    .where(
        or_(
            and_(Allocation.staff_id.in_(OWNERS), Allocation.role == "key_worker"),
            and_(Allocation.staff_id == bindparam("supporter"), Allocation.role == "supporting"),
        ),
        Allocation.from_on <= bindparam("today"),
        or_(Allocation.to_on.is_(None), Allocation.to_on >= bindparam("today")),
    )
    .order_by(Case.ref, Allocation.id)
)
HELD = (
    select(Outbox.id, Outbox.cases, Outbox.reason, Outbox.due_at, Outbox.author, Outbox.created_at)
    .where(Outbox.status == "held", Outbox.kind != "staff", Outbox.person_id.in_(CARERS))
    .order_by(Outbox.due_at, Outbox.id)
)


def _waiting(reader: AnyReader) -> Any:
    told = cast(Task.told, Text).contains(bindparam("told"), escape=ESCAPE)
    mine = or_(Task.owner_id.in_(OWNERS), Task.seen_by == reader.ref, told)
    owner, pupil = aliased(Person), aliased(Person)
    return (
        select(Task, owner.ref.label("owner"), Case.ref.label("case"), pupil.name.label("pupil"))
        .join(owner, owner.id == Task.owner_id)
        .join(Case, Case.id == Task.case_id, isouter=True)
        .join(pupil, pupil.id == Case.pupil_id, isouter=True)
        .join(Contact, Contact.id == Task.contact_id, isouter=True)
        .where(Task.done_at.is_(None), Task.kind.not_in(OWN_WORDS), mine)
        .where(or_(Task.contact_id.is_(None), may_be_told(reader)))
        .order_by(Task.created_at, Task.id)
    )


WAITING = tuple(_waiting(reader) for reader in READERS)


def last_digest(connection: Connection, staff_id: int, now: datetime) -> datetime | None:
    """Find when a member of staff last got a digest, by one look into an index."""
    about = {"staff": staff_id, "first": now - LOOK_BACK, "now": now}
    return connection.execute(LAST, about).scalar_one()


def last_cover(connection: Connection, staff_id: int, since: date) -> Row[Any] | None:
    """Find the newest cover of a member of staff that ran on or after a day."""
    return connection.execute(LAST_COVER, {"staff": staff_id, "since": since}).one_or_none()


def caseload_of(
    connection: Connection, staff_ids: Collection[int], supporter: int, today: date
) -> list[Row[Any]]:
    """List the cases these staff are key workers of, and those one of them supports."""
    about = {"owners": list(staff_ids), "supporter": supporter, "today": today}
    return list(connection.execute(CASELOAD, about))


def waiting(connection: Connection, reader: Reader, owners: Collection[int]) -> list[Row[Any]]:
    """List what is open with these owners, and what the reader was told of or has taken."""
    about = {"owners": list(owners), "told": _literally(json.dumps(reader.ref))}
    return list(connection.execute(WAITING[reader.in_charge], given(reader) | about))


def held(connection: Connection, case_ids: Collection[int]) -> list[Row[Any]]:
    """List messages to these families that are held, with why; not what they say."""
    these = list(case_ids)
    return list(connection.execute(HELD, {"cases": these})) if these else []


def _literally(words: str) -> str:
    """Write words so that LIKE takes each sign of them for itself."""
    for sign in (ESCAPE, "%", "_"):
        words = words.replace(sign, ESCAPE + sign)
    return words
