"""What was said, as a digest tells it: built once for any reader, and read for a whole caseload."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, or_, select

from storage.contacts import CAME_ABOUT
from storage.digest import CARERS, CASES, LOST, READERS, AnyReader, Reader, given, readable
from storage.tables import Contact, ContactCase, Person

HEARD_LATE = timedelta(days=3)  # a text may be this old when it reaches us


def _contacts(reader: AnyReader, *which: ColumnElement[bool]) -> Any:
    """Look through the people of these cases: what they said long ago is not read."""
    return (
        select(Contact, ContactCase.case_id, Person.name.label("person"))
        .join(ContactCase, ContactCase.contact_id == Contact.id)
        .join(Person, Person.id == Contact.person_id)
        .where(
            Contact.person_id.in_(CARERS),
            Contact.occurred_at >= bindparam("earliest"),
            ContactCase.case_id.in_(CASES),
            ContactCase.ended_at.is_(None),
            readable(reader),
            *which,
        )
        .order_by(Contact.occurred_at, Contact.id, ContactCase.case_id)
    )


HEARD = Contact.direction == "inbound"
WROTE = and_(Contact.direction == "outbound", Contact.done_by != "system", CAME_ABOUT)
RECORDED = Contact.recorded_at >= bindparam("since")
NOT_ARRIVED = and_(Contact.direction == "outbound", Contact.attempt_result.in_(LOST))
ANSWERED = and_(HEARD, Contact.answering == "check_in")

SAID = tuple(_contacts(reader, RECORDED, HEARD) for reader in READERS)
SAID_BY_BOTH = tuple(_contacts(reader, RECORDED, or_(HEARD, WROTE)) for reader in READERS)
CHECK_INS = tuple(_contacts(reader, ANSWERED) for reader in READERS)
UNDELIVERED = tuple(_contacts(reader, RECORDED, NOT_ARRIVED) for reader in READERS)


def said(
    connection: Connection,
    reader: Reader,
    case_ids: Collection[int],
    since: datetime,
    *,
    both: bool = False,
) -> list[Row[Any]]:
    """List what families said since a moment, each once a case; `both`: and what staff wrote."""
    query = (SAID_BY_BOTH if both else SAID)[reader.in_charge]
    return _read(connection, query, _since(reader, case_ids, since))


def check_ins(
    connection: Connection, reader: Reader, case_ids: Collection[int], since: datetime
) -> list[Row[Any]]:
    """List what families answered while a check-in was open, oldest first."""
    about = {"cases": list(case_ids), "earliest": since}
    return _read(connection, CHECK_INS[reader.in_charge], given(reader) | about)


def undelivered(
    connection: Connection, reader: Reader, case_ids: Collection[int], since: datetime
) -> list[Row[Any]]:
    """List attempts since a moment that did not arrive."""
    query = UNDELIVERED[reader.in_charge]
    return _read(connection, query, _since(reader, case_ids, since))


def _read(connection: Connection, query: Any, about: dict[str, Any]) -> list[Row[Any]]:
    """Read for a caseload; who has no cases is asked nothing."""
    return list(connection.execute(query, about)) if about["cases"] else []


def _since(reader: Reader, case_ids: Collection[int], since: datetime) -> dict[str, Any]:
    when = {"since": since, "earliest": since - HEARD_LATE}
    return {**given(reader), "cases": list(case_ids), **when}
