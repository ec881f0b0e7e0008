"""Visits and appointments: their versions, whose time they take, and who is out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Secret, SecretJson, UtcTime
from storage.tables.base import Table


class Visit(Table):
    """One visit or appointment. Never deleted: it is cancelled, or over."""

    __tablename__ = "visit"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))  # a key of bot.rules.visit_kinds.KINDS
    state: Mapped[str] = mapped_column(String(12))  # offered, booked, cancelled, over
    version: Mapped[int]  # the one that counts
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # who is invited
    about: Mapped[str] = mapped_column(Secret)  # the worker's note: no family ever reads it
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    made_by: Mapped[str] = mapped_column(String(40))
    __table_args__ = (
        Index(
            "ix_visit_live",
            "person_id",
            sqlite_where=text("state IN ('offered', 'booked')"),
            postgresql_where=text("state IN ('offered', 'booked')"),
        ),
    )


class VisitCase(Table):
    """Whose visit it is: one child's, or brothers' and sisters' together."""

    __tablename__ = "visit_case"
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)


class VisitVersion(Table):
    """What a visit was at one time. Only the family's yes is written into it later."""

    __tablename__ = "visit_version"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    starts_at: Mapped[datetime | None] = mapped_column(UtcTime, index=True)  # none: to be chosen
    minutes: Mapped[int]
    travel_minutes: Mapped[int] = mapped_column(default=0)  # each way
    place: Mapped[str] = mapped_column(String(30))
    place_words: Mapped[str] = mapped_column(Secret)
    coming: Mapped[list[Any]] = mapped_column(SecretJson)  # [[staff id, public words], ...]
    reason: Mapped[str] = mapped_column(String(20))  # asked, chosen, moved, by_family, by_us, ended
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(40))  # staff id, or the person id of the family
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    __table_args__ = (UniqueConstraint("visit_id", "version"),)


class TakenTime(Table):
    """A stretch in which one person is taken. No two that count overlap: the database refuses it.

    `from_at` to `to_at` holds the way there and back for staff, the visit itself for a family.
    """

    __tablename__ = "taken_time"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    version: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_at: Mapped[datetime] = mapped_column(UtcTime)
    to_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)  # when it stopped counting
    __table_args__ = (
        Index(
            "ix_taken_time_person",
            "person_id",
            "from_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_taken_time_from", "from_at"),
    )


class VisitOutcome(Table):
    """How a visit went, as the worker said it; the contact log has the words."""

    __tablename__ = "visit_outcome"
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(30))
    missed: Mapped[str] = mapped_column(String(20), default="")  # why, where it did not come about
    minutes: Mapped[int] = mapped_column(default=0)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(40))


class CaseLabel(Table):
    """What one child's appointments of a kind are called, where the usual label frightens."""

    __tablename__ = "case_label"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(Secret)  # in the family's language: "time with Tom"
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(40))
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)


class CalendarFeed(Table):
    """A private address at which a member of staff's calendar reads their visits."""

    __tablename__ = "calendar_feed"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_index: Mapped[str] = mapped_column(String(64), unique=True)  # keyed: opens nothing
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)


class VisitLink(Table):
    """An address at which one family gets one visit for its calendar."""

    __tablename__ = "visit_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    token_index: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    until: Mapped[datetime] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Outing(Table):
    """One member of staff away from base on one visit, until they say they have left safely."""

    __tablename__ = "outing"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    version: Mapped[int]
    staff_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcTime)
    safe_by: Mapped[datetime] = mapped_column(UtcTime)  # moved on by whoever stays longer
    arrived_at: Mapped[datetime | None] = mapped_column(UtcTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcTime)  # safe
    sos_at: Mapped[datetime | None] = mapped_column(UtcTime)
    rung: Mapped[int] = mapped_column(default=0)  # how far up the ladder: 0 nobody, 1 buddy, 2 duty
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)  # left, or the visit was called off
    __table_args__ = (
        UniqueConstraint("visit_id", "version", "staff_id"),
        Index(
            "ix_outing_open",
            "staff_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class OutingStep(Table):
    """What happened on an outing and when: asked, arrived, told, left, SOS. Append-only."""

    __tablename__ = "outing_step"
    id: Mapped[int] = mapped_column(primary_key=True)
    outing_id: Mapped[int] = mapped_column(ForeignKey("outing.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    who: Mapped[str] = mapped_column(String(40))  # staff id, or "clock"
    what: Mapped[str] = mapped_column(String(20))


class ExtraShift(Table):
    """Hours somebody works beside their usual week: an evening, a Saturday, a holiday club."""

    __tablename__ = "extra_shift"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    from_at: Mapped[datetime] = mapped_column(UtcTime)
    to_at: Mapped[datetime] = mapped_column(UtcTime)
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(40))
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
