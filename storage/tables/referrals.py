"""Before and around a case: referrals, how it stands, who may see it, meetings, introductions."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Secret, UtcTime
from storage.tables.base import Table


class Referral(Table):
    """A child somebody asks the taskforce to support; a case once it is allocated."""

    __tablename__ = "referral"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(20), unique=True)  # "R001", for ever
    route: Mapped[str] = mapped_column(String(20))  # form, conversation, email, child, family, ...
    referrer: Mapped[str] = mapped_column(Secret)
    child: Mapped[str] = mapped_column(Secret)
    year: Mapped[int | None]
    school: Mapped[str] = mapped_column(String(120), default="")
    adult: Mapped[str] = mapped_column(Secret)
    relation: Mapped[str] = mapped_column(String(40), default="")
    phone: Mapped[str] = mapped_column(Secret)
    reads: Mapped[str] = mapped_column(String(20), default="en")
    eligibility: Mapped[str] = mapped_column(String(20), default="")
    reasons: Mapped[list[str]] = mapped_column(JSON)
    agencies: Mapped[list[str]] = mapped_column(JSON)  # suggested at triage
    tier: Mapped[int | None]
    words: Mapped[str] = mapped_column(Secret)
    received_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(40))  # a staff id, or "family"
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    address_id: Mapped[int | None] = mapped_column(ForeignKey("address.id"))
    status: Mapped[str] = mapped_column(String(12), default="new")  # waiting, allocated, closed
    triaged_at: Mapped[datetime | None] = mapped_column(UtcTime)
    triaged_by: Mapped[str | None] = mapped_column(String(40))
    outcome: Mapped[str | None] = mapped_column(Secret)  # why it was not taken up
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    __table_args__ = (
        Index(
            "ix_referral_open",
            "received_on",
            sqlite_where=text("status IN ('new', 'waiting')"),
            postgresql_where=text("status IN ('new', 'waiting')"),
        ),
    )


class CaseStatus(Table):
    """How a case stood from a day on, and why. Never deleted; the newest row counts."""

    __tablename__ = "case_status"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    status: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Secret)
    from_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(40))


class CaseAccess(Table):
    """Who may see a restricted case beside its key worker and those in charge. It ends."""

    __tablename__ = "case_access"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(40))
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Meeting(Table):
    """A meeting of the taskforce: when it was held, and who was there."""

    __tablename__ = "meeting"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # allocation, ...
    held_on: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(UtcTime)
    opened_by: Mapped[str] = mapped_column(String(40))
    attendees: Mapped[list[str]] = mapped_column(JSON)  # staff ids
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Introduction(Table):
    """Somebody of another service a family was told of before that person writes to them."""

    __tablename__ = "introduction"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    agency: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(Secret)
    about: Mapped[str] = mapped_column(Secret)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcTime)


class ContactCopy(Table):
    """A contact somebody has copied to the system of their home service. Append-only."""

    __tablename__ = "contact_copy"
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
