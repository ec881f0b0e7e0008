"""What we have acted on before, and what the service remembers about itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase

from storage.tables import Received, ServiceValue

FAMILY_BOT = "family_bot"  # where the family bot's name at Telegram is remembered


def add_once(connection: Connection, table: type[DeclarativeBase], row: Mapping[str, Any]) -> bool:
    """Insert a row unless its key is there. False means it was."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).values(**row).on_conflict_do_nothing()
    return connection.execute(statement).rowcount == 1


def add_or_find(
    connection: Connection, table: type[DeclarativeBase], row: Mapping[str, Any], key: str
) -> int:
    """Insert a row and return its id; the same `key` again gives the row that is there."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    columns = table.__table__.c
    made = insert(table).values(**row).on_conflict_do_nothing().returning(columns.id)
    found = connection.execute(made).scalar_one_or_none()
    if found is None:
        known = select(columns.id).where(columns[key] == row[key])
        found = connection.execute(known).scalar_one()
    return int(found)


def note_received(connection: Connection, channel: str, external_id: str, now: datetime) -> bool:
    """Note an inbound id or a due key. False means a repeat: it was acted on before."""
    row = {"channel": channel, "external_id": external_id[:120], "at": now}
    return add_once(connection, Received, row)


def remember(connection: Connection, name: str, value: str) -> None:
    """Keep one small value under a name."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(ServiceValue).values(name=name, value=value)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"value": value})
    )


def recall(connection: Connection, name: str) -> str | None:
    """Read a remembered value back."""
    found = connection.execute(select(ServiceValue.value).where(ServiceValue.name == name))
    return found.scalar_one_or_none()
