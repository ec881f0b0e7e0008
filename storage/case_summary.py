"""One case at a glance, as its reader may see it; and how a family is found."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from storage.columns import keys_of
from storage.digest import OWN_WORDS, Reader, may_be_told, readable
from storage.tables import (
    Address,
    Allocation,
    Case,
    CaseContact,
    Contact,
    ContactCase,
    Passport,
    Person,
    Promise,
    Staff,
    Task,
)

Speaker = aliased(Person)
CASES: Any = (
    select(Case, Person.name.label("pupil"), Person.created_at.label("recorded_at"))
    .join(Person, Person.id == Case.pupil_id)
    .where(Case.id.in_(bindparam("cases", expanding=True)))
    .order_by(Case.ref)
)


def cases_at(connection: Connection, case_ids: Iterable[int]) -> list[Row[Any]]:
    """Read cases with their pupils' names, in the order of their references."""
    these = list(case_ids)
    return list(connection.execute(CASES, {"cases": these})) if these else []


def every_case(connection: Connection) -> list[Row[Any]]:
    """List every case with its pupil's name."""
    query = select(Case.id, Case.ref, Person.name.label("pupil"))
    joined = query.join(Person, Person.id == Case.pupil_id)
    return list(connection.execute(joined.order_by(Case.ref)))


def allocated(connection: Connection, case_ids: Collection[int], today: date) -> list[Row[Any]]:
    """List who is allocated to these cases now, the key worker first."""
    query = (
        select(Allocation.case_id, Allocation.role, Person.ref, Person.name)
        .join(Person, Person.id == Allocation.staff_id)
        .where(
            Allocation.case_id.in_(case_ids),
            Allocation.from_on <= today,
            or_(Allocation.to_on.is_(None), Allocation.to_on >= today),
        )
    )
    return list(connection.execute(query.order_by(Allocation.role, Allocation.id)))


def adults(connection: Connection, case_ids: Collection[int]) -> list[Row[Any]]:
    """List the adults of these cases, those to be asked first before others."""
    query = (
        select(
            CaseContact,
            Person.name,
            Person.language,
            Person.discreet,
            Person.shared_phone,
        )
        .join(Person, Person.id == CaseContact.person_id)
        .where(CaseContact.case_id.in_(case_ids))
    )
    return list(connection.execute(query.order_by(CaseContact.priority, CaseContact.id)))


def opted_out(connection: Connection, person_ids: Collection[int]) -> set[int]:
    """List who of these people asked for no more texts."""
    query = select(Address.person_id).where(
        Address.person_id.in_(person_ids), Address.opted_out_at.is_not(None)
    )
    return {found for found in connection.execute(query).scalars() if found is not None}


def newest_passport(connection: Connection, case_id: int) -> Row[Any] | None:
    """Read how to speak with a child, as it was last written."""
    query = select(Passport).where(Passport.case_id == case_id)
    return connection.execute(query.order_by(Passport.id.desc()).limit(1)).one_or_none()


def last_contacts(
    connection: Connection, reader: Reader, case_id: int, limit: int
) -> list[Row[Any]]:
    """Read the last contacts of a case that a member of staff may read, newest first."""
    query = (
        select(Contact, Speaker.name.label("person"))
        .join(ContactCase, ContactCase.contact_id == Contact.id)
        .join(Speaker, Speaker.id == Contact.person_id, isouter=True)
        .where(ContactCase.case_id == case_id, ContactCase.ended_at.is_(None), readable(reader))
        .order_by(ContactCase.contact_id.desc())
        .limit(limit)
    )
    return list(connection.execute(query))


def open_on(connection: Connection, reader: Reader, case_ids: Collection[int]) -> list[Row[Any]]:
    """List what is open about these cases, as far as its reader may know of it."""
    owner = aliased(Person)
    own = and_(Task.owner_id == reader.id, may_be_told(reader))
    query = (
        select(Task, owner.ref.label("owner"))
        .join(owner, owner.id == Task.owner_id)
        .join(Contact, Contact.id == Task.contact_id, isouter=True)
        .where(Task.done_at.is_(None), Task.kind.not_in(OWN_WORDS), Task.case_id.in_(case_ids))
        .where(or_(Task.contact_id.is_(None), readable(reader), own))
    )
    return list(connection.execute(query.order_by(Task.created_at, Task.id)))


def busy(
    connection: Connection, reader: Reader, case_ids: Collection[int], since: datetime
) -> set[int]:
    """Name the cases with something open, or with a conversation since a moment."""
    tasks = {row.case_id for row in open_on(connection, reader, case_ids)}
    promised = select(Promise.case_id).where(
        Promise.case_id.in_(case_ids), Promise.done_at.is_(None)
    )
    spoken = (
        select(ContactCase.case_id)
        .join(Contact, Contact.id == ContactCase.contact_id)
        .where(
            ContactCase.case_id.in_(case_ids),
            Contact.occurred_at >= since,
            or_(Contact.direction == "inbound", Contact.done_by != "system"),
        )
    )
    found = (set(connection.execute(query).scalars()) for query in (promised, spoken))
    return tasks.union(*found)


def caseloads(connection: Connection, today: date, statuses: Collection[str]) -> dict[str, int]:
    """Count the open cases of each key worker."""
    query = (
        select(Person.ref, func.count(Allocation.id))
        .join(Allocation, Allocation.staff_id == Person.id)
        .join(Case, Case.id == Allocation.case_id)
        .where(
            Allocation.role == "key_worker",
            Case.status.in_(statuses),
            Allocation.from_on <= today,
            or_(Allocation.to_on.is_(None), Allocation.to_on >= today),
        )
        .group_by(Person.ref)
    )
    return dict(connection.execute(query).all())


def whose(connection: Connection, number: str) -> str | None:
    """Find whose a phone number is, by the id of the person; nothing is put on record."""
    index = keys_of(connection).index(f"sms:{number}")
    query = (
        select(Person.ref)
        .join(Address, Address.person_id == Person.id)
        .where(Address.channel == "sms", Address.address_index == index)
    )
    return connection.execute(query).scalar_one_or_none()


POST: Any = select(Staff.role, Staff.employer).where(Staff.person_id == bindparam("staff"))


def post(connection: Connection, staff_id: int) -> Row[Any] | None:
    """Read what somebody is here: their role, and who employs them."""
    return connection.execute(POST, {"staff": staff_id}).one_or_none()
