"""What the news of attendance in a digest is made of: one query a part, for a whole caseload."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import aliased

from bot.rules.calendar import wall
from bot.rules.digest_news import Weighed
from storage.attendance_reads import PRAISE, balances
from storage.digest import Reader, readable
from storage.mark_history import StoredMark
from storage.tables import CaseContact, Contact, ContactCase, RegisterImport, SessionMark

NEWEST = (
    select(SessionMark.school_id, func.max(SessionMark.day).label("newest"))
    .where(
        SessionMark.school_id.in_(bindparam("schools", expanding=True)),
        SessionMark.day >= bindparam("first"),
    )
    .group_by(SessionMark.school_id)
)
THESE: Any = bindparam("cases", expanding=True)
MARKED = (
    select(SessionMark.case_id)
    .join(RegisterImport, RegisterImport.id == SessionMark.import_id)
    .where(RegisterImport.at > bindparam("since"), SessionMark.case_id.in_(THESE))
    .distinct()
)
CAME, WENT = aliased(RegisterImport), aliased(RegisterImport)
MARKS = (
    select(
        SessionMark.case_id,
        SessionMark.school_id,
        SessionMark.day,
        SessionMark.half,
        SessionMark.code,
        SessionMark.replaced_by,
        CAME.at.label("came"),
        WENT.at.label("went"),
    )
    .join(CAME, CAME.id == SessionMark.import_id)
    .join(WENT, WENT.id == SessionMark.replaced_by, isouter=True)
    .where(SessionMark.case_id.in_(THESE), SessionMark.day >= bindparam("first"))
    .order_by(SessionMark.id)
)


@dataclass(frozen=True, slots=True)
class Seen:
    """The marks of one case as they stand, and as they stood at a moment before."""

    now: list[StoredMark] = field(default_factory=list)
    before: list[StoredMark] = field(default_factory=list)


def newest_marks(connection: Connection, schools: Collection[int], first: date) -> dict[int, date]:
    """Say up to which day the register of each of these schools has come, since a first day."""
    rows = connection.execute(NEWEST, {"schools": list(schools), "first": first})
    return {row.school_id: row.newest for row in rows}


def marked_since(
    connection: Connection, case_ids: Collection[int], since: datetime
) -> frozenset[int]:
    """Find those of these cases of whom a register has said something new since a moment."""
    found = connection.execute(MARKED, {"cases": list(case_ids), "since": since})
    return frozenset(found.scalars())


def marks_seen(
    connection: Connection, case_ids: Collection[int], first: date, since: datetime
) -> dict[int, Seen]:
    """Read the marks of these cases from a day on, as they stand and as they stood."""
    found: dict[int, Seen] = defaultdict(Seen)
    for row in connection.execute(MARKS, {"cases": list(case_ids), "first": first}):
        stored = StoredMark(*row[:5])
        if row.replaced_by is None:
            found[row.case_id].now.append(stored)
        if row.came <= since and (row.went is None or row.went > since):
            found[row.case_id].before.append(stored)
    return found


def weighed(
    connection: Connection, case_ids: Collection[int], reader: Reader, since: datetime
) -> list[Weighed]:
    """Weigh good news against words about absence for those of these cases that got any."""
    found = balances(connection, case_ids, reader, since)
    leaning = [
        one
        for case_id, balance in found.items()
        if (one := Weighed(case_id, balance.absence, balance.praise)).leans
    ]
    last = _last_praise(connection, [one.case_id for one in leaning], reader)
    return [Weighed(one.case_id, one.absence, one.praise, last.get(one.case_id)) for one in leaning]


def adults_of(connection: Connection, case_ids: Collection[int]) -> Mapping[int, set[int]]:
    """Name the adults of each of these cases."""
    query = select(CaseContact.case_id, CaseContact.person_id)
    found: dict[int, set[int]] = defaultdict(set)
    for case_id, person in connection.execute(query.where(CaseContact.case_id.in_(list(case_ids)))):
        found[case_id].add(person)
    return found


def _last_praise(
    connection: Connection, case_ids: Collection[int], reader: Reader
) -> dict[int, date]:
    if not case_ids:
        return {}
    query: Any = (
        select(ContactCase.case_id, func.max(Contact.occurred_at).label("at"))
        .join(Contact, Contact.id == ContactCase.contact_id)
        .where(
            ContactCase.case_id.in_(list(case_ids)),
            ContactCase.ended_at.is_(None),
            Contact.direction == "outbound",
            Contact.purpose.in_(PRAISE),
            readable(reader),
        )
    )
    rows = connection.execute(query.group_by(ContactCase.case_id))
    return {row.case_id: wall(row.at).date() for row in rows}
