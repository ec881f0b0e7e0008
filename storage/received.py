"""What we have acted on before, and what the service remembers about itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase

from storage.tables import Received, ServiceValue, core

RECALL = select(ServiceValue.value).where(ServiceValue.name == bindparam("name"))
RESTORED = "restored_at"  # when a backup took the place of what there was
FAMILY_BOT = "family_bot"  # where the family bot's name at Telegram is remembered


def add_once(connection: Connection, table: type[DeclarativeBase], row: Mapping[str, Any]) -> bool:
    """Insert a row unless its key is there. False means it was."""
    return connection.execute(_once(table, connection.dialect.name), row).rowcount == 1


@cache
def _once(table: Any, dialect: str) -> Any:
    """Build a statement once: building costs more than running it."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(core(table)).on_conflict_do_nothing()


@cache
def _returning(table: Any, dialect: str) -> Any:
    return _once(table, dialect).returning(core(table).c.id)


@cache
def _known(table: Any, key: str) -> Any:
    columns = core(table).c
    return select(columns.id).where(columns[key] == bindparam("key"))


def add_or_find(
    connection: Connection, table: type[DeclarativeBase], row: Mapping[str, Any], key: str
) -> int:
    """Insert a row and return its id; the same `key` again gives the row that is there."""
    made = _returning(table, connection.dialect.name)
    found = connection.execute(made, row).scalar_one_or_none()
    if found is None:
        found = connection.execute(_known(table, key), {"key": row[key]}).scalar_one()
    return int(found)


def note_received(connection: Connection, channel: str, external_id: str, now: datetime) -> bool:
    """Note an inbound id or a due key. False means a repeat: it was acted on before."""
    row = {"channel": channel, "external_id": external_id[:120], "at": now}
    return add_once(connection, Received, row)


def was_received(connection: Connection, channel: str, external_id: str) -> bool:
    """Say whether an inbound id was noted, and note nothing."""
    here = (Received.channel == channel, Received.external_id == external_id[:120])
    return connection.execute(select(Received.at).where(*here)).first() is not None


def remember(connection: Connection, name: str, value: str) -> None:
    """Keep one small value under a name."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(ServiceValue).values(name=name, value=value)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"value": value})
    )


def note_restored(connection: Connection, now: datetime) -> None:
    """Remember when a backup took the place of what there was."""
    remember(connection, RESTORED, now.isoformat())


def restored_at(connection: Connection) -> datetime | None:
    """Read when a backup was restored last; None: never."""
    kept = recall(connection, RESTORED)
    return datetime.fromisoformat(kept) if kept else None


def recall(connection: Connection, name: str) -> str | None:
    """Read a remembered value back."""
    return connection.execute(RECALL, {"name": name}).scalar_one_or_none()
