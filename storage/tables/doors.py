"""How chats and browsers are let in: links, codes, and how often somebody knocked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import UtcTime
from storage.tables.base import Table


class Link(Table):
    """A link made for one person; whoever opens it has still to be confirmed."""

    __tablename__ = "link"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    made_by: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcTime)
    address_id: Mapped[int | None] = mapped_column(ForeignKey("address.id"), index=True)
    code_proof: Mapped[str | None] = mapped_column(String(64))
    code_until: Mapped[datetime | None] = mapped_column(UtcTime)
    wrong_codes: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    outcome: Mapped[str | None] = mapped_column(String(20))


class Invite(Table):
    """A code that lets one member of staff connect their chat, once."""

    __tablename__ = "invite"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_proof: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Knock(Table):
    """A chat nobody knows tried a link or a code, or was answered."""

    __tablename__ = "knock"
    id: Mapped[int] = mapped_column(primary_key=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("address.id"))
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcTime)
    __table_args__ = (Index("ix_knock_address_kind_at", "address_id", "kind", "at"),)


class SignIn(Table):
    """A code or link that opens the staff page for one person, once."""

    __tablename__ = "sign_in"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_proof: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    wrong_codes: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class StaffSession(Table):
    """A browser in which a member of staff is signed in."""

    __tablename__ = "staff_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    confirmed_at: Mapped[datetime] = mapped_column(UtcTime)  # when a code was last typed
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
