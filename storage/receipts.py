"""What providers say became of a message: kept as it came; the message's status only moves on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

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


def note_receipt(
    connection: Connection, ref: str, external_id: str, status: str, code: str, now: datetime
) -> Row[Any] | None:
    """Keep what a provider said, and move the message's status on; it never goes back.

    Returns the message when this receipt made it fail, so that its owner can be told.
    """
    event = {"outbox_ref": ref[:40], "at": now, "status": status[:20], "code": code[:20]}
    connection.execute(insert(DeliveryEvent).values(external_id=external_id[:80], **event))
    row = connection.execute(
        select(Outbox).where(Outbox.ref == ref).with_for_update()
    ).one_or_none()
    if row is None or row.status in {"waiting", "held"}:
        return None
    if RANK.get(status, -1) <= RANK.get(row.status, 2 if row.status == "sending" else 3):
        return None
    connection.execute(
        update(Outbox)
        .where(Outbox.id == row.id)
        .values(status=status, reason=f"provider code {code}"[:120] if code else row.reason)
    )
    return row if status in {"undelivered", "failed"} else None
