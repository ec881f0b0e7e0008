"""Keys, data folder and database: is there a place to keep things, and do the keys open it?"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cli.checks.finding import Finding, look, missing, ok, unreachable, wrong

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

    from bot.rules.routing import Team
    from bot.settings import Settings
    from storage.database import Work
    from storage.keys import Keyring

MAKES_KEYS = "`python -m bot keys new` prints a pair"
MIGRATE = "`python -m bot migrate`"
UTF8 = "UTF8"
NO_ACCESS, NO_DATABASE = "28", "3D000"  # SQLSTATE: a class, and a state


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database says."""

    findings: tuple[Finding, ...]
    team: Team | None = field(default=None, repr=False)
    schools: tuple[str, ...] = ()


def keys(settings: Settings) -> tuple[Keyring | None, list[Finding]]:
    """Read the keys, and say what is wrong with them."""
    from storage.folder import keyring
    from storage.keys import new_keys, split_keys

    seals, index = settings.keys.get_secret_value(), settings.index_key.get_secret_value()
    given = {"KEYWORKER_KEYS": seals, "KEYWORKER_INDEX_KEY": index}
    lacking = [name for name, value in given.items() if not value.strip()]
    faults = [missing("keys", f"{name} is not set: {MAKES_KEYS}.") for name in lacking]
    whole, another = (value if value.strip() else new_keys()[0] for value in (seals, index))
    try:
        ring = keyring(whole, another)
    except (ValueError, IndexError):
        words = f"KEYWORKER_KEYS holds something that is no key: {MAKES_KEYS}."
        return None, [*faults, wrong("keys", words)]
    if faults:
        return None, faults
    if index in split_keys(seals):
        words = "KEYWORKER_INDEX_KEY is one of KEYWORKER_KEYS: the two must never be the same."
        return ring, [wrong("keys", words)]
    return ring, [ok("keys", "both can be used.")]


def data_folder(settings: Settings) -> Iterable[Finding]:
    """Say whether the service may write where it keeps things."""
    from storage.spool import FOLDER

    for part, folder in (
        ("data folder", settings.data_dir),
        ("spool", settings.data_dir / FOLDER),
    ):
        yield _folder(part, folder)


def _folder(part: str, folder: Path) -> Finding:
    there = next(
        (place for place in (folder, *folder.absolute().parents) if place.exists()), folder
    )
    if not there.is_dir():
        return wrong(
            part, f"“{there.name}” is a file where a folder has to be (KEYWORKER_DATA_DIR)."
        )
    if not os.access(there, os.W_OK | os.X_OK):
        return wrong(part, f"“{there.name}” cannot be written to: let the service's user own it.")
    if there != folder:
        return ok(part, "will be made when the service starts.")
    if folder.stat().st_mode & 0o007:
        return look(part, f"everybody on this machine may read “{folder.name}”: take that away.")
    if waiting := len(list(folder.glob("*.sealed"))):
        return look(part, f"{waiting} calls wait here for the database to come back.")
    return ok(part, f"“{folder.name}” can be written to.")


async def database(settings: Settings, ring: Keyring | None, seconds: float) -> Stored:
    """Say whether the database answers, is ours, and opens with these keys."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    from storage.keys import Keyring, new_keys

    try:
        url = make_url(settings.url)
    except (ArgumentError, ValueError):
        return _refused("KEYWORKER_DATABASE_URL cannot be read as an address: see .env.example.")
    if url.drivername not in {"sqlite", "postgresql+asyncpg"}:
        return _refused("KEYWORKER_DATABASE_URL has to begin with sqlite:/// or "
                        "postgresql+asyncpg://.")  # fmt: skip
    seal, index = new_keys()
    try:
        async with asyncio.timeout(seconds):
            return await _ask(url, ring or Keyring((seal,), index), known=ring is not None)
    except ModuleNotFoundError:
        return _refused("the driver of PostgreSQL is not installed: install keyworker[postgres].")
    except Exception as error:  # noqa: BLE001  whatever it is, the other parts are looked at too
        return Stored((_away(error, url),))


def _refused(words: str) -> Stored:
    return Stored((wrong("database", words),))


def _away(error: Exception, url: URL) -> Finding:
    state = str(getattr(error, "sqlstate", getattr(getattr(error, "orig", None), "sqlstate", "")))
    if state.startswith(NO_ACCESS):
        words = "PostgreSQL does not let this user in: look at user and password in the address."
        return wrong("database", words)
    if state == NO_DATABASE:
        return wrong("database", "PostgreSQL has no database of this name: make it first.")
    if url.drivername == "sqlite":
        return wrong("database", f"the SQLite file cannot be read ({type(error).__name__}).")
    words = "PostgreSQL does not answer at KEYWORKER_DATABASE_URL: is it running, and let through?"
    return unreachable("database", words)


async def _ask(url: URL, ring: Keyring, *, known: bool) -> Stored:
    if url.drivername != "sqlite":
        return await _ask_postgres(url.render_as_string(hide_password=False), ring, known=known)
    return await asyncio.to_thread(_ask_sqlite, Path(url.database or ""), ring, known=known)


def _ask_sqlite(path: Path, ring: Keyring, *, known: bool) -> Stored:
    """Read only: the service may be running, and it alone writes."""
    from storage.sqlite_writer import SqliteReaders

    if not path.exists():
        return Stored((look("database", f"there is no SQLite file yet: {MIGRATE} makes it."),))
    readers = SqliteReaders(path, ring)
    try:
        return readers.run(_looked_at(known=known))
    finally:
        readers.close()


async def _ask_postgres(url: str, ring: Keyring, *, known: bool) -> Stored:
    from storage.database import open_database

    opened = open_database(url, ring)
    try:
        return await opened.read(_looked_at(known=known))
    finally:
        await opened.close()


def _looked_at(*, known: bool) -> Work[Stored]:
    def work(connection: Connection) -> Stored:
        return _stored(connection, known=known)

    return work


def _stored(connection: Connection, *, known: bool) -> Stored:
    """Look at tables and keys; reads a few rows and writes nothing."""
    from storage.closures import schools
    from storage.migrate import current, head
    from storage.staff import load_team

    engine = "SQLite" if connection.dialect.name == "sqlite" else "PostgreSQL"
    if engine == "PostgreSQL" and (encoding := _encoding(connection)) != UTF8:
        return _refused(f"this database is kept in {encoding}: make one with the encoding UTF8.")
    revision = current(connection)
    if revision is None:
        return Stored((look("database", f"{engine} answers, and is empty: {MIGRATE} fills it."),))
    if revision != head():
        return Stored((_other_release(revision), *_opened(connection, known=known)))
    fine = ok("database", f"{engine} answers, and its tables are this release's.")
    opened = _opened(connection, known=known)
    readable = known and not any(finding.fault for finding in opened)
    names = tuple(row.name for row in schools(connection))
    return Stored((fine, *opened), load_team(connection) if readable else None, names)


def _encoding(connection: Connection) -> str:
    from sqlalchemy import text

    return str(connection.execute(text("SHOW server_encoding")).scalar_one())


def _other_release(revision: str) -> Finding:
    from storage.migrate import knows

    if knows(revision):
        return look("database", f"its tables are an earlier release's: {MIGRATE} brings them on.")
    return wrong("database", "its tables are a later release's: install that release.")


def _opened(connection: Connection, *, known: bool) -> list[Finding]:
    """Try the keys on the first and on the newest address."""
    from cryptography.fernet import InvalidToken
    from sqlalchemy import select

    from storage.columns import keys_of
    from storage.tables import Address

    if not known:
        return []
    kept = select(Address.channel, Address.address, Address.address_index).limit(1)
    rows: list[Any] = []
    try:
        for order in (Address.id, Address.id.desc()):
            rows += connection.execute(kept.order_by(order)).all()
    except InvalidToken:
        words = ("KEYWORKER_KEYS do not open this database: it was written with another key. "
                 "Put that key behind the new one, with a comma.")  # fmt: skip
        return [wrong("keys", words)]
    index = keys_of(connection).index
    if any(index(f"{row.channel}:{row.address}") != row.address_index for row in rows):
        words = ("KEYWORKER_INDEX_KEY is not the one this database was written with: no family "
                 "would be found by its number.")  # fmt: skip
        return [wrong("keys", words)]
    return [ok("keys", "they open this database.")] if rows else []
