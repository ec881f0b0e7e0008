"""The audit: who read or changed what, each row sealed by the one before it."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, text, update

from storage.columns import keys_of
from storage.keys import Keyring
from storage.received import recall, remember
from storage.tables import Audit

BEGINNING = b"keyworker"
LOCK = 7_291_001
END = "audit_end"


def append(connection: Connection, at: datetime, who: str, what: str, subject: str) -> None:
    """Add one row; the last statement of a transaction, under one lock for the whole chain."""
    _one_at_a_time(connection)
    last = connection.execute(select(Audit.seal).order_by(Audit.id.desc()).limit(1))
    keys = keys_of(connection)
    seal = _seal(keys, last.scalar_one_or_none(), at, who, what, subject)
    connection.execute(insert(Audit).values(at=at, who=who, what=what, subject=subject, seal=seal))
    remember(connection, END, _end(keys, seal))


def first_broken(connection: Connection) -> int | None:
    """Name the first row that does not fit, or is missing at the end; None: the chain is whole."""
    _one_at_a_time(connection)
    keys = keys_of(connection)
    before: str | None = None
    last = 0
    for row in connection.execute(select(Audit).order_by(Audit.id)):
        if row.seal != _seal(keys, before, row.at, row.who, row.what, row.subject):
            return int(row.id)
        before, last = row.seal, int(row.id)
    kept = recall(connection, END)
    return None if kept == (before and _end(keys, before)) else last + 1


def reseal(connection: Connection, keys: Keyring) -> None:
    """Seal every row under another key; only ever for a chain that was found whole."""
    _one_at_a_time(connection)
    before: str | None = None
    for row in connection.execute(select(Audit).order_by(Audit.id)).all():
        before = _seal(keys, before, row.at, row.who, row.what, row.subject)
        connection.execute(update(Audit).where(Audit.id == row.id).values(seal=before))
    if before is not None:
        remember(connection, END, _end(keys, before))


def _one_at_a_time(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


def _end(keys: Keyring, seal: str) -> str:
    """Prove which row is the last: without it, rows cut off the end would not be missed."""
    return keys.proof(END.encode(), seal)


def _seal(
    keys: Keyring, before: str | None, at: datetime, who: str, what: str, subject: str
) -> str:
    fields = f"{at.astimezone(UTC).isoformat()}\x1f{who}\x1f{what}\x1f{subject}"
    return keys.proof((before or "").encode() or BEGINNING, fields)
