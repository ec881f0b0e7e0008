"""What the pictures of attendance are made of, beside the marks: one query a part, for all cases.

Nothing here hands out what its reader may not read: `readable` stands where contacts are counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from bot.rules.gate import OPEN_STATUSES
from bot.rules.reasons import TAKEN_BACK
from storage.contacts import CAME_ABOUT
from storage.digest import READERS, AnyReader, Reader, given, readable
from storage.mark_history import NOW, StoredMark
from storage.tables import (
    AbsenceReason,
    Case,
    Contact,
    ContactCase,
    MarkSettled,
    Outbox,
    Person,
    Placement,
    PlanStep,
    RegisterImport,
    School,
    SessionMark,
)

PRAISE = ("praise", "good_news")  # purposes of messages
ABSENCE = (
    *("absence", "absence_beside", "absence_day2", "absence_day2_beside"),
    "days_missed",
)
ANSWER = "reply"  # what kind of message the thanks for an answer are
LOST = ("undelivered", "failed")  # states of a message that never arrived
WORKED = "worked"


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a register said of one session at one time, and since when."""

    day: date
    half: str
    school_id: int
    code: str
    at: datetime
    counts: bool  # nothing has come in its place


@dataclass(frozen=True, slots=True)
class Barrier:
    """Something that stood in the way, and a step that took it out."""

    words: str = field(repr=False)
    whose: str
    on: datetime | None


@dataclass(frozen=True, slots=True)
class Balance:
    """How many kind words a family got, and how many about absence."""

    praise: int = 0
    absence: int = 0


def cases_shown(connection: Connection, case_ids: Collection[int]) -> list[Row[Any]]:
    """Read the cases of a picture with their pupils, in the order of their references."""
    query = (
        select(Case.id, Case.ref, Case.tier, Case.year, Case.status, Person.name.label("pupil"))
        .join(Person, Person.id == Case.pupil_id)
        .where(Case.id.in_(case_ids))
    )
    return list(connection.execute(query.order_by(Case.ref)))


def open_cases(connection: Connection) -> list[Row[Any]]:
    """List the open cases, with how each stands."""
    query = select(Case.id, Case.status).where(Case.status.in_(OPEN_STATUSES))
    return list(connection.execute(query.order_by(Case.ref)))


def schools(connection: Connection) -> Mapping[int, str]:
    """Name every school."""
    rows = connection.execute(select(School.id, School.name))
    return {row.id: row.name for row in rows}


def earlier_marks(
    connection: Connection, case_ids: Collection[int], before: date
) -> list[StoredMark]:
    """List the marks of each of these cases from the start of its own placement up to a day."""
    mark = SessionMark
    query = select(mark.case_id, mark.school_id, mark.day, mark.half, mark.code).where(NOW)
    own = _since_own_start(query, mark, case_ids, before)
    return [StoredMark(*row) for row in connection.execute(own.order_by(mark.case_id, mark.day))]


def earlier_settled(
    connection: Connection, case_ids: Collection[int], before: date
) -> dict[tuple[int, date, str], int]:
    """Say of the settled sessions between the same days which school's mark counts."""
    table = MarkSettled
    query = select(table.case_id, table.day, table.half, table.school_id)
    rows = connection.execute(_since_own_start(query, table, case_ids, before))
    return {(row.case_id, row.day, row.half): row.school_id for row in rows}


def _since_own_start(
    query: Any,
    table: type[SessionMark | MarkSettled],
    case_ids: Collection[int],
    before: date,
) -> Any:
    newest = select(func.max(Placement.id)).where(Placement.case_id.in_(case_ids))
    newest = newest.group_by(Placement.case_id)
    return query.join(Placement, Placement.case_id == table.case_id).where(
        Placement.id.in_(newest), table.day >= Placement.starts_on, table.day < before
    )


def corrections(connection: Connection, case_id: int, first: date, last: date) -> list[Corrected]:
    """Tell the history of each mark between two days that was corrected, oldest first."""
    other = aliased(SessionMark)
    replaced = select(other.id).where(
        other.case_id == SessionMark.case_id,
        other.school_id == SessionMark.school_id,
        other.day == SessionMark.day,
        other.half == SessionMark.half,
        other.replaced_by.is_not(None),
    )
    query = (
        select(SessionMark, RegisterImport.at)
        .join(RegisterImport, RegisterImport.id == SessionMark.import_id)
        .where(
            SessionMark.case_id == case_id,
            SessionMark.day.between(first, last),
            replaced.exists(),
        )
        .order_by(SessionMark.day, SessionMark.half, SessionMark.school_id, SessionMark.id)
    )
    return [
        Corrected(row.day, row.half, row.school_id, row.code, row.at, row.replaced_by is None)
        for row in connection.execute(query)
    ]


def reasons_given(connection: Connection, case_id: int, first: date) -> Counter[str]:
    """Count the days missed since a day by the reason given last; one taken back is none."""
    query = (
        select(AbsenceReason.day, AbsenceReason.kind)
        .where(AbsenceReason.case_id == case_id, AbsenceReason.day >= first)
        .order_by(AbsenceReason.id)
    )
    last = {row.day: row.kind for row in connection.execute(query)}
    return Counter(kind for kind in last.values() if kind != TAKEN_BACK)


def barriers_removed(connection: Connection, case_id: int) -> list[Barrier]:
    """List the agreed steps that worked, the newest first."""
    query = (
        select(PlanStep.words, PlanStep.whose, PlanStep.ended_at)
        .where(PlanStep.case_id == case_id, PlanStep.outcome == WORKED)
        .order_by(PlanStep.ended_at.desc(), PlanStep.id.desc())
    )
    return [Barrier(*row) for row in connection.execute(query)]


def balances(
    connection: Connection, case_ids: Collection[int], reader: Reader, since: datetime
) -> dict[int, Balance]:
    """Weigh, for each of these cases, the praise a family got against the words about absence.

    A message counts once, however often it was tried, and not at all if it never arrived; thanks
    for an answer are no message about absence.
    """
    about = given(reader) | {"cases": list(case_ids), "since": since}
    found: dict[int, Counter[bool]] = defaultdict(Counter)
    for row in connection.execute(BALANCES[reader.in_charge], about):
        found[row.case_id][row.purpose in PRAISE] += row.many
    return {case_id: Balance(many[True], many[False]) for case_id, many in found.items()}


def _balances(reader: AnyReader) -> Any:
    message = func.coalesce(Contact.outbox_id, -Contact.id)
    return (
        select(ContactCase.case_id, Contact.purpose, func.count(message.distinct()).label("many"))
        .join(Contact, and_(Contact.id == ContactCase.contact_id, readable(reader)))
        .join(Outbox, Outbox.id == Contact.outbox_id, isouter=True)
        .where(
            CAME_ABOUT,
            or_(Outbox.id.is_(None), and_(Outbox.kind != ANSWER, Outbox.status.not_in(LOST))),
            ContactCase.case_id.in_(bindparam("cases", expanding=True)),
            ContactCase.ended_at.is_(None),
            Contact.direction == "outbound",
            Contact.amends.is_(None),
            Contact.purpose.in_((*PRAISE, *ABSENCE)),
            Contact.occurred_at >= bindparam("since"),
        )
        .group_by(ContactCase.case_id, Contact.purpose)
    )


BALANCES = tuple(_balances(reader) for reader in READERS)
