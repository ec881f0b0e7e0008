"""What a restore must not undo about matters of danger: that a person has closed one.

What is open is there for whoever was told of it, also where its case has been restricted since.
So a matter that was closed is closed as it was, in that person's words. One that is open now stays
open: nothing of a cry for help is ever settled by a restore.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, LargeBinary, Row, insert, select, type_coerce, update

from storage.steps import CLOSED, DANGER
from storage.tables import Task, TaskClosing, TaskStep

END = ("done_at", "done_by", "outcome")
SAID = ("reason", "told", "reference")  # sealed as they are
PLAIN = ("outcome", "recorded_in", "by", "at")


def read_closed(connection: Connection) -> tuple[Row[Any], ...]:
    """Read every matter of danger that is closed, and how it ended."""
    ends = [getattr(Task, name) for name in END]
    said = [type_coerce(getattr(TaskClosing, name), LargeBinary).label(name) for name in SAID]
    plain = [getattr(TaskClosing, name).label(f"closing_{name}") for name in PLAIN]
    query = select(Task.key, Task.created_at, *ends, *said, *plain)
    joined = query.join(TaskClosing, TaskClosing.task_id == Task.id, isouter=True)
    found = joined.where(Task.kind.in_(DANGER), Task.done_at.is_not(None)).order_by(Task.id)
    return tuple(connection.execute(found).all())


def close_danger(connection: Connection, later: tuple[Row[Any], ...]) -> int:
    """Close what is closed now and open here; returns how many that are."""
    query = select(Task.id, Task.key, Task.created_at)
    rows = connection.execute(query.where(Task.kind.in_(DANGER), Task.done_at.is_(None))).all()
    still = {(row.key, row.created_at): row.id for row in rows}
    ended = [(still[place], row) for row in later if (place := (row.key, row.created_at)) in still]
    for task_id, row in ended:
        _close(connection, task_id, row)
    return len(ended)


def _close(connection: Connection, task_id: int, row: Row[Any]) -> None:
    end = {name: getattr(row, name) for name in END}
    connection.execute(update(Task).where(Task.id == task_id).values(**end))
    step = {"task_id": task_id, "at": row.done_at, "who": row.done_by or "system", "what": CLOSED}
    connection.execute(insert(TaskStep).values(**step))
    if row.closing_at is not None:
        sealed = {name: type_coerce(getattr(row, name), LargeBinary) for name in SAID}
        plain = {name: getattr(row, f"closing_{name}") for name in PLAIN}
        connection.execute(insert(TaskClosing).values(task_id=task_id, **plain, **sealed))
