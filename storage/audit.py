"""The audit: who read or changed what, each row sealed by the one before it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, text

from storage.columns import keys_of
from storage.tables import Audit

BEGINNING = b"keyworker"
LOCK = 7_291_001


def append(connection: Connection, at: datetime, who: str, what: str, subject: str) -> None:
    """Add one row; the last statement of a transaction, under one lock for the whole chain."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    last = connection.execute(select(Audit.seal).order_by(Audit.id.desc()).limit(1))
    seal = _seal(connection, last.scalar_one_or_none(), at, who, what, subject)
    connection.execute(insert(Audit).values(at=at, who=who, what=what, subject=subject, seal=seal))


def first_broken(connection: Connection) -> int | None:
    """Name the first row whose seal does not fit; None when the chain is whole."""
    before: str | None = None
    for row in connection.execute(select(Audit).order_by(Audit.id)):
        if row.seal != _seal(connection, before, row.at, row.who, row.what, row.subject):
            return int(row.id)
        before = row.seal
    return None


def _seal(
    connection: Connection, before: str | None, at: datetime, who: str, what: str, subject: str
) -> str:
    fields = f"{at.isoformat()}\x1f{who}\x1f{what}\x1f{subject}"
    return keys_of(connection).proof((before or "").encode() or BEGINNING, fields)
