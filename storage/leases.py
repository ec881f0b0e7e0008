"""Leases on messages: claimed by one sender at a time, given back with a result or lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, or_, select, text, update
from sqlalchemy.orm import aliased

from storage.outbox import IS_OPEN
from storage.tables import Outbox
from storage.tables.outbox import OPEN

LEASE = timedelta(seconds=120)
EARLIER = aliased(Outbox, name="earlier")
# A message that waits for its next try is not overtaken; but no notice to staff may be kept back
# by another one: each finds its own way, by text if it has to.
TRIED = and_(EARLIER.status == "waiting", EARLIER.intent_at.is_not(None), EARLIER.kind != "staff")


def claimable(connection: Connection, now: datetime, limit: int) -> list[Row[Any]]:
    """Lock the messages whose time has come, the oldest of each address first."""
    due_or_leaving = or_(
        EARLIER.status == "sending",
        and_(EARLIER.status.in_(("waiting", "held")), EARLIER.due_at <= now),
    )
    in_front = _in_front(or_(due_or_leaving, TRIED))
    query = (
        select(Outbox)
        .where(IS_OPEN, Outbox.status.in_(("waiting", "held")), Outbox.due_at <= now, ~in_front)
        .order_by(Outbox.due_at, Outbox.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(connection.execute(query))


def _in_front(what: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say whether an earlier message to the same address, of this kind, comes first."""
    here = (text(f"earlier.{OPEN}"), EARLIER.address_id == Outbox.address_id)
    return select(EARLIER.id).where(*here, EARLIER.id < Outbox.id, what).exists()


def earliest_waiting(connection: Connection) -> datetime | None:
    """Find when the next message may go, those aside that wait behind another one's next try."""
    query = (
        select(Outbox.due_at)
        .where(IS_OPEN, Outbox.status.in_(("waiting", "held")), ~_in_front(TRIED))
        .order_by(Outbox.due_at)
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()


def intend(connection: Connection, outbox_id: int, worker: str, now: datetime) -> int:
    """Write down that the provider is about to be called; returns the number of the attempt."""
    return connection.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id)
        .values(
            status="sending",
            reason="",
            attempts=Outbox.attempts + 1,
            claimed_by=worker,
            lease_until=database_now(connection) + LEASE,
            intent_at=now,
        )
        .returning(Outbox.attempts)
    ).scalar_one()


def database_now(connection: Connection) -> datetime:
    """Ask the database what time it is: leases are timed by one clock only."""
    if connection.dialect.name == "postgresql":
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment
    # SQLite before 3.42 has no sub-second unixepoch(); the Julian day has always been there.
    seconds = connection.execute(
        text("SELECT (julianday('now') - 2440587.5) * 86400.0")
    ).scalar_one()
    return datetime.fromtimestamp(float(seconds), UTC)


def finish(connection: Connection, outbox_id: int, worker: str, attempt: int, **marks: Any) -> bool:
    """Write a result down. False: the lease was lost and somebody else owns the message."""
    done = connection.execute(
        update(Outbox)
        .where(
            Outbox.id == outbox_id,
            Outbox.claimed_by == worker,
            Outbox.attempts == attempt,
            Outbox.status == "sending",
        )
        .values(**marks)
    )
    return done.rowcount == 1


def handed_over(
    connection: Connection,
    outbox_id: int,
    worker: str,
    attempt: int,
    external_id: str,
    now: datetime,
) -> bool:
    """Write down that a provider took it. A receipt that was quicker keeps its say.

    False: the lease was lost and somebody else owns the message.
    """
    moved_on = Outbox.status.in_(("sent", "delivered", "undelivered", "failed"))
    done = connection.execute(
        update(Outbox)
        .where(
            Outbox.id == outbox_id,
            Outbox.claimed_by == worker,
            Outbox.attempts == attempt,
            Outbox.sent_at.is_(None),
            or_(Outbox.status == "sending", moved_on),
        )
        .values(
            status=case((Outbox.status == "sending", "sent"), else_=Outbox.status),
            external_id=external_id[:80],
            sent_at=now,
        )
    )
    return done.rowcount == 1


def lost(connection: Connection, limit: int) -> list[Row[Any]]:
    """List messages whose sender never came back: nobody knows whether they were taken."""
    query = (
        select(Outbox)
        .where(
            IS_OPEN,
            Outbox.status == "sending",
            Outbox.lease_until < database_now(connection),
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(connection.execute(query))
