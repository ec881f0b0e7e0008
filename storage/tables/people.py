"""Who is who: people, their addresses, and who works here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Secret, UtcTime
from storage.tables.base import Table


class Person(Table):
    """Anyone the service knows: carer, pupil, member of staff, another professional."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(Secret)
    language: Mapped[str] = mapped_column(String(20), default="en")
    shared_phone: Mapped[bool] = mapped_column(default=False)
    discreet: Mapped[bool] = mapped_column(default=False)
    turns: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class Address(Table):
    """One way to reach somebody. It outlives and may precede the person it belongs to."""

    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(Secret)
    address_index: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[datetime] = mapped_column(UtcTime)
    proven_at: Mapped[datetime | None] = mapped_column(UtcTime)
    opted_out_at: Mapped[datetime | None] = mapped_column(UtcTime)
    stop_asked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    carrier_blocked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    wrong_at: Mapped[datetime | None] = mapped_column(UtcTime)
    dead_at: Mapped[datetime | None] = mapped_column(UtcTime)
    auto_replied_at: Mapped[datetime | None] = mapped_column(UtcTime)
    opted_in_at: Mapped[datetime | None] = mapped_column(UtcTime)
    notice: Mapped[str | None] = mapped_column(String(20))  # what they were told when opting in
    left_at: Mapped[datetime | None] = mapped_column(UtcTime)  # they went back to text messages
    next_at: Mapped[datetime | None] = mapped_column(UtcTime)  # the provider takes no more before
    __table_args__ = (UniqueConstraint("channel", "address_index"),)


class Staff(Table):
    """A member of staff and their working week. Never deleted: they leave."""

    __tablename__ = "staff"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(80))
    employer: Mapped[str] = mapped_column(String(80))
    hours: Mapped[dict[str, Any]] = mapped_column(JSON)
    deputy: Mapped[str | None] = mapped_column(String(40))
    public_label: Mapped[str] = mapped_column(String(80), default="")
    active: Mapped[bool] = mapped_column(default=True)


class School(Table):
    """A school or other setting."""

    __tablename__ = "school"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    borough: Mapped[str] = mapped_column(String(80))
    calendar: Mapped[str] = mapped_column(String(80))
    safeguarding_name: Mapped[str | None] = mapped_column(Secret)
    safeguarding_phone: Mapped[str | None] = mapped_column(Secret)


class Cover(Table):
    """Who stands in for whom: London dates, with the moments it really started and ended."""

    __tablename__ = "cover"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    started_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    __table_args__ = (
        Index(
            "ix_cover_running",
            "staff_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class CoverTold(Table):
    """Which family has been told, once and by name, who is covering."""

    __tablename__ = "cover_told"
    cover_id: Mapped[int] = mapped_column(ForeignKey("cover.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
