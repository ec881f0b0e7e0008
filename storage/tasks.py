"""Tasks: what a member of staff must read or do, and by when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, or_, select, update

from storage.received import add_or_find
from storage.tables import Task

HAS_OPEN = (
    select(Task.id)
    .where(
        Task.person_id == bindparam("person"),
        Task.kind.in_(bindparam("kinds", expanding=True)),
        Task.done_at.is_(None),
        Task.created_at >= bindparam("since"),
    )
    .limit(1)
)
WAITING = (
    select(Task)
    .where(
        Task.person_id == bindparam("person"),
        Task.kind == bindparam("kind"),
        Task.done_at.is_(None),
    )
    .order_by(Task.id)
)

KEYED = (
    select(Task)
    .where(Task.key.startswith(bindparam("start")), Task.done_at.is_(None))
    .order_by(Task.id)
)
DANGER = (
    select(Task)
    .where(
        Task.kind.in_(("crisis", "safeguarding")),
        Task.level.in_(("L1", "L2")),
        Task.done_at.is_(None),
        or_(
            Task.case_id.in_(bindparam("cases", expanding=True)),
            Task.person_id == bindparam("person"),
        ),
    )
    .order_by(Task.contact_id, Task.kind, Task.id)
)
REWORD = update(Task).where(Task.id == bindparam("task")).values(words=bindparam("said"))


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task that is to be made; `key` makes a second one of the same impossible."""

    key: str
    kind: str
    owner_id: int
    words: str = field(repr=False)
    at: datetime
    respond_by: datetime | None
    level: str | None = None
    case_id: int | None = None
    person_id: int | None = None
    address_id: int | None = None
    contact_id: int | None = None
    outbox_id: int | None = None
    told: tuple[str, ...] = ()


def make_task(connection: Connection, task: NewTask) -> int:
    """Make a task; returns its id. The same key again gives the task that is there."""
    row = {
        "key": task.key,
        "kind": task.kind,
        "level": task.level,
        "owner_id": task.owner_id,
        "case_id": task.case_id,
        "person_id": task.person_id,
        "address_id": task.address_id,
        "contact_id": task.contact_id,
        "outbox_id": task.outbox_id,
        "words": task.words,
        "created_at": task.at,
        "respond_by": task.respond_by,
        "told": list(task.told),
    }
    return add_or_find(connection, Task, row, "key")


def find_task(connection: Connection, task_id: int) -> Row[Any] | None:
    """Read one task and keep others from changing it."""
    return connection.execute(
        select(Task).where(Task.id == task_id).with_for_update()
    ).one_or_none()


def open_tasks(connection: Connection) -> list[Row[Any]]:
    """List what is not done, the most urgent first."""
    query = select(Task).where(Task.done_at.is_(None)).order_by(Task.respond_by, Task.id)
    return list(connection.execute(query))


def open_with(connection: Connection, staff_id: int, ref: str) -> list[Row[Any]]:
    """List what a member of staff owns or has taken on and not done, oldest first."""
    theirs = or_(Task.owner_id == staff_id, Task.seen_by == ref)
    query = select(Task).where(theirs, Task.done_at.is_(None))
    return list(connection.execute(query.order_by(Task.id)))


def give_to(connection: Connection, task_id: int, owner_id: int, ref: str) -> None:
    """Give a task to somebody else, who has not seen it yet; it keeps its age."""
    connection.execute(
        update(Task)
        .where(Task.id == task_id)
        .values(owner_id=owner_id, told=[ref], seen_at=None, seen_by=None)
    )


def has_open(connection: Connection, person_id: int, kinds: Iterable[str], since: datetime) -> bool:
    """Say whether something of these kinds, not older than `since`, waits for a person."""
    given = {"person": person_id, "kinds": list(kinds), "since": since}
    return connection.execute(HAS_OPEN, given).first() is not None


def waiting_about(connection: Connection, person_id: int, kind: str) -> list[Row[Any]]:
    """List what of one kind is open about a person, oldest first."""
    return list(connection.execute(WAITING, {"person": person_id, "kind": kind}))


def waiting_under(connection: Connection, start: str) -> list[Row[Any]]:
    """List what is open under keys that begin like this, oldest first."""
    return list(connection.execute(KEYED, {"start": start}))


def danger_about(
    connection: Connection, case_ids: Iterable[int], person_id: int | None
) -> list[Row[Any]]:
    """List what of danger is open about cases or a person: of each contact the lead's last."""
    given = {"cases": list(case_ids), "person": person_id}
    return list(connection.execute(DANGER, given))


def reword(connection: Connection, task_id: int, words: str) -> None:
    """Let a task say what is so now; it keeps its age and whoever has it."""
    connection.execute(REWORD, {"task": task_id, "said": words})


def see(connection: Connection, task_id: int, by: str, now: datetime) -> bool:
    """Note who has it first. False means somebody else had it before."""
    seen = connection.execute(
        update(Task)
        .where(Task.id == task_id, Task.seen_at.is_(None), Task.done_at.is_(None))
        .values(seen_at=now, seen_by=by)
    )
    return seen.rowcount == 1


def take_on(connection: Connection, task_id: int, by: str, now: datetime) -> None:
    """Note who answers it now, whoever had it before; one that is closed stays as it is."""
    connection.execute(
        update(Task)
        .where(Task.id == task_id, Task.done_at.is_(None))
        .values(seen_at=now, seen_by=by)
    )


def close(connection: Connection, task_id: int, by: str, outcome: str, now: datetime) -> bool:
    """Close a task. False means it was closed before."""
    closed = connection.execute(
        update(Task)
        .where(Task.id == task_id, Task.done_at.is_(None))
        .values(done_at=now, done_by=by, outcome=outcome)
    )
    return closed.rowcount == 1


def close_all(
    connection: Connection,
    person_id: int,
    kinds: Iterable[str],
    by: str,
    outcome: str,
    now: datetime,
    until: datetime | None = None,
) -> None:
    """Close everything of these kinds about a person, up to a moment: somebody has answered."""
    there = (Task.person_id == person_id, Task.kind.in_(list(kinds)), Task.done_at.is_(None))
    since = () if until is None else (Task.created_at <= until,)
    done = {"done_at": now, "done_by": by, "outcome": outcome}
    connection.execute(update(Task).where(*there, *since).values(**done))


OVERDUE = (
    select(Task.id)
    .where(Task.respond_by <= bindparam("now"), Task.done_at.is_(None), Task.seen_at.is_(None))
    .order_by(Task.respond_by)
    .limit(bindparam("limit"))
)


def overdue(connection: Connection, now: datetime, limit: int) -> list[int]:
    """List tasks nobody has taken in time, by one indexed look-up."""
    return list(connection.execute(OVERDUE, {"now": now, "limit": limit}).scalars())


def earliest_unanswered(connection: Connection) -> datetime | None:
    """Find when the next untaken task becomes overdue."""
    query = (
        select(Task.respond_by)
        .where(Task.respond_by.is_not(None), Task.done_at.is_(None), Task.seen_at.is_(None))
        .order_by(Task.respond_by)
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()


def tell_next(
    connection: Connection, task_id: int, told: Iterable[str], by: datetime | None
) -> None:
    """Note who has been told besides its owner, and by when one of them must have it."""
    connection.execute(
        update(Task).where(Task.id == task_id).values(told=list(told), respond_by=by)
    )


def look_again(connection: Connection, task_id: int, at: datetime) -> None:
    """Leave a task that broke whoever handed it on; it is tried again later."""
    connection.execute(update(Task).where(Task.id == task_id).values(respond_by=at))


def claim_for(connection: Connection, address_id: int, person_id: int, case_id: int | None) -> None:
    """Give what an unknown number left open to the person it turned out to be."""
    connection.execute(
        update(Task)
        .where(Task.address_id == address_id, Task.person_id.is_(None), Task.done_at.is_(None))
        .values(person_id=person_id, case_id=case_id)
    )


def close_for_message(
    connection: Connection, outbox_id: int, kinds: Iterable[str], outcome: str, now: datetime
) -> None:
    """Close what was open about one message: it has gone, or will not go."""
    connection.execute(
        update(Task)
        .where(Task.outbox_id == outbox_id, Task.kind.in_(list(kinds)), Task.done_at.is_(None))
        .values(done_at=now, done_by="system", outcome=outcome)
    )


def raised_since(connection: Connection, outbox_id: int, kind: str, moment: datetime) -> bool:
    """Say whether something of this kind has come up about one message since a moment."""
    here = (Task.outbox_id == outbox_id, Task.kind == kind, Task.created_at >= moment)
    return connection.execute(select(Task.id).where(*here).limit(1)).first() is not None


def any_open(connection: Connection, kind: str) -> bool:
    """Say whether anything of a kind is open."""
    query = select(Task.id).where(Task.kind == kind, Task.done_at.is_(None)).limit(1)
    return connection.execute(query).first() is not None


def close_kind(connection: Connection, kind: str, outcome: str, now: datetime) -> None:
    """Close every open task of a kind that has come to an end by itself."""
    connection.execute(
        update(Task)
        .where(Task.kind == kind, Task.done_at.is_(None))
        .values(done_at=now, done_by="system", outcome=outcome)
    )
