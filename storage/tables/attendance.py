"""Registers: who is on whose roll, every mark that came in, and when school is expected."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Secret, UtcTime
from storage.tables.base import Table


class OnRoll(Table):
    """A pupil on one school's register. A dual-registered pupil has two rows. Never deleted."""

    __tablename__ = "on_roll"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))  # single, main, subsidiary
    from_on: Mapped[date]
    to_on: Mapped[date | None]


class FormerUpn(Table):
    """A UPN a pupil had before; a register that still carries it means the same child."""

    __tablename__ = "former_upn"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    upn: Mapped[str] = mapped_column(Secret)
    upn_index: Mapped[str] = mapped_column(String(40), unique=True)
    added_at: Mapped[datetime] = mapped_column(UtcTime)


class RegisterImport(Table):
    """One register that was taken in, whole. A file that comes again is known by its digest."""

    __tablename__ = "register_import"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    by: Mapped[str] = mapped_column(String(40))  # a staff id, or "api", "folder", "command line"
    source: Mapped[str] = mapped_column(String(12))  # page, api, folder, command
    digest: Mapped[str] = mapped_column(String(64), index=True)
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    marks: Mapped[int]  # read
    new: Mapped[int]
    corrected: Mapped[int]


class SessionMark(Table):
    """What one register said of one pupil in one session. A correction is a row of its own."""

    __tablename__ = "session_mark"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    day: Mapped[date]
    half: Mapped[str] = mapped_column(String(2))  # "am" or "pm"
    code: Mapped[str] = mapped_column(String(2))  # as the register says it; never another one
    import_id: Mapped[int] = mapped_column(ForeignKey("register_import.id"), index=True)
    replaced_by: Mapped[int | None] = mapped_column(ForeignKey("register_import.id"))
    __table_args__ = (
        Index(
            "uq_session_mark_now",
            "case_id",
            "day",
            "half",
            "school_id",
            unique=True,
            sqlite_where=text("replaced_by IS NULL"),
            postgresql_where=text("replaced_by IS NULL"),
        ),
        Index("ix_session_mark_day", "day", "case_id"),
    )


class MarkSettled(Table):
    """Two registers disagreed about a session, and somebody said which one counts."""

    __tablename__ = "mark_settled"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    day: Mapped[date]
    half: Mapped[str] = mapped_column(String(2))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))  # whose mark counts
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(40))
    __table_args__ = (UniqueConstraint("case_id", "day", "half"),)


class Placement(Table):
    """A pupil's time at a setting: its dates, and where it began from."""

    __tablename__ = "placement"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    starts_on: Mapped[date | None]  # of education here; None: no start date yet
    ends_on: Mapped[date | None]  # the agreed end
    excluded_on: Mapped[date | None]  # first school day of a permanent exclusion
    prior_tenths: Mapped[int | None]  # attendance at the previous setting, in tenths of a per cent
    ended_on: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(40))


class ExpectedPattern(Table):
    """Which sessions a pupil is expected in for a while: a reduced timetable, or one step back."""

    __tablename__ = "expected_pattern"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # reduced, reintegration
    step: Mapped[int]  # of a reintegration; 0 for a reduced timetable
    sessions: Mapped[list[str]] = mapped_column(JSON)  # "mon am", "tue pm", ...
    from_on: Mapped[date]
    until_on: Mapped[date]
    agreed_by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Presence(Table):
    """Who was seen in by staff of the provision: no mark, and never written into a register."""

    __tablename__ = "presence"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    day: Mapped[date]
    half: Mapped[str] = mapped_column(String(2))
    here: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(40))
    undone_at: Mapped[datetime | None] = mapped_column(UtcTime)
    __table_args__ = (Index("ix_presence_day", "day", "school_id"),)
