"""What is agreed about attendance with a family, and what waits for a person's yes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Secret, UtcTime
from storage.tables.base import Table


class AbsenceReason(Table):
    """Why a child was not in, as somebody said it; the school learns its category, no words."""

    __tablename__ = "absence_reason"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(20))  # ill, appointment, transport, uniform, ...
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))  # where it was said
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(40))  # a person's id or a member of staff's
    __table_args__ = (Index("ix_absence_reason_case", "case_id", "day"),)


class AttendanceHold(Table):
    """Nothing about attendance goes to this family by itself, and why. Never deleted: it ends."""

    __tablename__ = "attendance_hold"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # ebsa, bereavement, safeguarding, custody
    from_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(40))
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ended_by: Mapped[str | None] = mapped_column(String(40))


class PlanStep(Table):
    """One of the one to three steps of an attendance plan, as agreed. Never deleted: it ends."""

    __tablename__ = "plan_step"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    words: Mapped[str] = mapped_column(Secret)
    whose: Mapped[str] = mapped_column(String(12))  # family, child, school, team
    agreed_on: Mapped[date]
    review_on: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(40))
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ended_by: Mapped[str | None] = mapped_column(String(40))
    outcome: Mapped[str | None] = mapped_column(String(20))  # worked, partly, did_not, dropped


class AgreedReminder(Table):
    """A reminder one adult asked for: on which evenings, when, and of what."""

    __tablename__ = "agreed_reminder"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    days: Mapped[list[str]] = mapped_column(JSON)  # of school it is for: "mon", ...
    time_of_day: Mapped[str] = mapped_column(String(5))  # the evening before, in wall time
    words: Mapped[str] = mapped_column(Secret)  # the step they want to be reminded of
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(40))
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ended_by: Mapped[str | None] = mapped_column(String(40))


class Approval(Table):
    """A message that leaves only once a person has said yes to these very words."""

    __tablename__ = "approval"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(20))  # days_missed, to_school, ...
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # who would get it
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # who was asked
    words: Mapped[str] = mapped_column(Secret)
    about_on: Mapped[date]
    not_after: Mapped[datetime] = mapped_column(UtcTime)
    task_id: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UtcTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)
    decided_by: Mapped[str | None] = mapped_column(String(40))
    outcome: Mapped[str | None] = mapped_column(String(20))  # sent, edited, stopped, expired
    __table_args__ = (
        Index(
            "ix_approval_open",
            "staff_id",
            "id",
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )


class Closure(Table):
    """A day a school could not open, said on the day: snow, a burst pipe."""

    __tablename__ = "closure"
    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    day: Mapped[date]
    half: Mapped[str] = mapped_column(String(2), default="")  # "am", "pm"; empty: the whole day
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(40))
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    __table_args__ = (Index("ix_closure_school", "school_id", "day"),)


class HolidayWish(Table):
    """Whether one adult wants check-ins in the holidays, as they said themselves."""

    __tablename__ = "holiday_wish"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    check_ins: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(40))


class HolidayDuty(Table):
    """Who reads replies and is told of alerts in the holidays, by name. Never deleted: it ends."""

    __tablename__ = "holiday_duty"
    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(40))
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Activity(Table):
    """A holiday activity families are invited to, with its places."""

    __tablename__ = "activity"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(60))  # as families read it: "holiday club with lunch"
    place: Mapped[str] = mapped_column(String(80))
    first_on: Mapped[date]
    last_on: Mapped[date]
    hours: Mapped[str] = mapped_column(String(20))  # "10am-2pm"
    places: Mapped[int]
    free_meals_only: Mapped[bool] = mapped_column(default=False)  # HAF
    consent: Mapped[bool] = mapped_column(default=False)  # a form has to be signed
    cost_pence: Mapped[int | None]  # a child, for the report; families never pay
    answer_by: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcTime)
    by: Mapped[str] = mapped_column(String(40))
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ActivityPlace(Table):
    """One child's invitation to an activity, and what became of it."""

    __tablename__ = "activity_place"
    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # who was asked
    state: Mapped[str] = mapped_column(String(12))  # invited, booked, waiting, declined, given_up
    invited_at: Mapped[datetime] = mapped_column(UtcTime)
    at: Mapped[datetime] = mapped_column(UtcTime)  # since when it stands so
    consent_at: Mapped[datetime | None] = mapped_column(UtcTime)
    __table_args__ = (UniqueConstraint("activity_id", "case_id"),)
