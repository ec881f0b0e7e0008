"""Messages on their way out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Secret, SecretJson, UtcTime
from storage.tables.base import Table

ASKED = "{0}status = 'uncertain' AND {0}lease_until IS NOT NULL"  # a look-up is still to come
OPEN_IN = "({0}status IN ('waiting', 'held', 'sending') OR (" + ASKED + "))"
LEASED_IN = "({0}status = 'sending' OR (" + ASKED + "))"
TEXTS_OUT = "channel = 'sms' AND status = 'sent'"  # whose last word has not been said
OPEN, LEASED = OPEN_IN.format(""), LEASED_IN.format("")


class Outbox(Table):
    """One message: its words, what made them, and where it stands on its way."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("address.id"))
    # The address's own, kept here because claims go by channel.
    channel: Mapped[str] = mapped_column(String(20), server_default=sql("''"))
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
    overridden_at: Mapped[datetime | None] = mapped_column(UtcTime)  # "send now" was said then
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
    provider: Mapped[str] = mapped_column(String(20), default="", server_default=sql("''"))
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)
    __table_args__ = (
        Index(
            "ix_outbox_due",
            "channel",
            "due_at",
            "id",
            sqlite_where=sql(OPEN),
            postgresql_where=sql(OPEN),
        ),
        Index(
            "ix_outbox_lease",
            "lease_until",
            sqlite_where=sql(LEASED),
            postgresql_where=sql(LEASED),
        ),
        Index("ix_outbox_address_intent", "address_id", "intent_at"),
        Index(
            "ix_outbox_address_open",
            "address_id",
            "id",
            sqlite_where=sql(OPEN),
            postgresql_where=sql(OPEN),
        ),
        Index("ix_outbox_person_sent", "person_id", "sent_at"),
        Index(
            "ix_outbox_text_sent",
            "sent_at",
            sqlite_where=sql(TEXTS_OUT),
            postgresql_where=sql(TEXTS_OUT),
        ),
    )


class ChannelPace(Table):
    """When a channel may send again: its provider's limit and its trouble, shared by all."""

    __tablename__ = "channel_pace"
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(UtcTime)
    paused_until: Mapped[datetime | None] = mapped_column(UtcTime)
    trouble: Mapped[str] = mapped_column(String(120), default="", server_default=sql("''"))


class DeliveryEvent(Table):
    """What a provider told us about a message, as it came. Append-only."""

    __tablename__ = "delivery_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_ref: Mapped[str] = mapped_column(String(40), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    status: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(80), index=True)
