"""How the service is doing, as the database knows it: figures only, nobody's words or numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, case, func, select

from storage import leases, pace
from storage.leases import database_now
from storage.outbox import IS_OPEN
from storage.received import recall, remember
from storage.tables import Outbox, Task

HEARTBEAT = "heartbeat"


@dataclass(frozen=True, slots=True)
class Vitals:
    """What every process of a service can read about all of them."""

    heartbeat: float | None  # seconds since any worker's clock last said it was alive
    oldest_due: float  # seconds for which the longest waiting message could have been gone
    troubles: dict[str, str]  # channels that send nothing now, and why


def leave_heartbeat(connection: Connection) -> None:
    """Say that a clock runs, by the database's own time: workers' clocks may differ."""
    remember(connection, HEARTBEAT, database_now(connection).isoformat())


def read_vitals(connection: Connection, now: datetime) -> Vitals:
    """Read how the service is doing; `now` is the time messages are due by."""
    oldest = leases.oldest_due(connection, now)
    return Vitals(
        heartbeat=_heartbeat(connection),
        oldest_due=0.0 if oldest is None else (now - oldest).total_seconds(),
        troubles=pace.troubles(connection),
    )


def _heartbeat(connection: Connection) -> float | None:
    left = recall(connection, HEARTBEAT)
    if left is None:
        return None
    age = database_now(connection) - datetime.fromisoformat(left)
    return max(0.0, age.total_seconds())


def open_messages(connection: Connection) -> dict[tuple[str, str], int]:
    """Count what is on its way, by channel and status; an index holds just these."""
    query = select(Outbox.channel, Outbox.status, func.count()).where(IS_OPEN)
    rows = connection.execute(query.group_by(Outbox.channel, Outbox.status))
    return {(channel, status): count for channel, status, count in rows}


def open_tasks(connection: Connection, now: datetime) -> dict[str, tuple[int, int]]:
    """Count what is not done by level ("" for none): all of it, and what nobody took in time."""
    late = and_(Task.respond_by <= now, Task.seen_at.is_(None))
    query = select(Task.level, func.count(), func.sum(case((late, 1), else_=0)))
    rows = connection.execute(query.where(Task.done_at.is_(None)).group_by(Task.level))
    return {level or "": (count, overdue) for level, count, overdue in rows}
