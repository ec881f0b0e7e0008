"""Cases that are restricted: who may see each beside those it belongs to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, insert, or_, select, union, update

from storage.allocations import KEPT_BY, running
from storage.facts import SET
from storage.steps import DANGER
from storage.tables import (
    Allocation,
    Case,
    CaseAccess,
    CaseContact,
    Contact,
    ContactCase,
    Person,
    Task,
)

BEFORE = ". Before: "  # stands between the new and the old where the log tells of a correction


RESTRICTED = select(Case.id).where(Case.restricted)
ALLOCATED_TO = select(Allocation.case_id).where(
    Allocation.staff_id == bindparam("staff"),
    Allocation.from_on <= bindparam("today"),
    or_(Allocation.to_on.is_(None), Allocation.to_on >= bindparam("today")),
)
NAMED_ON = select(CaseAccess.case_id).where(
    CaseAccess.staff_id == bindparam("staff"), CaseAccess.ended_at.is_(None)
)
OPEN_TO = union(ALLOCATED_TO, NAMED_ON, KEPT_BY)
OPEN_DANGER = (
    select(Task.case_id, Task.told, Task.seen_by, Task.owner_id)
    .join(Case, Case.id == Task.case_id)
    .where(Case.restricted, Task.kind.in_(DANGER), Task.done_at.is_(None))
)


def restricted_cases(connection: Connection) -> frozenset[int]:
    """List every restricted case."""
    return frozenset(connection.execute(RESTRICTED).scalars())


def open_to(
    connection: Connection, staff_id: int, ref: str, answers_for: Collection[str], today: date
) -> frozenset[int]:
    """List the restricted cases that somebody has a part in now.

    Theirs are those they are allocated to or named on, those whose messages come to them on
    behalf of `answers_for`, and those with danger that was brought to them and is still open.
    """
    asked = {"staff": staff_id, "refs": list(answers_for), "today": today}
    found = connection.execute(OPEN_TO, asked).scalars()
    return frozenset(found) | _brought_to(connection, staff_id, ref)


def _brought_to(connection: Connection, staff_id: int, ref: str) -> frozenset[int]:
    rows = connection.execute(OPEN_DANGER).all()
    return frozenset(
        row.case_id
        for row in rows
        if staff_id == row.owner_id or ref == row.seen_by or ref in row.told
    )


def without_key_worker(connection: Connection, today: date) -> frozenset[int]:
    """List the restricted cases that are nobody's: whoever stands in for nobody owns them."""
    kept = select(Allocation.case_id).where(*running(today))
    query = select(Case.id).where(Case.restricted, Case.id.not_in(kept))
    return frozenset(connection.execute(query).scalars())


def named_on(connection: Connection, case_id: int) -> list[str]:
    """Name who was let see a restricted case, by staff id."""
    query = (
        select(Person.ref)
        .join(CaseAccess, CaseAccess.staff_id == Person.id)
        .where(CaseAccess.case_id == case_id, CaseAccess.ended_at.is_(None))
    )
    return list(connection.execute(query.order_by(Person.ref)).scalars())


def restrict(
    connection: Connection, case_id: int, staff_ids: Iterable[int], by: str, now: datetime
) -> None:
    """Restrict a case to those it belongs to and to these; whoever was named before is not now."""
    connection.execute(update(Case).where(Case.id == case_id).values(restricted=True))
    _end(connection, case_id, now)
    rows = [{"case_id": case_id, "staff_id": one, "at": now, "by": by} for one in staff_ids]
    if rows:
        connection.execute(insert(CaseAccess), rows)


def unrestrict(connection: Connection, case_id: int, now: datetime) -> None:
    """Open a case to the team again."""
    connection.execute(update(Case).where(Case.id == case_id).values(restricted=False))
    _end(connection, case_id, now)


def _end(connection: Connection, case_id: int, now: datetime) -> None:
    open_rows = (CaseAccess.case_id == case_id, CaseAccess.ended_at.is_(None))
    connection.execute(update(CaseAccess).where(*open_rows).values(ended_at=now))


def is_restricted(connection: Connection, case_id: int) -> bool:
    """Say whether a case is restricted."""
    return connection.execute(select(Case.restricted).where(Case.id == case_id)).scalar_one()


def children_beside(
    connection: Connection, case_ids: Collection[int], hidden: Collection[int]
) -> list[str]:
    """Name the children of hidden cases who share an adult with one of these cases.

    What a child was called before somebody corrected it is a name of theirs too.
    """
    adults = select(CaseContact.person_id).where(CaseContact.case_id.in_(case_ids))
    query = (
        select(Case.id, Person.name)
        .join(Case, Case.pupil_id == Person.id)
        .join(CaseContact, CaseContact.case_id == Case.id)
        .where(Case.id.in_(hidden), CaseContact.person_id.in_(adults))
        .distinct()
    )
    now = {row.id: row.name for row in connection.execute(query)}
    return [*now.values(), *(_names_before(connection, now) if now else ())]


def _names_before(connection: Connection, case_ids: Collection[int]) -> list[str]:
    """List what the children of these cases were called, as the log of each correction tells."""
    query = (
        select(Contact.words)
        .join(ContactCase, ContactCase.contact_id == Contact.id)
        .where(ContactCase.case_id.in_(case_ids), Contact.purpose == f"{SET}name")
    )
    told = connection.execute(query).scalars()
    return [one.rpartition(BEFORE)[2].removesuffix(".") for one in told if one and BEFORE in one]


def people_on(connection: Connection, case_ids: Collection[int]) -> list[str]:
    """Name the children of these cases and the adults who belong to them."""
    adults = select(CaseContact.person_id).where(CaseContact.case_id.in_(case_ids))
    children = select(Case.pupil_id).where(Case.id.in_(case_ids))
    query = select(Person.name).where(or_(Person.id.in_(adults), Person.id.in_(children)))
    return list(connection.execute(query).scalars())


def children_in(connection: Connection, contact_id: int) -> list[tuple[int, int]]:
    """List (case, child) of what a contact stands on, by id; a restricted case comes first."""
    query = (
        select(Case.id, Case.pupil_id)
        .join(ContactCase, ContactCase.case_id == Case.id)
        .where(ContactCase.contact_id == contact_id, ContactCase.ended_at.is_(None))
        .order_by(Case.restricted.desc(), Case.ref)
    )
    return [(row.id, row.pupil_id) for row in connection.execute(query)]


def cases_of(connection: Connection, pupil_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Find (id, reference) of the case of each of these people who is a child."""
    query = select(Case.pupil_id, Case.id, Case.ref).where(Case.pupil_id.in_(pupil_ids))
    return {row.pupil_id: (row.id, row.ref) for row in connection.execute(query.order_by(Case.id))}
