"""Where a conversation waits between two messages, and the moments jobs wait for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.flows.base import State
from storage.tables import Conversation, Due, NotSent, core

# Every turn runs these, so each is built once; what changes goes in beside it.
TALKS, DUES = core(Conversation), core(Due)
THEIRS = TALKS.c.person_id == bindparam("whose")
STATE, ASKED_AT = select(TALKS.c.state).where(THEIRS), select(TALKS.c.asked_at).where(THEIRS)
FORGET, KEEP, BEGIN = delete(TALKS).where(THEIRS), update(TALKS).where(THEIRS), insert(TALKS)
NOT_DUE = delete(DUES).where(DUES.c.job == bindparam("which"), DUES.c.subject == bindparam("about"))


@cache
def _set_due(dialect: str) -> Any:
    made = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(DUES)
    row = {"at": made.excluded.at, "turn": made.excluded.turn}
    return made.on_conflict_do_update(index_elements=["job", "subject"], set_=row)


def load_state(connection: Connection, person_id: int) -> State | None:
    """Read a person's open conversation."""
    found = connection.execute(STATE, {"whose": person_id}).scalar_one_or_none()
    return None if found is None else state_from_json(found)


def asked_at(connection: Connection, person_id: int) -> datetime:
    """Read when the open conversation of a person last took a step."""
    asked: datetime = connection.execute(ASKED_AT, {"whose": person_id}).scalar_one()
    return asked


def keep_state(connection: Connection, person_id: int, state: State | None, now: datetime) -> None:
    """Keep a conversation as it now stands; None ends it."""
    if state is None:
        connection.execute(FORGET, {"whose": person_id})
        return
    row = {"flow": state.flow, "state": asdict(state), "asked_at": now}
    if connection.execute(KEEP, {"whose": person_id, **row}).rowcount == 0:
        connection.execute(BEGIN, {"person_id": person_id, **row})


def state_from_json(kept: dict[str, Any]) -> State:
    """Read a state back as it was."""
    lists = {name: tuple(kept.get(name, ())) for name in ("offered", "cases")}
    return State(**{**kept, **lists})


@dataclass(frozen=True, slots=True)
class Moment:
    """One due moment of a job."""

    id: int
    job: str
    subject: str
    turn: int
    at: datetime


def set_due(
    connection: Connection, job: str, subject: str, at: datetime | None, turn: int = 0
) -> None:
    """Say when a job next has something to do about somebody; None takes the moment away."""
    if at is None:
        connection.execute(NOT_DUE, {"which": job, "about": subject})
        return
    row = {"job": job, "subject": subject, "at": at, "turn": turn}
    connection.execute(_set_due(connection.dialect.name), row)


def due_at(connection: Connection, job: str, subject: str) -> datetime | None:
    """Find when a job next has something to do about somebody."""
    query = select(Due.at).where(Due.job == job, Due.subject == subject)
    return connection.execute(query).scalar_one_or_none()


COME = (
    select(Due).where(Due.at <= bindparam("now")).order_by(Due.at, Due.id).limit(bindparam("limit"))
)


def due_moments(connection: Connection, now: datetime, limit: int) -> list[Moment]:
    """List the earliest moments that have come."""
    rows = connection.execute(COME, {"now": now, "limit": limit})
    return [Moment(row.id, row.job, row.subject, row.turn, row.at) for row in rows]


TAKE = (
    select(DUES.c.id)
    .where(
        DUES.c.id == bindparam("id"), DUES.c.at == bindparam("at"), DUES.c.turn == bindparam("turn")
    )
    .with_for_update(skip_locked=True)
)
NEXT = select(DUES.c.at).order_by(DUES.c.at).limit(1)


def take_moment(connection: Connection, moment: Moment) -> bool:
    """Take one due moment for this transaction. False: another clock has it, or it moved."""
    same = {"id": moment.id, "at": moment.at, "turn": moment.turn}
    return connection.execute(TAKE, same).one_or_none() is not None


def earliest_due(connection: Connection) -> datetime | None:
    """Find when the next job has something to do."""
    return connection.execute(NEXT).scalar_one_or_none()


def note_not_sent(
    connection: Connection,
    key: str,
    at: datetime,
    job: str,
    person_id: int,
    cases: Iterable[str],
    reason: str,
) -> None:
    """Keep what would have gone but did not, with the reason in words."""
    insert_ = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = {"at": at, "job": job, "person_id": person_id, "cases": list(cases), "reason": reason}
    connection.execute(
        insert_(NotSent)
        .values(key=key, **row)
        .on_conflict_do_update(index_elements=["key"], set_={"at": at, "reason": reason})
    )


def not_sent_because(connection: Connection, keys: Iterable[str], reason: str) -> list[str]:
    """List which of these did not go for one reason."""
    query = select(NotSent.key).where(NotSent.key.in_(list(keys)), NotSent.reason == reason)
    return list(connection.execute(query).scalars())
