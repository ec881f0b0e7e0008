"""Messages on their way out: put in, claimed under the gate, marked."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, or_, select, text, update
from sqlalchemy.orm import aliased

from storage.received import add_or_find
from storage.tables import Outbox
from storage.tables.outbox import OPEN

LEASE = timedelta(seconds=120)
NAMESPACE = uuid.UUID("6b6f1f0e-1d0e-4a51-9a43-8f2f3c1d7a10")
# Said in the indexes' own words: behind parameters no engine would see that they fit.
IS_OPEN = text(f"outbox.{OPEN}")


@dataclass(frozen=True, slots=True)
class Letter:
    """One message that is to be put into the outbox; `key` makes a second one impossible."""

    key: str
    address_id: int
    kind: str
    purpose: str
    language: str
    text: str = field(repr=False)
    at: datetime
    due_at: datetime
    choices: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    after: str = field(default="", repr=False)
    person_id: int | None = None
    turn: int | None = None
    cases: tuple[str, ...] = ()
    recipe: dict[str, Any] | None = field(default=None, repr=False)
    author: str | None = None
    about_id: int | None = None
    task_id: int | None = None
    reply_to: str = ""
    heard_at: datetime | None = None
    not_after: datetime | None = None
    silent: bool = False


def put(connection: Connection, letter: Letter) -> int:
    """Put a message into the outbox; returns its id. The same key again changes nothing."""
    row = {
        "ref": uuid.uuid5(NAMESPACE, letter.key).hex,
        "key": letter.key,
        "address_id": letter.address_id,
        "person_id": letter.person_id,
        "kind": letter.kind,
        "purpose": letter.purpose,
        "language": letter.language,
        "text": letter.text,
        "choices": [list(choice) for choice in letter.choices],
        "after": letter.after,
        "recipe": letter.recipe,
        "turn": letter.turn,
        "cases": list(letter.cases),
        "author": letter.author,
        "about_id": letter.about_id,
        "task_id": letter.task_id,
        "reply_to": letter.reply_to,
        "heard_at": letter.heard_at,
        "created_at": letter.at,
        "due_at": letter.due_at,
        "not_after": letter.not_after,
        "silent": letter.silent,
        "status": "waiting",
        "reason": "",
        "attempts": 0,
        "overridden": False,
    }
    return add_or_find(connection, Outbox, row, "key")


def claimable(connection: Connection, now: datetime, limit: int) -> list[Row[Any]]:
    """Lock the messages whose time has come, the oldest of each address first."""
    earlier = aliased(Outbox, name="earlier")
    in_front = (
        select(earlier.id)
        .where(
            text(f"earlier.{OPEN}"),
            earlier.address_id == Outbox.address_id,
            earlier.id < Outbox.id,
            or_(
                earlier.status == "sending",
                and_(earlier.status.in_(("waiting", "held")), earlier.due_at <= now),
            ),
        )
        .exists()
    )
    query = (
        select(Outbox)
        .where(IS_OPEN, Outbox.status.in_(("waiting", "held")), Outbox.due_at <= now, ~in_front)
        .order_by(Outbox.due_at, Outbox.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(connection.execute(query))


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


def mark(connection: Connection, outbox_id: int, **marks: Any) -> None:
    """Change a message that waits: held until, dropped, reworded."""
    connection.execute(update(Outbox).where(Outbox.id == outbox_id).values(**marks))


def stop(connection: Connection, outbox_id: int, reason: str) -> bool:
    """Stop a message that has not left. False means it has."""
    stopped = connection.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, Outbox.status.in_(("waiting", "held")))
        .values(status="cancelled", reason=reason)
    )
    return stopped.rowcount == 1


def send_now(connection: Connection, outbox_id: int, now: datetime) -> bool:
    """Let a held message go now because a person said so. False means it was not held."""
    moved = connection.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, Outbox.status.in_(("waiting", "held")))
        .values(status="waiting", overridden=True, due_at=now)
    )
    return moved.rowcount == 1


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


def find(connection: Connection, outbox_id: int) -> Row[Any] | None:
    """Read one message."""
    return connection.execute(select(Outbox).where(Outbox.id == outbox_id)).one_or_none()


def by_external_id(connection: Connection, address_id: int, external_id: str) -> Row[Any] | None:
    """Find the message somebody is replying to."""
    query = select(Outbox).where(Outbox.external_id == external_id, Outbox.address_id == address_id)
    return connection.execute(query).one_or_none()


def earliest_waiting(connection: Connection) -> datetime | None:
    """Find when the next message may go."""
    query = (
        select(Outbox.due_at)
        .where(IS_OPEN, Outbox.status.in_(("waiting", "held")))
        .order_by(Outbox.due_at)
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()
