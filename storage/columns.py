"""Column types: times that come back aware, and words that only the service can read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from storage.keys import Keyring


def keyring_of(dialect: Dialect) -> Keyring:
    """Find the keys of the engine a statement runs on; `storage.database` puts them there."""
    ring = getattr(dialect, "keyring", None)
    if not isinstance(ring, Keyring):
        raise TypeError("This engine was not opened through storage.database: it has no keys.")
    return ring


def keys_of(connection: Connection) -> Keyring:
    """Find the keys of a connection."""
    return keyring_of(connection.dialect)


EMPTIED = b""  # stands where words were that are no longer kept; no key ever seals to it


class UtcTime(TypeDecorator[datetime]):
    """A moment, kept in UTC and always aware. SQLite alone would hand it back naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone cannot be kept.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Secret(TypeDecorator[str]):
    """Words that are encrypted on their way into the database."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect).seal(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        if value == EMPTIED:
            return ""
        return None if value is None else keyring_of(dialect).unseal(value)


class SecretName(Secret):
    """The name of a colleague, read many times and decrypted once."""

    cache_ok = True

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        if value == EMPTIED:
            return ""
        return None if value is None else keyring_of(dialect).unseal_name(value)


class SecretJson(TypeDecorator[Any]):
    """A small structure that is encrypted on its way into the database."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return keyring_of(dialect).seal(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(keyring_of(dialect).unseal(value))
