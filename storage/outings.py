"""Who is out on a visit, and everything that was asked, answered and told about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.rules.lone_working import ANSWERS, ASK_ARRIVED, ASK_LEFT, LATE, TOLD, Outing
from storage.received import add_once
from storage.tables import Outing as Kept
from storage.tables import OutingStep, Person, Task

CLOCK = "clock"  # who asked
_ALL = select(Kept, Person.ref.label("staff")).join(Person, Person.id == Kept.staff_id)
_ONE = _ALL.where(Kept.id == bindparam("outing_id"))
_OPEN = _ALL.where(Kept.ended_at.is_(None)).order_by(Kept.starts_at, Kept.id)
_OPEN_OF_VISIT = _OPEN.where(Kept.visit_id == bindparam("visit_id"))
_NAMED = _ALL.where(
    Kept.visit_id == bindparam("visit_id"),
    Kept.version == bindparam("version"),
    Person.ref == bindparam("staff"),
)
_HOLD = select(Kept.id).where(Kept.id == bindparam("outing_id")).with_for_update(key_share=True)
_STEPS = (
    select(OutingStep)
    .where(OutingStep.outing_id.in_(bindparam("outing_ids", expanding=True)))
    .order_by(OutingStep.id)
)


def plan_outing(
    connection: Connection,
    visit: tuple[int, int],
    staff_id: int,
    starts_at: datetime,
    safe_by: datetime,
) -> bool:
    """Put on record that somebody will be out. False: it was on record. `visit`: id, version."""
    number, version = visit
    who = {"visit_id": number, "version": version, "staff_id": staff_id}
    row = {**who, "starts_at": starts_at, "safe_by": safe_by, "rung": 0}
    return add_once(connection, Kept, row)


def find_outing(connection: Connection, outing_id: int) -> Outing | None:
    """Read one outing, and keep everybody else from changing it."""
    connection.execute(_HOLD, {"outing_id": outing_id})
    return next(
        iter(_outings(connection, connection.execute(_ONE, {"outing_id": outing_id}))), None
    )


def outing_named(connection: Connection, visit: int, version: int, staff: str) -> Outing | None:
    """Find somebody's outing on one version of a visit, and hold it."""
    given = {"visit_id": visit, "version": version, "staff": staff}
    found = connection.execute(_NAMED, given).one_or_none()
    return None if found is None else find_outing(connection, found.id)


def open_outings(connection: Connection) -> list[Outing]:
    """List everybody who is out or will be, the soonest first."""
    return _outings(connection, connection.execute(_OPEN))


def open_on_visit(connection: Connection, visit_id: int) -> list[Outing]:
    """List the open outings of one visit, of whichever version."""
    return _outings(connection, connection.execute(_OPEN_OF_VISIT, {"visit_id": visit_id}))


def note_step(connection: Connection, outing_id: int, who: str, what: str, at: datetime) -> None:
    """Write down what happened. `who`: staff id, of what was told the one who was; or the clock."""
    step = {"outing_id": outing_id, "at": at, "who": who, "what": what}
    connection.execute(insert(OutingStep).values(**step))


def mark_outing(connection: Connection, outing_id: int, **marks: Any) -> None:
    """Change how an outing stands."""
    connection.execute(update(Kept).where(Kept.id == outing_id).values(**marks))


def alarms_of(connection: Connection, key: str) -> list[Row[Any]]:
    """List the open tasks about somebody who is out, by how their keys begin."""
    begins = Task.key.startswith(key, autoescape=True)
    query = select(Task).where(begins, Task.done_at.is_(None)).order_by(Task.id)
    return list(connection.execute(query))


def say_again(connection: Connection, task_id: int, words: str) -> None:
    """An SOS has come once more: whoever had the first has not this one. No words: as it stood."""
    said = {"words": words} if words else {}
    afresh = {"seen_at": None, "seen_by": None, **said}
    connection.execute(update(Task).where(Task.id == task_id).values(**afresh))


def steps_of(connection: Connection, outing_id: int) -> list[Row[Any]]:
    """List every step of an outing, the first first."""
    return list(connection.execute(_STEPS, {"outing_ids": [outing_id]}))


def _outings(connection: Connection, rows: Iterable[Row[Any]]) -> list[Outing]:
    found = list(rows)
    steps: dict[int, list[Row[Any]]] = defaultdict(list)
    if found:
        for step in connection.execute(_STEPS, {"outing_ids": [row.id for row in found]}):
            steps[step.outing_id].append(step)
    return [_outing(row, steps[row.id]) for row in found]


def _outing(row: Row[Any], steps: Sequence[Row[Any]]) -> Outing:
    late = [step.at for step in steps if step.what == LATE]
    told = _told(steps, since_answer=row.sos_at is None)
    return Outing(
        id=row.id,
        visit=row.visit_id,
        version=row.version,
        staff=row.staff,
        starts_at=row.starts_at,
        safe_by=row.safe_by,
        rung=row.rung,
        arrived_at=row.arrived_at,
        left_at=row.left_at,
        sos_at=row.sos_at,
        ended_at=row.ended_at,
        late_at=late[-1] if late else None,
        asked={one.what: one.at for one in steps if one.what in {ASK_ARRIVED, ASK_LEFT}},
        told=tuple(dict.fromkeys(one.who for one in told)),
        told_at=told[-1].at if told else None,
    )


def _told(steps: Sequence[Row[Any]], *, since_answer: bool) -> list[Row[Any]]:
    """List who is waiting to hear of them: told since the last answer, or ever after an SOS."""
    last = max((n for n, one in enumerate(steps) if one.what in ANSWERS), default=-1)
    counted = steps[last + 1 :] if since_answer else steps
    return [one for one in counted if one.what == TOLD]
