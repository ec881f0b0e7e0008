"""A backup in a PostgreSQL database: what was there stands aside in a schema of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, text

from bot.domain import NotReady
from storage.database import open_database
from storage.keys import Keyring
from storage.postgres_programs import ASIDE, bring_in

__all__ = ["ASIDE", "alone", "in_postgres"]

LOOKS, BETWEEN_LOOKS = 20, 0.1  # seconds: a connection of ours may take a moment to be gone
OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
# What an extension brought stays: it belongs to the database and not to us.
TABLES = text(
    "SELECT o.oid::regclass::text FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace "
    "WHERE n.nspname = :schema AND o.relkind IN ('r', 'p') "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = o.oid AND d.deptype = 'e')"
)
FUNCTIONS = text(
    "SELECT o.oid::regprocedure::text FROM pg_proc o JOIN pg_namespace n ON n.oid = o.pronamespace "
    "WHERE n.nspname = :schema "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = o.oid AND d.deptype = 'e')"
)
HOME = "public"


@asynccontextmanager
async def in_postgres(url: str, keys: Keyring, file: Path, aside: str) -> AsyncIterator[None]:
    """Bring a backup in for as long as the block; where the block fails, all is as it was."""
    await alone(url, keys)
    await _do(url, keys, partial(_set_aside, aside=aside))
    try:
        await asyncio.to_thread(bring_in, url, file)
        yield
    except BaseException:
        await asyncio.shield(_do(url, keys, partial(_put_back, aside=aside)))
        raise
    await _do(url, keys, partial(_drop_if_empty, aside=aside))


async def _do(url: str, keys: Keyring, work: Callable[[Connection], None]) -> None:
    """Do one thing on a connection that is gone afterwards."""
    database = open_database(url, keys)
    try:
        await database.write(work)
    finally:
        await database.close()


async def alone(url: str, keys: Keyring) -> None:
    """Refuse while anybody else is connected: the lock on a folder knows one machine only."""
    database = open_database(url, keys)
    try:
        for _look in range(LOOKS):
            others = await database.read(lambda connection: connection.execute(OTHERS).scalar_one())
            if not others:
                return
            await asyncio.sleep(BETWEEN_LOOKS)
    finally:
        await database.close()
    raise NotReady("Another program is connected to the database. Stop every Keyworker first.")


def _set_aside(connection: Connection, *, aside: str) -> None:
    connection.exec_driver_sql(f"CREATE SCHEMA {aside}")
    _each(connection, HOME, "ALTER {} {} SET SCHEMA " + aside)


def _put_back(connection: Connection, *, aside: str) -> None:
    _each(connection, HOME, "DROP {} IF EXISTS {} CASCADE")
    _each(connection, aside, "ALTER {} {} SET SCHEMA " + HOME)
    connection.exec_driver_sql(f"DROP SCHEMA {aside}")


def _drop_if_empty(connection: Connection, *, aside: str) -> None:
    if connection.execute(TABLES, {"schema": aside}).first() is None:
        connection.exec_driver_sql(f"DROP SCHEMA {aside}")


def _each(connection: Connection, schema: str, what: str) -> None:
    """Do something to every table, and then to every function, of a schema."""
    for kind, query in (("TABLE", TABLES), ("FUNCTION", FUNCTIONS)):
        for name in connection.execute(query, {"schema": schema}).scalars().all():
            connection.exec_driver_sql(what.format(kind, name))
