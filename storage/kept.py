"""What follows words about a member of staff is kept from them too, until those are released."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from storage.contacts import restrict
from storage.tables import Contact, ContactCase, Restriction


def keep_what_follows(
    connection: Connection,
    contact_id: int,
    case_ids: Collection[int],
    said_at: datetime,
    now: datetime,
    *,
    in_charge: bool,
) -> None:
    """Hide a contact from whoever the words that led to it are hidden from.

    What those in charge say to a family goes on from a complaint that stands unreleased; an
    automatic answer belongs to the words that came in the same turn.
    """
    before = Restriction.since <= said_at if in_charge else Contact.recorded_at == said_at
    for words, staff_id in _hidden_words(connection, case_ids, before):
        restrict(connection, contact_id, staff_id, now, because=words)


def _hidden_words(
    connection: Connection, case_ids: Collection[int], which: ColumnElement[bool]
) -> list[tuple[int, int]]:
    """List what is hidden on these cases: (contact, member of staff), each of whom once."""
    rows = connection.execute(
        select(Restriction.contact_id, Restriction.staff_id)
        .join(Contact, Contact.id == Restriction.contact_id)
        .join(ContactCase, ContactCase.contact_id == Contact.id)
        .where(
            Restriction.released_at.is_(None),
            Restriction.because_id.is_(None),
            ContactCase.case_id.in_(case_ids),
            ContactCase.ended_at.is_(None),
            which,
        )
        .order_by(Restriction.contact_id)
    )
    return [(row.contact_id, row.staff_id) for row in rows]


def keeps_from(
    connection: Connection, staff_id: int | None, case_ids: Collection[int]
) -> datetime | None:
    """Find since when words on these cases are kept from somebody; staff None: from anybody."""
    whose = () if staff_id is None else (Restriction.staff_id == staff_id,)
    rows = connection.execute(
        select(Restriction.since)
        .join(ContactCase, ContactCase.contact_id == Restriction.contact_id)
        .where(
            Restriction.released_at.is_(None),
            ContactCase.case_id.in_(case_ids),
            ContactCase.ended_at.is_(None),
            *whose,
        )
    )
    return min(rows.scalars(), default=None)
