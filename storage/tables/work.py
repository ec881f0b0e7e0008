"""What is in hand: conversations, tasks, due moments, what staff typed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Secret, SecretJson, UtcTime
from storage.tables.base import Table


class Conversation(Table):
    """The one open conversation of a person."""

    __tablename__ = "conversation"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    flow: Mapped[str] = mapped_column(String(40))
    state: Mapped[dict[str, Any]] = mapped_column(SecretJson)
    asked_at: Mapped[datetime] = mapped_column(UtcTime)


class Received(Table):
    """Every webhook and due moment we have acted on. Its key makes a repeat harmless."""

    __tablename__ = "received"
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)


class Task(Table):
    """Something a member of staff must read or do."""

    __tablename__ = "task"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    level: Mapped[str | None] = mapped_column(String(2))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    address_id: Mapped[int | None] = mapped_column(ForeignKey("address.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"), index=True)
    words: Mapped[str] = mapped_column(Secret)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    respond_by: Mapped[datetime | None] = mapped_column(UtcTime)
    told: Mapped[list[str]] = mapped_column(JSON)
    seen_at: Mapped[datetime | None] = mapped_column(UtcTime)
    seen_by: Mapped[str | None] = mapped_column(String(40))
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)
    done_by: Mapped[str | None] = mapped_column(String(40))
    outcome: Mapped[str | None] = mapped_column(String(40))
    __table_args__ = (
        Index(
            "ix_task_open",
            "respond_by",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index(
            "ix_task_person_open",
            "person_id",
            "kind",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )


class Due(Table):
    """A moment at which a job has something to do about somebody."""

    __tablename__ = "due"
    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(40))
    turn: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    __table_args__ = (UniqueConstraint("job", "subject"),)


class NotSent(Table):
    """What would have gone but did not, and why: shown to staff."""

    __tablename__ = "not_sent"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    job: Mapped[str] = mapped_column(String(30))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    cases: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(200))


class DeskEntry(Table):
    """What a member of staff typed or pressed at the desk."""

    __tablename__ = "desk_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    external_id: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcTime)
    words: Mapped[str] = mapped_column(Secret)
    reply_to: Mapped[str] = mapped_column(String(120), default="")


class Quarantine(Table):
    """Genuine but unreadable: kept as it came, for a person to look at."""

    __tablename__ = "quarantine"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    channel: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Secret)


class ServiceValue(Table):
    """A small thing the service remembers about itself: paused, the demo's clock."""

    __tablename__ = "service_value"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


class Audit(Table):
    """Who read or changed what: append-only, each row sealed by the one before it."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    who: Mapped[str] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    seal: Mapped[str] = mapped_column(String(64))
