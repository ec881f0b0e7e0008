"""What the numbers of a taskforce are counted from: one query a number, whatever their size."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, Row, and_, func, or_, select, type_coerce

from storage.tables import (
    Allocation,
    Case,
    Contact,
    ContactCase,
    ContactDetail,
    Person,
    Referral,
)

SYSTEM, NO_SEN, NOT_KNOWN = "system", "N", "none"


def ours(since: datetime) -> ColumnElement[bool]:
    """Say in a query which contacts a member of staff made, or was rung for, since a moment."""
    staff = select(Person.ref).where(Person.kind == "staff")
    wrote = and_(Contact.direction != "internal", Contact.done_by.in_(staff))
    return and_(wrote, Contact.occurred_at >= since)


def theirs(since: datetime) -> ColumnElement[bool]:
    """Say in a query which messages and calls came from families by themselves."""
    staff = select(Person.ref).where(Person.kind == "staff")
    heard = and_(Contact.direction == "inbound", Contact.done_by.not_in(staff))
    return and_(heard, Contact.occurred_at >= since)


def triaged(connection: Connection, since: datetime) -> int:
    """Count the referrals that were decided about since a moment."""
    query = select(func.count()).select_from(Referral).where(Referral.triaged_at >= since)
    return int(connection.execute(query).scalar_one())


def by_status(connection: Connection) -> dict[str, int]:
    """Count all cases by how they stand."""
    return _counted(connection, Case.status)


def by_tier(connection: Connection) -> dict[int, int]:
    """Count all cases by tier."""
    return _counted(connection, Case.tier)


def _counted(connection: Connection, column: Any) -> dict[Any, int]:
    query = select(column, func.count()).group_by(column).order_by(column)
    return dict(connection.execute(query).all())


def supported(
    connection: Connection, since: datetime, statuses: Collection[str], direct: Collection[str]
) -> Row[Any]:
    """Count the cases with direct work since a moment, or that stand so now, and who they are."""
    worked = (
        select(ContactCase.id)
        .join(Contact, Contact.id == ContactCase.contact_id)
        .join(ContactDetail, ContactDetail.contact_id == Contact.id)
        .where(ContactCase.case_id == Case.id, ContactCase.ended_at.is_(None), ours(since))
        .where(ContactDetail.outcome.in_(("done", "partly")))
        .where(or_(ContactDetail.activity.in_(direct), ContactDetail.child_seen == "yes"))
        .exists()
    )
    query: Any = select(
        func.count().label("every"),
        func.count().filter(Case.sen != NO_SEN).label("sen"),
        func.count().filter(Case.fsm).label("fsm"),
        func.count().filter(Case.csc != NOT_KNOWN).label("csc"),
    ).select_from(Case)
    return connection.execute(query.where(or_(Case.status.in_(statuses), worked))).one()


def by_mode(connection: Connection, which: ColumnElement[bool]) -> dict[str, int]:
    """Count contacts by mode, each once however many children it is about."""
    query = select(Contact.mode, func.count()).where(which).group_by(Contact.mode)
    return dict(connection.execute(query.order_by(func.count().desc(), Contact.mode)).all())


def count(connection: Connection, *which: ColumnElement[bool]) -> int:
    """Count contacts."""
    query = select(func.count()).select_from(Contact).where(*which)
    return int(connection.execute(query).scalar_one())


def automatic(since: datetime) -> ColumnElement[bool]:
    """Say in a query which contacts the service made by itself."""
    sent = and_(Contact.direction == "outbound", Contact.done_by == SYSTEM)
    return and_(sent, Contact.occurred_at >= since)


def minutes_by_activity(connection: Connection, since: datetime) -> dict[str, int]:
    """Add up the minutes logged for each kind of work, each contact once."""
    total = func.sum(ContactDetail.minutes)
    query = (
        select(ContactDetail.activity, total)
        .join(Contact, Contact.id == ContactDetail.contact_id)
        .where(Contact.occurred_at >= since, ContactDetail.minutes.is_not(None))
        .group_by(ContactDetail.activity)
    )
    return {activity: int(found or 0) for activity, found in connection.execute(query)}


def out_of_hours() -> ColumnElement[bool]:
    """Say in a query which contacts were outside the working hours of whoever made them."""
    return Contact.out_of_hours.is_(True)


def for_purpose(*purposes: str) -> ColumnElement[bool]:
    """Say in a query which contacts were for one of these purposes."""
    return Contact.purpose.in_(purposes)


def by_own_key_worker() -> ColumnElement[bool]:
    """Say in a query which contacts were made by the key worker of one of their children then."""
    day: ColumnElement[date] = type_coerce(func.date(Contact.occurred_at), Date)
    return (
        select(Allocation.id)
        .join(ContactCase, ContactCase.case_id == Allocation.case_id)
        .join(Person, Person.id == Allocation.staff_id)
        .where(ContactCase.contact_id == Contact.id, ContactCase.ended_at.is_(None))
        .where(Allocation.role == "key_worker", Person.ref == Contact.done_by)
        .where(Allocation.from_on <= day)
        .where(or_(Allocation.to_on.is_(None), Allocation.to_on >= day))
        .correlate(Contact)
        .exists()
    )
