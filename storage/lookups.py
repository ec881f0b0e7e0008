"""Messages of which nobody knows whether they left: each is asked about by one worker at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, union, update

from storage.leases import IS_LEASED, database_now
from storage.tables import DeliveryEvent, Outbox


def lost(connection: Connection, limit: int) -> list[Row[Any]]:
    """List messages whose sender never came back: nobody knows whether they were taken."""
    return list(connection.execute(_run_out(connection, select(Outbox), "sending", limit)))


def lost_ids(connection: Connection, limit: int) -> list[int]:
    """List the same, and read nothing of them: one may be beyond reading."""
    query = _run_out(connection, select(Outbox.id), "sending", limit)
    return list(connection.execute(query).scalars())


def in_doubt(connection: Connection, limit: int) -> list[Row[Any]]:
    """List uncertain messages whose look-up is due."""
    return list(connection.execute(_run_out(connection, select(Outbox), "uncertain", limit)))


def in_doubt_ids(connection: Connection, limit: int) -> list[int]:
    """List the same, and read nothing of them."""
    query = _run_out(connection, select(Outbox.id), "uncertain", limit)
    return list(connection.execute(query).scalars())


def _run_out(connection: Connection, query: Any, status: str, limit: int) -> Any:
    over = Outbox.lease_until < database_now(connection)
    found = query.where(IS_LEASED, Outbox.status == status, over)
    return found.order_by(Outbox.lease_until).limit(limit).with_for_update(skip_locked=True)


def doubt(connection: Connection, outbox_id: int, wait: timedelta, reason: str) -> None:
    """Leave a message in doubt; it is looked up after so long."""
    marks = {"claimed_by": None, "lease_until": database_now(connection) + wait}
    here = Outbox.id == outbox_id
    values = {"status": "uncertain", "reason": reason[:120], **marks}
    connection.execute(update(Outbox).where(here).values(**values))


def take(connection: Connection, outbox_id: int, worker: str, lease: timedelta) -> None:
    """Take a look-up on: until the lease is over nobody else asks about the same message."""
    until = database_now(connection) + lease
    marks = {"claimed_by": worker, "lease_until": until}
    connection.execute(update(Outbox).where(Outbox.id == outbox_id).values(**marks))


def mine(connection: Connection, outbox_id: int, worker: str, attempt: int) -> Row[Any] | None:
    """Hold a message whose look-up this worker took on. None: somebody else knows more by now."""
    query = select(Outbox).where(
        Outbox.id == outbox_id,
        Outbox.status == "uncertain",
        Outbox.claimed_by == worker,
        Outbox.attempts == attempt,
    )
    return connection.execute(query.with_for_update()).one_or_none()


def known(connection: Connection, external_ids: Iterable[str]) -> set[str]:
    """Find which of these names at a provider are messages of ours that we know of.

    A message that was tried again has another name now; what was said of it kept the earlier one.
    """
    names = [name[:80] for name in external_ids]
    ours = select(Outbox.external_id).where(Outbox.external_id.in_(names))
    told = select(DeliveryEvent.external_id).where(
        DeliveryEvent.external_id.in_(names), DeliveryEvent.outbox_ref != ""
    )
    return {name for name in connection.execute(union(ours, told)).scalars() if name is not None}
