"""What has been sent to a family lately: caps and live conversations are counted from it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from storage.tables import Outbox


def automatic_since(
    connection: Connection, person_ids: Iterable[int], since: datetime
) -> list[datetime]:
    """List when these people were last sent automatic messages, oldest first."""
    rows = connection.execute(
        select(Outbox.sent_at)
        .where(
            Outbox.person_id.in_(list(person_ids)),
            Outbox.kind == "proactive",
            Outbox.sent_at >= since,
        )
        .order_by(Outbox.sent_at)
    )
    return [moment for moment in rows.scalars() if moment is not None]


def said_since(connection: Connection, address_id: int, purpose: str, since: datetime) -> bool:
    """Say whether something for this purpose was put on its way to an address after a moment."""
    query = (
        select(Outbox.id)
        .where(
            Outbox.address_id == address_id, Outbox.purpose == purpose, Outbox.created_at > since
        )
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none() is not None


def last_typed(connection: Connection, person_id: int) -> datetime | None:
    """Find when a member of staff last wrote to a person."""
    query = (
        select(Outbox.created_at)
        .where(Outbox.person_id == person_id, Outbox.kind == "person")
        .order_by(Outbox.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()


def last_sent(connection: Connection, person_id: int) -> int | None:
    """Find the address the last message to a person left for."""
    query = (
        select(Outbox.address_id)
        .where(Outbox.person_id == person_id, Outbox.kind != "staff", Outbox.sent_at.is_not(None))
        .order_by(Outbox.sent_at.desc(), Outbox.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()
