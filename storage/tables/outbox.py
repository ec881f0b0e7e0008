"""Messages on their way out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Secret, SecretJson, UtcTime
from storage.tables.base import Table

OPEN = "status IN ('waiting', 'held', 'sending')"


class Outbox(Table):
    """One message: its words, what made them, and where it stands on its way."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("address.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    purpose: Mapped[str] = mapped_column(String(30))
    language: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Secret)
    choices: Mapped[list[Any]] = mapped_column(SecretJson)
    after: Mapped[str] = mapped_column(Secret)
    qr: Mapped[str | None] = mapped_column(Secret)  # shown as a picture too
    behind: Mapped[str | None] = mapped_column(Secret)  # what a discreet notice shows on demand
    recipe: Mapped[dict[str, Any] | None] = mapped_column(SecretJson)
    turn: Mapped[int | None]
    cases: Mapped[list[str]] = mapped_column(JSON)
    author: Mapped[str | None] = mapped_column(String(40))
    about_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    task_id: Mapped[int | None]
    reply_to: Mapped[str] = mapped_column(String(120), default="")
    heard_at: Mapped[datetime | None] = mapped_column(UtcTime)
    overridden: Mapped[bool] = mapped_column(default=False)
    silent: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    not_after: Mapped[datetime | None] = mapped_column(UtcTime)
    status: Mapped[str] = mapped_column(String(12), default="waiting")
    reason: Mapped[str] = mapped_column(String(120), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)
    intent_at: Mapped[datetime | None] = mapped_column(UtcTime)
    external_id: Mapped[str | None] = mapped_column(String(80), index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)
    __table_args__ = (
        Index("ix_outbox_due", "due_at", sqlite_where=sql(OPEN), postgresql_where=sql(OPEN)),
        Index(
            "ix_outbox_address_open",
            "address_id",
            "id",
            sqlite_where=sql(OPEN),
            postgresql_where=sql(OPEN),
        ),
        Index("ix_outbox_person_sent", "person_id", "sent_at"),
    )


class ChannelPace(Table):
    """When a channel may send again: its provider's limit, shared by every worker."""

    __tablename__ = "channel_pace"
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcTime)


class DeliveryEvent(Table):
    """What a provider told us about a message, as it came. Append-only."""

    __tablename__ = "delivery_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_ref: Mapped[str] = mapped_column(String(40), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    status: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(80))
