"""A pupil's time with the taskforce, and who belongs to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Secret, SecretJson, UtcTime
from storage.tables.base import Table


class Case(Table):
    """One pupil's time with the taskforce."""

    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    upn: Mapped[str | None] = mapped_column(Secret)
    upn_index: Mapped[str | None] = mapped_column(String(40), unique=True)
    year: Mapped[int]
    tier: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))
    sen: Mapped[str] = mapped_column(String(2))
    fsm: Mapped[bool]
    csc: Mapped[str] = mapped_column(String(20))
    registration: Mapped[str] = mapped_column(String(20))
    home_school: Mapped[str] = mapped_column(String(120))
    placement_week: Mapped[int]
    notes: Mapped[str | None] = mapped_column(Secret)
    paused_until: Mapped[datetime | None] = mapped_column(UtcTime)
    legal_hold: Mapped[bool] = mapped_column(default=False)
    # "key_person": only the key worker writes, others advise behind the scenes; else "team".
    style: Mapped[str] = mapped_column(String(12), default="team", server_default=sql("'team'"))
    restricted: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    # weekly, fortnightly, monthly or none; empty: as the taper after a return says
    cadence: Mapped[str] = mapped_column(String(12), default="", server_default=sql("''"))
    returned_on: Mapped[date | None]
    # Every turn asks which cases are restricted: they are few among all that were ever kept.
    __table_args__ = (
        Index(
            "ix_cases_restricted",
            "restricted",
            sqlite_where=sql("restricted = 1"),
            postgresql_where=sql("restricted"),
        ),
    )


class CaseContact(Table):
    """What one person is to one case, and how they may be reached about it."""

    __tablename__ = "case_contact"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    relation: Mapped[str] = mapped_column(String(40))
    parental_responsibility: Mapped[bool]
    priority: Mapped[int]
    do_not_use: Mapped[bool] = mapped_column(default=False)
    do_not_use_reason: Mapped[str | None] = mapped_column(Secret)
    rules: Mapped[dict[str, Any]] = mapped_column(SecretJson)
    copy_only: Mapped[bool] = mapped_column(default=False)
    prefers: Mapped[list[str]] = mapped_column(JSON)
    needs: Mapped[list[str]] = mapped_column(JSON)
    rules_missing: Mapped[bool] = mapped_column(default=False)
    rules_set_at: Mapped[datetime | None] = mapped_column(UtcTime)  # by a person, on the page
    notes: Mapped[str | None] = mapped_column(Secret)
    __table_args__ = (UniqueConstraint("case_id", "person_id"),)


class Allocation(Table):
    """Who is allocated to a case. Never deleted: it ends."""

    __tablename__ = "allocation"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
