"""What waits, was dropped, failed or was never begun: shown to staff with its reason."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from storage.tables import NotSent, Outbox, Person


def not_gone(connection: Connection) -> list[Row[Any]]:
    """List messages to families that wait, were dropped or failed, oldest first."""
    states = ("waiting", "held", "expired", "cancelled", "failed", "uncertain", "undelivered")
    query = (
        select(Outbox, Person.name.label("person"), Person.ref.label("person_ref"))
        .join(Person, Person.id == Outbox.person_id, isouter=True)
        .where(Outbox.status.in_(states), Outbox.kind != "staff")
        .order_by(Outbox.id)
    )
    return list(connection.execute(query))


def not_sent(connection: Connection) -> list[Row[Any]]:
    """List what jobs decided not to send, oldest first."""
    query = (
        select(NotSent, Person.name.label("person"), Person.ref.label("person_ref"))
        .join(Person, Person.id == NotSent.person_id)
        .order_by(NotSent.at, NotSent.id)
    )
    return list(connection.execute(query))
