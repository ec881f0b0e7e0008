"""Families nobody has been in contact with for a while: what is only sent is no contact."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from bot.rules.calendar import moment_at, wall
from bot.rules.gate import OPEN_STATUSES
from storage.digest import Reader, not_about
from storage.tables import Case, Contact, ContactCase, Person


@dataclass(frozen=True, slots=True)
class Quiet:
    """A case that nobody of its family has been in contact about for a while."""

    case_id: int
    case: str
    pupil: str = field(repr=False)
    last: date | None  # None: never
    days: int | None  # since then; None: never
    restricted: bool = False


def came_about() -> ColumnElement[bool]:
    """Say in a query which contacts came about: they wrote, or somebody spoke with or saw them.

    A call that rang out, a text to them without an answer, and a note are none.
    """
    wrote = and_(Contact.direction == "inbound", Contact.attempt_result.is_(None))
    spoke = and_(Contact.direction != "internal", Contact.attempt_result == "reached")
    return or_(wrote, spoke)


def quiet_families(
    connection: Connection,
    today: date,
    after_days: int,
    reader: Reader,
    statuses: Collection[str] = OPEN_STATUSES,
) -> list[Quiet]:
    """List the open cases without a contact for so many days: never any first, then longest.

    A restricted contact counts like any other. Only what is about its reader does not: a family
    that is missing from their list would tell that it was said.
    """
    last = (
        select(ContactCase.case_id, func.max(Contact.occurred_at).label("at"))
        .join(Contact, Contact.id == ContactCase.contact_id)
        .where(ContactCase.ended_at.is_(None), came_about(), not_about(reader))
        .group_by(ContactCase.case_id)
        .subquery()
    )
    before = moment_at(today - timedelta(days=after_days - 1), time.min)
    query = (
        select(Case.id, Case.ref, Case.restricted, Person.name, last.c.at)
        .join(Person, Person.id == Case.pupil_id)
        .outerjoin(last, last.c.case_id == Case.id)
        .where(Case.status.in_(statuses), or_(last.c.at.is_(None), last.c.at < before))
        .order_by(last.c.at.is_not(None), last.c.at, Case.ref)
    )
    found = []
    for number, case, restricted, pupil, moment in connection.execute(query):
        day = wall(moment).date() if moment else None
        days = (today - day).days if day else None
        found.append(Quiet(number, case, pupil, day, days, restricted))
    return found
