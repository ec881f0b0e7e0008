"""What the pack of a meeting is made of: one query a part, over every open case at once.

Nothing here hands out words its reader may not read: `readable` stands in every query of contacts.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select
from sqlalchemy.orm import aliased

from storage.digest import OWN_WORDS, Reader, may_be_told, not_about, readable
from storage.quiet import came_about
from storage.tables import (
    Case,
    CaseStatus,
    Contact,
    ContactCase,
    ContactDetail,
    Decision,
    Passport,
    Person,
    Promise,
    Task,
    TaskClosing,
)


def open_cases(connection: Connection, statuses: Collection[str]) -> list[Row[Any]]:
    """List every open case with its pupil, in the order of their references."""
    query = (
        select(
            Case.id,
            Case.ref,
            Case.tier,
            Case.status,
            Case.year,
            Case.placement_week,
            Person.name.label("pupil"),
            Person.created_at.label("recorded_at"),
        )
        .join(Person, Person.id == Case.pupil_id)
        .where(Case.status.in_(statuses))
    )
    return list(connection.execute(query.order_by(Case.ref)))


def contacts_since(
    connection: Connection, reader: Reader, case_ids: Collection[int], since: datetime
) -> list[Row[Any]]:
    """List what was put on record about these cases since a moment; a change counts once."""
    query = (
        select(
            ContactCase.case_id,
            Contact.recorded_at,
            Contact.direction,
            Contact.mode,
            Contact.done_by,
            Contact.attempt_result,
            Contact.outbox_id,
            ContactDetail.outcome,
        )
        .join(Contact, Contact.id == ContactCase.contact_id)
        .join(ContactDetail, ContactDetail.contact_id == Contact.id, isouter=True)
        .where(
            ContactCase.case_id.in_(case_ids),
            ContactCase.ended_at.is_(None),
            Contact.recorded_at >= since,
            Contact.amends.is_(None),
            readable(reader),
        )
    )
    return list(connection.execute(query.order_by(Contact.id)))


def last_contacts(
    connection: Connection, reader: Reader, case_ids: Collection[int]
) -> dict[int, datetime]:
    """Find when somebody of each family was last in contact, as the quiet list counts it.

    The day of a restricted entry is no secret to who sees the case; its words are in no query here.
    """
    query = (
        select(ContactCase.case_id, func.max(Contact.occurred_at).label("at"))
        .join(Contact, Contact.id == ContactCase.contact_id)
        .where(
            ContactCase.case_id.in_(case_ids),
            ContactCase.ended_at.is_(None),
            came_about(),
            not_about(reader),
        )
        .group_by(ContactCase.case_id)
    )
    return {row.case_id: row.at for row in connection.execute(query)}


def tasks_for(
    connection: Connection, reader: Reader, kinds: Collection[str], since: datetime
) -> list[Row[Any]]:
    """List what is open, and what of these kinds came up since, as far as a reader may know."""
    owner, pupil = aliased(Person), aliased(Person)
    own = and_(Task.owner_id == reader.id, may_be_told(reader))
    still = and_(Task.done_at.is_(None), Task.kind.not_in(OWN_WORDS))
    query = (
        select(
            Task,
            owner.ref.label("owner"),
            Case.ref.label("case"),
            Case.status,
            pupil.name.label("pupil"),
            TaskClosing.outcome.label("ended"),
        )
        .join(owner, owner.id == Task.owner_id)
        .join(Case, Case.id == Task.case_id, isouter=True)
        .join(pupil, pupil.id == Case.pupil_id, isouter=True)
        .join(TaskClosing, TaskClosing.task_id == Task.id, isouter=True)
        .join(Contact, Contact.id == Task.contact_id, isouter=True)
        .where(or_(still, and_(Task.kind.in_(kinds), Task.created_at >= since)))
        .where(or_(Task.contact_id.is_(None), readable(reader), own))
    )
    return list(connection.execute(query.order_by(Task.created_at, Task.id)))


def promises_on(connection: Connection, case_ids: Collection[int]) -> list[Row[Any]]:
    """List what has been promised about these cases and not kept, soonest first."""
    query = (
        select(Promise, Person.ref.label("whose"))
        .join(Person, Person.id == Promise.staff_id)
        .where(Promise.case_id.in_(case_ids), Promise.done_at.is_(None))
    )
    return list(connection.execute(query.order_by(Promise.due_on, Promise.id)))


def decisions_on(
    connection: Connection, case_ids: Collection[int], since: datetime
) -> list[Row[Any]]:
    """List what was decided about these cases since a moment, or has a day and is not done."""
    still = and_(Decision.due_on.is_not(None), Decision.done_at.is_(None))
    query = select(Decision).where(Decision.case_id.in_(case_ids), or_(Decision.at >= since, still))
    return list(connection.execute(query.order_by(Decision.at, Decision.id)))


def decisions_in(connection: Connection, meeting_id: int) -> list[Row[Any]]:
    """List what was decided in a meeting, case by case, with how each case stands now."""
    query = (
        select(
            Decision,
            Case.ref.label("case"),
            Case.status.label("stands"),
            Person.name.label("pupil"),
        )
        .join(Case, Case.id == Decision.case_id)
        .join(Person, Person.id == Case.pupil_id)
        .where(Decision.meeting_id == meeting_id)
    )
    return list(connection.execute(query.order_by(Case.ref, Decision.id)))


def with_passport(connection: Connection, case_ids: Collection[int]) -> set[int]:
    """Name the cases for which somebody has written down how to speak with the child."""
    query = select(Passport.case_id).where(Passport.case_id.in_(case_ids)).distinct()
    return set(connection.execute(query).scalars())


def closed_since(
    connection: Connection, statuses: Collection[str], since: datetime
) -> list[Row[Any]]:
    """List the cases that have been closed since a moment, with the reason that was given."""
    newest = (
        select(func.max(CaseStatus.id).label("id"))
        .where(CaseStatus.at >= since)
        .group_by(CaseStatus.case_id)
        .subquery()
    )
    query = (
        select(CaseStatus, Case.ref.label("case"), Case.status.label("stands"), Person.name)
        .join(newest, newest.c.id == CaseStatus.id)
        .join(Case, Case.id == CaseStatus.case_id)
        .join(Person, Person.id == Case.pupil_id)
        .where(CaseStatus.status.not_in(statuses), Case.status.not_in(statuses))
    )
    return list(connection.execute(query.order_by(Case.ref)))
