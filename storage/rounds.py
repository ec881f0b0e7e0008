"""Rounds: what one process at a time does again and again, such as asking a provider.

A round is a row with the moment before which nobody begins it. Whoever moves that moment on has
the round; a process that dies on its round is followed by another when the moment has come.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, update

from storage.received import add_once, recall, remember
from storage.tables import ServiceValue

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def due(connection: Connection, name: str) -> datetime:
    """Say before which moment nobody begins a round."""
    kept = recall(connection, _row(name))
    return BEGINNING if kept is None else datetime.fromisoformat(kept)


def begin(connection: Connection, name: str, now: datetime, until: datetime) -> bool:
    """Take a round on until a moment. False: it is not due, or another process is on it."""
    row = {"name": _row(name), "value": _written(BEGINNING)}
    add_once(connection, ServiceValue, row)
    # Written alike, moments are in the order of their letters; the row lock lets one process win.
    here = (ServiceValue.name == _row(name), ServiceValue.value <= _written(now))
    taken = connection.execute(update(ServiceValue).where(*here).values(value=_written(until)))
    return taken.rowcount == 1


def end(connection: Connection, name: str, until: datetime, following: datetime) -> bool:
    """Say when a round is next due. False: this one took too long, and another has begun."""
    here = (ServiceValue.name == _row(name), ServiceValue.value == _written(until))
    ended = connection.execute(update(ServiceValue).where(*here).values(value=_written(following)))
    return ended.rowcount == 1


def reached(connection: Connection, name: str) -> datetime | None:
    """Say up to which moment everything has been seen. None: nothing has."""
    kept = recall(connection, _mark(name))
    return None if kept is None else datetime.fromisoformat(kept)


def reach(connection: Connection, name: str, moment: datetime) -> None:
    """Note up to which moment everything has been seen; it never goes back."""
    before = reached(connection, name)
    if before is None or before < moment:
        remember(connection, _mark(name), _written(moment))


def place(connection: Connection, name: str) -> str:
    """Say how far a list has been worked through; empty: not begun."""
    return recall(connection, _mark(name)) or ""


def move_place(connection: Connection, name: str, to: str) -> None:
    """Note how far a list has been worked through."""
    remember(connection, _mark(name), to)


def _row(name: str) -> str:
    return f"round:{name}"


def _mark(name: str) -> str:
    return f"mark:{name}"


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
