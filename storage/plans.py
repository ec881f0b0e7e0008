"""Attendance plans as they were agreed: their open steps, when asked after, and what was said."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.rules.plan import PlanStep as Step
from storage.received import note_received
from storage.tables import Contact, ContactCase, Person, PlanStep, Received

CLOCK = "clock"  # the channel on which it is noted that a step was asked after
LOOK_BACK = range(5)  # weeks: notes are kept no longer
ANSWERING = "plan:"  # what a reply about a step says it answers, with the number of the step


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step that was agreed."""

    case_id: int
    words: str = field(repr=False)
    whose: str
    agreed_on: date
    review_on: date | None
    by: str
    at: datetime


def add_step(connection: Connection, step: NewStep) -> int:
    """Write a step down; returns its number."""
    row = {
        "case_id": step.case_id,
        "words": step.words,
        "whose": step.whose,
        "agreed_on": step.agreed_on,
        "review_on": step.review_on,
        "by": step.by,
        "at": step.at,
    }
    made = connection.execute(insert(PlanStep).values(**row).returning(PlanStep.id))
    return int(made.scalar_one())


def end_step(
    connection: Connection, case_id: int, step: int, outcome: str, by: str, now: datetime
) -> bool:
    """Say how a step ended. False: it is not of this case, or had ended."""
    still = (PlanStep.id == step, PlanStep.case_id == case_id, PlanStep.ended_at.is_(None))
    ended = {"ended_at": now, "ended_by": by, "outcome": outcome}
    return connection.execute(update(PlanStep).where(*still).values(**ended)).rowcount == 1


def open_steps(connection: Connection, case_ids: Collection[int], today: date) -> list[Step]:
    """List the open steps of these cases, in the order they were agreed."""
    theirs = PlanStep.case_id.in_(list(case_ids))
    query = select(PlanStep).where(theirs, PlanStep.ended_at.is_(None)).order_by(PlanStep.id)
    rows = list(connection.execute(query))
    asked = _asked_at(connection, [row.id for row in rows], today)
    return [
        Step(
            row.id, row.case_id, row.words, row.whose, row.agreed_on, row.review_on,
            asked.get(row.id),
        )
        for row in rows
    ]  # fmt: skip


def note_asked(connection: Connection, step: int, today: date, now: datetime) -> None:
    """Note that a family is asked about a step this week."""
    note_received(connection, CLOCK, _key(step, today), now)


def replies(connection: Connection, case_id: int) -> list[Row[Any]]:
    """List what a family replied when it was asked about the plan, oldest first."""
    query = (
        select(Contact.answering, Contact.words, Contact.language, Contact.occurred_at)
        .add_columns(Person.name.label("person"))
        .join(ContactCase, ContactCase.contact_id == Contact.id)
        .join(Person, Person.id == Contact.person_id)
        .where(ContactCase.case_id == case_id, ContactCase.ended_at.is_(None))
        .where(Contact.direction == "inbound", Contact.answering.startswith(ANSWERING))
    )
    return list(connection.execute(query.order_by(Contact.id)))


def _asked_at(connection: Connection, steps: Iterable[int], today: date) -> dict[int, datetime]:
    keys = {_key(step, today - timedelta(weeks=ago)): step for step in steps for ago in LOOK_BACK}
    if not keys:
        return {}
    query = select(Received.external_id, Received.at).where(
        Received.channel == CLOCK, Received.external_id.in_(list(keys))
    )
    found: dict[int, datetime] = {}
    for key, at in connection.execute(query):
        found[keys[key]] = max(at, found.get(keys[key], at))
    return found


def _key(step: int, day: date) -> str:
    monday = day - timedelta(days=day.weekday())
    return f"plan/{step}/{monday}"
