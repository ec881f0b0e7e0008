"""Much at once: many rows the way each engine takes them fastest, and slow reading off the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, insert
from sqlalchemy.orm import DeclarativeBase

from storage.tables import core

T = TypeVar("T")


def add_all(
    connection: Connection,
    table: type[DeclarativeBase],
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Add rows of plain values, in this order of columns; nothing in them is to be sealed."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        named = [dict(zip(columns, row, strict=True)) for row in rows]
        connection.execute(insert(core(table)), named)
        return

    async def copy(driver: Any) -> None:
        await driver.copy_records_to_table(table.__tablename__, columns=columns, records=rows)

    _driven(connection, copy)


def off_the_loop(connection: Connection, each: Iterator[T]) -> Iterator[T]:
    """Work every next one out in a thread, where a transaction stands on the event loop.

    SQLite's writer is a thread of its own: there it is only the next one.
    """
    if connection.dialect.name == "sqlite":
        yield from each
        return
    nothing = object()

    def following() -> Any:
        return next(each, nothing)

    while (one := _driven(connection, lambda _driver: asyncio.to_thread(following))) is not nothing:
        yield one


def _driven(connection: Connection, work: Callable[[Any], Any]) -> Any:
    """Let the driver of PostgreSQL do something of its own inside this transaction."""
    adapted: Any = connection.connection.dbapi_connection
    return adapted.run_async(work)
