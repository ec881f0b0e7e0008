"""What a logged call, visit or meeting was beyond its words: written once, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from storage.tables import ContactDetail


@dataclass(frozen=True, slots=True)
class Detail:
    """How one contact went; its participants are staff and relations, never names."""

    place: str
    activity: str
    minutes: int | None
    travel_minutes: int | None
    participants: Sequence[str]
    child_present: str
    child_seen: str
    child_seen_alone: str
    topics: Sequence[str]
    outcome: str


def keep_detail(connection: Connection, contact_id: int, detail: Detail) -> None:
    """Write down how a contact went."""
    connection.execute(
        insert(ContactDetail).values(
            contact_id=contact_id,
            place=detail.place,
            activity=detail.activity,
            minutes=detail.minutes,
            travel_minutes=detail.travel_minutes,
            participants=list(detail.participants),
            child_present=detail.child_present,
            child_seen=detail.child_seen,
            child_seen_alone=detail.child_seen_alone,
            topics=list(detail.topics),
            outcome=detail.outcome,
        )
    )


def detail_of(connection: Connection, contact_id: int) -> Row[Any] | None:
    """Read how a contact went. None: it was no logged call, visit or meeting."""
    query = select(ContactDetail).where(ContactDetail.contact_id == contact_id)
    return connection.execute(query).one_or_none()
