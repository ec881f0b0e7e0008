"""Communication passports: how to speak with one child; the newest counts, none is lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from storage.tables import Passport

FIELDS = ("sentence_length", "visuals", "processing_time", "say", "avoid", "best_mode")


def newest_passport(connection: Connection, case_id: int) -> Row[Any] | None:
    """Read how to speak with a child. None: nobody has written it down."""
    query = select(Passport).where(Passport.case_id == case_id).order_by(Passport.id.desc())
    return connection.execute(query.limit(1)).one_or_none()


def write_passport(
    connection: Connection,
    case_id: int,
    fields: Mapping[str, str],
    by: str,
    on: date,
    now: datetime,
) -> None:
    """Write a passport anew; what it says nothing about is left out."""
    kept = {name: fields[name].strip() for name in FIELDS if fields.get(name, "").strip()}
    row = {"case_id": case_id, "fields": kept, "written_by": by, "written_on": on, "at": now}
    connection.execute(insert(Passport).values(**row))
