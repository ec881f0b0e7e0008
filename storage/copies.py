"""Which contacts somebody has copied to the system of their home service."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import aliased

from storage.digest import Reader, readable
from storage.received import add_once
from storage.tables import Case, Contact, ContactCase, ContactCopy, ContactDetail, Person

Speaker = aliased(Person)


def own_contacts(
    connection: Connection,
    reader: Reader,
    since: datetime,
    *,
    copied_too: bool = False,
    up_to: int | None = None,
) -> list[Row[Any]]:
    """List what somebody did themselves since a moment, once for each case it stands on."""
    detail = (ContactDetail.place, ContactDetail.minutes, ContactDetail.travel_minutes)
    query: Any = (
        select(Contact, *detail, Case.id.label("case_id"), Case.ref.label("case"))
        .add_columns(Person.name.label("pupil"), Speaker.name.label("person"))
        .join(ContactCase, ContactCase.contact_id == Contact.id)
        .join(Case, Case.id == ContactCase.case_id)
        .join(Person, Person.id == Case.pupil_id)
        .outerjoin(Speaker, Speaker.id == Contact.person_id)
        .outerjoin(ContactDetail, ContactDetail.contact_id == Contact.id)
        .where(Contact.done_by == reader.ref, Contact.occurred_at >= since)
        .where(ContactCase.ended_at.is_(None), readable(reader))
    )
    if not copied_too:
        ticked = select(ContactCopy.contact_id).where(ContactCopy.staff_id == reader.id)
        query = query.where(Contact.id.not_in(ticked))
    if up_to is not None:
        query = query.where(Contact.id <= up_to)
    return list(connection.execute(query.order_by(Contact.occurred_at, Contact.id, Case.ref)))


def tick(connection: Connection, contact_ids: Iterable[int], staff_id: int, now: datetime) -> int:
    """Note what somebody has copied; returns how much of it they had not before."""
    rows = [{"contact_id": one, "staff_id": staff_id, "at": now} for one in contact_ids]
    return sum(add_once(connection, ContactCopy, row) for row in rows)
