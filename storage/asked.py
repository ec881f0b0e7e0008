"""What a provider is asked again: which of its messages are news, and what became of ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select, text, update

from storage.receipts import note_event
from storage.tables import Contact, DeliveryEvent, Outbox, Received
from storage.tables.outbox import TEXTS_OUT

SMS = "sms"
UNREAD = "unread:"  # what was kept for a person, and is still news if it can be read one day
UNKNOWN = "unknown"
OVER = ("delivered", "undelivered", "failed", UNKNOWN)
AT_ONCE = 500


def taken_before(connection: Connection, external_ids: Sequence[str]) -> set[str]:
    """Find which messages have been acted on, or kept as unreadable (`unread:<id>`)."""
    names = [name[:120] for one in external_ids for name in (one, f"{UNREAD}{one}")]
    found: set[str] = set()
    for begin in range(0, len(names), AT_ONCE):
        some = names[begin : begin + AT_ONCE]
        query = select(Received.external_id)
        here = (Received.channel == SMS, Received.external_id.in_(some))
        found |= set(connection.execute(query.where(*here)).scalars())
    return found


def unsettled(
    connection: Connection, provider: str, after: datetime, until: datetime, limit: int
) -> list[Row[Any]]:
    """List messages a provider took in that time of which it has not said the last word."""
    query = select(Outbox).where(
        text(TEXTS_OUT),  # in the index's own words
        Outbox.provider.in_((provider, "")),
        Outbox.external_id.is_not(None),
        Outbox.sent_at > after,
        Outbox.sent_at <= until,
    )
    return list(connection.execute(query.order_by(Outbox.sent_at, Outbox.id).limit(limit)))


def give_up(connection: Connection, outbox_id: int, now: datetime) -> Row[Any] | None:
    """Note that nobody will ever say what became of a message. None: somebody has meanwhile."""
    reason = "the provider never said what became of it"
    given_up = connection.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, Outbox.status == "sent")
        .values(status=UNKNOWN, reason=reason)
        .returning(Outbox)
    ).one_or_none()
    if given_up is not None:
        note_event(connection, given_up.ref, given_up.external_id or "", UNKNOWN, "", now)
    return given_up


def answered_since(connection: Connection, address_id: int, moment: datetime) -> bool:
    """Say whether anything was heard from an address since a moment."""
    heard = (
        Contact.address_id == address_id,
        Contact.direction == "inbound",
        Contact.occurred_at > moment,
    )
    return connection.execute(select(Contact.id).where(*heard).limit(1)).first() is not None


def last_words_after(
    connection: Connection, place: str, until: datetime, limit: int
) -> list[tuple[str, str]]:
    """List (place, id at the provider) of last words said about messages, from a place on."""
    query = select(DeliveryEvent.id, DeliveryEvent.external_id).where(
        DeliveryEvent.id > int(place or 0),
        DeliveryEvent.status.in_(OVER),
        DeliveryEvent.external_id != "",
        DeliveryEvent.at <= until,
    )
    rows = connection.execute(query.order_by(DeliveryEvent.id).limit(limit))
    return [(str(row.id), row.external_id) for row in rows]


def received_after(
    connection: Connection, place: str, until: datetime, limit: int
) -> list[tuple[str, str]]:
    """List (place, id at the provider) of texts that were acted on, from a place on."""
    moment, _space, name = place.partition(" ")
    query = select(Received.at, Received.external_id).where(
        Received.channel == SMS, Received.at <= until
    )
    if moment:
        # Texts that came in together share a moment: within it, their names are in order.
        begun = datetime.fromisoformat(moment)
        later = and_(Received.at == begun, Received.external_id > name)
        query = query.where(or_(Received.at > begun, later))
    rows = connection.execute(query.order_by(Received.at, Received.external_id).limit(limit))
    return [(f"{row.at.isoformat()} {row.external_id}", row.external_id) for row in rows]
