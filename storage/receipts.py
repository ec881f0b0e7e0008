"""What providers say became of a message: kept as it came; the message's status only moves on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from storage.tables import DeliveryEvent, Outbox

RANK = {
    "accepted": 0,
    "queued": 1,
    "sending": 2,
    "sent": 3,
    "delivered": 4,
    "undelivered": 4,
    "failed": 4,
    "cancelled": 4,
}
LAST_WORDS = frozenset({"delivered", "undelivered", "failed"})


def note_event(
    connection: Connection, ref: str, external_id: str, status: str, code: str, now: datetime
) -> None:
    """Keep what a provider said, as it came."""
    event = {"outbox_ref": ref[:40], "at": now, "status": status[:20], "code": code[:20]}
    connection.execute(insert(DeliveryEvent).values(external_id=external_id[:80], **event))


def hold_by_ref(connection: Connection, ref: str) -> Row[Any] | None:
    """Hold the message a receipt is about. None: it is none of ours."""
    query = select(Outbox).where(Outbox.ref == ref)
    return connection.execute(query.with_for_update()).one_or_none()


def ref_of_external(connection: Connection, external_id: str) -> str:
    """Find our own name of a message its provider names; empty if it is none of ours."""
    query = select(Outbox.ref).where(Outbox.external_id == external_id).order_by(Outbox.id.desc())
    return connection.execute(query.limit(1)).scalar_one_or_none() or ""


def move_on(connection: Connection, row: Row[Any], status: str, code: str) -> bool:
    """Move a message's status on. False: it stands there, or further, already."""
    stands = RANK.get(row.status, 2 if row.status == "sending" else 3)
    if RANK.get(status, -1) <= stands:
        return False
    reason = f"provider code {code}"[:120] if code else row.reason
    here = Outbox.id == row.id
    connection.execute(update(Outbox).where(here).values(status=status, reason=reason))
    return True


def contradicted_before(connection: Connection, row: Row[Any]) -> bool:
    """Say whether another last word than the one a message keeps had been heard already."""
    arrived = frozenset({"delivered"})
    others = LAST_WORDS - arrived if row.status in arrived else arrived
    query = select(func.count()).where(
        DeliveryEvent.outbox_ref == row.ref,
        DeliveryEvent.external_id == row.external_id,
        DeliveryEvent.status.in_(others),
    )
    return connection.execute(query).scalar_one() > 1
