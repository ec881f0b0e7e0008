"""What staff write down besides messages: calls and visits, promises, decisions, passports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Secret, SecretJson, UtcTime
from storage.tables.base import Table


class ContactDetail(Table):
    """What a logged call, visit or meeting was beyond its words. Append-only, without names."""

    __tablename__ = "contact_detail"
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(30), default="none")
    activity: Mapped[str] = mapped_column(String(40), default="")
    minutes: Mapped[int | None]
    travel_minutes: Mapped[int | None]
    participants: Mapped[list[str]] = mapped_column(JSON)  # staff and relations, never names
    child_present: Mapped[str] = mapped_column(String(3), default="na")  # yes, no, na
    child_seen: Mapped[str] = mapped_column(String(3), default="na")
    child_seen_alone: Mapped[str] = mapped_column(String(3), default="na")
    topics: Mapped[list[str]] = mapped_column(JSON)
    outcome: Mapped[str] = mapped_column(String(30), default="done")


class Promise(Table):
    """Something a member of staff said they would do, and by when."""

    __tablename__ = "promise"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # whose it is now
    made_by: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(Secret)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    due_on: Mapped[date]
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)
    done_by: Mapped[str | None] = mapped_column(String(40))
    outcome: Mapped[str | None] = mapped_column(String(20))
    __table_args__ = (
        Index(
            "ix_promise_open",
            "staff_id",
            "due_on",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )


class Decision(Table):
    """What a meeting, or one person in charge, decided about a case. It is never taken away."""

    __tablename__ = "decision"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # action, joint_work, progress, closure, ...
    words: Mapped[str] = mapped_column(Secret)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcTime)
    due_on: Mapped[date | None]
    owner: Mapped[str | None] = mapped_column(String(40))
    meeting_id: Mapped[int | None]  # the meeting it was taken in
    # specialist, collective, manager, manager_slt; empty: whoever wrote it down
    decided_by: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)
    done_by: Mapped[str | None] = mapped_column(String(40))
    __table_args__ = (
        Index(
            "ix_decision_open",
            "due_on",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )


class Passport(Table):
    """How to speak with one child, as a specialist wrote it; the newest row counts."""

    __tablename__ = "passport"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    fields: Mapped[dict[str, Any]] = mapped_column(SecretJson)
    written_by: Mapped[str] = mapped_column(String(40))
    written_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcTime)


class TaskStep(Table):
    """What happened to a task of danger and when: told, had, handed on, closed. Append-only."""

    __tablename__ = "task_step"
    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    who: Mapped[str] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(String(20))


class TaskClosing(Table):
    """How a matter of danger ended: the outcome, who was told and when, and where it stands."""

    __tablename__ = "task_closing"
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(20))  # acted_on, watched, not_urgent, false_alarm
    reason: Mapped[str] = mapped_column(Secret)
    told: Mapped[str] = mapped_column(Secret)
    recorded_in: Mapped[str] = mapped_column(String(20))  # cpoms, lcs, other
    reference: Mapped[str] = mapped_column(Secret)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcTime)
