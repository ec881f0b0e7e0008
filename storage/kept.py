"""What follows words about a member of staff is kept from them too, until those are released."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.contacts import restrict
from storage.tables import Contact, ContactCase, Person, Restriction, Task


def keep_what_follows(
    connection: Connection,
    contact_id: int,
    case_ids: Collection[int],
    said_at: datetime,
    now: datetime,
    *,
    by: str | None,
    in_charge: Collection[str],
) -> None:
    """Hide a contact from whoever the words that led to it are hidden from.

    What those in charge say, and whoever was told of these words, goes on from them while they
    stand unreleased. An automatic answer (`by` None) belongs to the words of the same turn.
    """
    hidden = _hidden_words(connection, case_ids)
    told = _told_of(connection, {row.contact_id for row in hidden}) if by and hidden else {}
    for row in hidden:
        knows = by is not None and (by in in_charge or by in told.get(row.contact_id, ()))
        if (knows and row.since <= said_at) or (by is None and row.recorded_at == said_at):
            restrict(connection, contact_id, row.staff_id, now, because=row.contact_id)


def _hidden_words(connection: Connection, case_ids: Collection[int]) -> list[Row[Any]]:
    """List what is hidden on these cases, from whom and since when; oldest first."""
    query: Any = (
        select(Restriction.contact_id, Restriction.staff_id, Restriction.since, Contact.recorded_at)
        .join(Contact, Contact.id == Restriction.contact_id)
        .join(ContactCase, ContactCase.contact_id == Contact.id)
        .where(
            Restriction.released_at.is_(None),
            Restriction.because_id.is_(None),
            ContactCase.case_id.in_(case_ids),
            ContactCase.ended_at.is_(None),
        )
        .order_by(Restriction.contact_id)
        .distinct()
    )
    return list(connection.execute(query))


def _told_of(connection: Connection, contact_ids: Iterable[int]) -> dict[int, set[str]]:
    """Name who was told of each of these contacts: staff ids."""
    rows = connection.execute(
        select(Task.contact_id, Task.told, Task.seen_by, Person.ref.label("owner"))
        .join(Person, Person.id == Task.owner_id)
        .where(Task.contact_id.in_(list(contact_ids)))
    )
    found: dict[int, set[str]] = {}
    for row in rows:
        named = {row.owner, *row.told, *filter(None, [row.seen_by])}
        found.setdefault(row.contact_id, set()).update(named)
    return found


def who_knows(connection: Connection, case_ids: Collection[int]) -> frozenset[str]:
    """Name everybody who was told of words that are hidden on these cases: staff ids."""
    ids = {row.contact_id for row in _hidden_words(connection, case_ids)}
    told = _told_of(connection, ids) if ids else {}
    return frozenset(ref for refs in told.values() for ref in refs)


def keeps_from(
    connection: Connection, staff_id: int | None, case_ids: Collection[int]
) -> datetime | None:
    """Find since when words on these cases are kept from somebody; staff None: from anybody."""
    hidden = _hidden_words(connection, case_ids)
    moments = (row.since for row in hidden if staff_id is None or row.staff_id == staff_id)
    return min(moments, default=None)
