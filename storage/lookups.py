"""Messages of which nobody knows whether they left: each is asked about by one worker at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from storage.leases import IS_LEASED, database_now
from storage.tables import Outbox


def lost(connection: Connection, limit: int) -> list[Row[Any]]:
    """List messages whose sender never came back: nobody knows whether they were taken."""
    return _run_out(connection, "sending", limit)


def in_doubt(connection: Connection, limit: int) -> list[Row[Any]]:
    """List uncertain messages whose look-up is due."""
    return _run_out(connection, "uncertain", limit)


def _run_out(connection: Connection, status: str, limit: int) -> list[Row[Any]]:
    over = Outbox.lease_until < database_now(connection)
    query = select(Outbox).where(IS_LEASED, Outbox.status == status, over)
    ordered = query.order_by(Outbox.lease_until).limit(limit)
    return list(connection.execute(ordered.with_for_update(skip_locked=True)))


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
    """Find which of these names at a provider are messages of ours that we know of."""
    names = [name[:80] for name in external_ids]
    query = select(Outbox.external_id).where(Outbox.external_id.in_(names))
    return {name for name in connection.execute(query).scalars() if name is not None}
