"""A new encryption key: everything encrypted is sealed anew, a little at a time, while others work.

The triggers let ciphertext change and nothing beside it, so rotation needs no door of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from cryptography.fernet import InvalidToken
from sqlalchemy import Column, Connection, LargeBinary, Row, select, type_coerce, update
from sqlalchemy import Table as Rows

from bot.domain import NotReady
from storage import audit
from storage.columns import EMPTIED, Secret, SecretJson, keys_of
from storage.database import Database
from storage.keys import Keyring
from storage.tables import Address, Table

BATCH = 100  # rows that one transaction seals anew: others wait some milliseconds for it
SEALED_WITH_ANOTHER = "does not open all of it: some was sealed with a key that is not in the list."
AT_MOST = 100_000  # values in one call: half a minute or so, and nobody gives up waiting for it
PASSES = 5  # rows another turn holds are passed over, and met again on the next pass


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did, and what still needs an older key."""

    anew: int = 0
    left: int = 0
    unreadable: int = 0

    def __add__(self, other: Rotated) -> Rotated:
        return Rotated(
            self.anew + other.anew, self.left + other.left, self.unreadable + other.unreadable
        )


def secrets() -> dict[Rows, tuple[Column[Any], ...]]:
    """List every encrypted column of every table."""
    found = {
        table: tuple(column for column in table.columns if _encrypted(column))
        for table in Table.metadata.sorted_tables
    }
    return {table: columns for table, columns in found.items() if columns}


def _encrypted(column: Column[Any]) -> bool:
    return isinstance(column.type, Secret | SecretJson)


async def rotate(database: Database, keys_mark: str, now: datetime, most: int = AT_MOST) -> Rotated:
    """Seal everything with the newest key, which must be the one its caller knows by this mark.

    May be broken off and begun again at any moment, and breaks off by itself after so many values.
    Raises `NotReady` for another newest key.
    """
    known = await database.read(lambda connection: keys_of(connection).mark)
    if known != keys_mark:
        raise NotReady(
            "The running service does not yet seal with the first key of KEYWORKER_KEYS. "
            "Restart it with the new key in front, then rotate."
        )
    anew, told = 0, Rotated()
    for _number in range(PASSES):
        told = await _pass(database, most - anew)
        anew += told.anew
        if told.left == 0 or anew >= most:
            break
    if anew:
        await database.write(
            lambda connection: audit.append(
                connection, now, "system", "keys rotate", f"{anew} values"
            )
        )
    return Rotated(anew, told.left, told.unreadable)


async def _pass(database: Database, most: int) -> Rotated:
    """Go through every table once, or until enough was done: then more is left."""
    told = Rotated()
    for table in secrets():
        after: int | None = 0
        while after is not None:
            work = partial(rotate_some, table=table, after=after, limit=BATCH)
            batch, after = await database.write(work)
            told += batch
            if told.anew >= most:
                return told + Rotated(left=1)
    return told


def rotate_some(
    connection: Connection, *, table: Rows, after: int, limit: int
) -> tuple[Rotated, int | None]:
    """Seal the next few rows of a table anew; says behind which row to go on, or None."""
    told = Rotated()
    rows = _rows(connection, table, after, limit)
    older: dict[int, dict[str, tuple[bytes, bytes]]] = {}
    for row in rows:
        changes, unreadable = _changes(keys_of(connection), row)
        told += Rotated(unreadable=unreadable)
        if changes:
            older[row[0]] = changes
    for number in _held(connection, table, older):
        told += Rotated(anew=_write(connection, table, number, older[number]))
    missed = sum(map(len, older.values())) - told.anew
    last = rows[-1][0] if len(rows) == limit else None
    return told + Rotated(left=missed), last


def _rows(connection: Connection, table: Rows, after: int, limit: int) -> Sequence[Row[Any]]:
    """Read ciphertext as it stands, by the table's number."""
    (number,) = table.primary_key.columns
    raw = (type_coerce(column, LargeBinary).label(column.name) for column in secrets()[table])
    query = select(number.label("number_"), *raw).where(number > after).order_by(number)
    return connection.execute(query.limit(limit)).all()


def _changes(keys: Keyring, row: Row[Any]) -> tuple[dict[str, tuple[bytes, bytes]], int]:
    """Work out what of a row an older key sealed, and how much of it no key reads."""
    changes, unreadable = {}, 0
    for name, sealed in _sealed(row):
        try:
            anew = keys.renewed(sealed)
        except InvalidToken:
            unreadable += 1
            continue
        if anew != sealed:
            changes[name] = (sealed, anew)
    return changes, unreadable


def _sealed(row: Row[Any]) -> Iterator[tuple[str, bytes]]:
    for name, sealed in list(row._mapping.items())[1:]:  # noqa: SLF001  SQLAlchemy's public name
        if sealed is not None and sealed != EMPTIED:
            yield str(name), bytes(sealed)


def _held(connection: Connection, table: Rows, older: dict[int, Any]) -> list[int]:
    """Hold the rows nobody else holds: a rotation waits for no turn, and so trips none."""
    if not older:
        return []
    (number,) = table.primary_key.columns
    query = select(number).where(number.in_(list(older))).order_by(number)
    locked = query.with_for_update(key_share=True, skip_locked=True)
    return list(connection.execute(locked).scalars())


def _write(
    connection: Connection, table: Rows, number: int, changes: dict[str, tuple[bytes, bytes]]
) -> int:
    """Put new ciphertext where still the old one stands; returns how many values that were."""
    (key,) = table.primary_key.columns
    raw = {name: type_coerce(table.c[name], LargeBinary) for name in changes}
    still = (raw[name] == old for name, (old, _anew) in changes.items())
    values = {name: type_coerce(anew, LargeBinary) for name, (_old, anew) in changes.items()}
    done = connection.execute(update(table).where(key == number, *still).values(**values))
    return len(changes) * done.rowcount


def check_keys(connection: Connection) -> int:
    """Read everything that is encrypted; returns how many values, or raises `NotReady`."""
    keys, count = keys_of(connection), 0
    try:
        for table in secrets():
            for row in _every(connection, table):
                count += len([keys.unseal(sealed) for _name, sealed in _sealed(row)])
    except InvalidToken:
        raise NotReady(f"KEYWORKER_KEYS {SEALED_WITH_ANOTHER}") from None
    check_index(connection)
    return count


def _every(connection: Connection, table: Rows) -> Iterator[Row[Any]]:
    after = 0
    while rows := _rows(connection, table, after, BATCH):
        yield from rows
        after = rows[-1][0]


def check_index(connection: Connection) -> None:
    """Raise `NotReady` unless an address is found where the index key says it is."""
    keys = keys_of(connection)
    query = select(Address.channel, Address.address, Address.address_index).limit(1)
    try:
        row = connection.execute(query).one_or_none()
    except InvalidToken:
        raise NotReady(f"KEYWORKER_KEYS {SEALED_WITH_ANOTHER}") from None
    if row is not None and keys.index(f"{row.channel}:{row.address}") != row.address_index:
        raise NotReady(
            "KEYWORKER_INDEX_KEY is not the one this database was kept with: "
            "with it no family would be known by its number."
        )
