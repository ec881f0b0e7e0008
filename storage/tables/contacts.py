"""The contact log: what was said, when, by whom. Append-only, held by database triggers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Secret, UtcTime
from storage.tables.base import Table


class Contact(Table):
    """One contact. Only its words can ever go, by erasure; everything else stands."""

    __tablename__ = "contact"
    id: Mapped[int] = mapped_column(primary_key=True)
    occurred_at: Mapped[datetime] = mapped_column(UtcTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcTime)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    address_id: Mapped[int | None] = mapped_column(ForeignKey("address.id"))
    direction: Mapped[str] = mapped_column(String(10))
    mode: Mapped[str] = mapped_column(String(20))
    done_by: Mapped[str] = mapped_column(String(40))
    recorded_by: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(String(30))
    attempt_result: Mapped[str | None] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    sensitivity: Mapped[str] = mapped_column(String(20), default="team")
    out_of_hours: Mapped[bool] = mapped_column(default=False)
    answering: Mapped[str | None] = mapped_column(String(80))
    source: Mapped[str | None] = mapped_column(String(120), unique=True)
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    amends: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    words: Mapped[str | None] = mapped_column(Secret)
    words_salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    words_proof: Mapped[str] = mapped_column(String(64))
    erased_at: Mapped[datetime | None] = mapped_column(UtcTime)
    erased_by: Mapped[str | None] = mapped_column(String(40))
    erased_reason: Mapped[str | None] = mapped_column(String(200))
    __table_args__ = (
        Index("ix_contact_person_occurred", "person_id", "occurred_at"),
        Index("ix_contact_address_occurred", "address_id", "occurred_at"),
    )


class ContactCase(Table):
    """Which case a contact stands on; a link made in error is ended with a reason."""

    __tablename__ = "contact_case"
    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ended_reason: Mapped[str | None] = mapped_column(String(200))
    __table_args__ = (Index("ix_contact_case_case", "case_id", "contact_id"),)


class Restriction(Table):
    """A contact one member of staff may not read until it is released to them."""

    __tablename__ = "restriction"
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcTime)
    released_by: Mapped[str | None] = mapped_column(String(40))
    because_id: Mapped[int | None]  # the words it follows; released together with them
