"""Who is allocated to a case, and the passing on of it. Nothing is deleted: allocations end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, insert, or_, select, update

from storage.tables import Allocation, Case, CaseContact, Person, Promise, Task

KEY_WORKER = "key_worker"


def running(today: date | BindParameter[date]) -> tuple[Any, ...]:
    """Say which allocations as key worker run on a day."""
    return (
        Allocation.role == KEY_WORKER,
        Allocation.from_on <= today,
        or_(Allocation.to_on.is_(None), Allocation.to_on >= today),
    )


def key_workers(
    connection: Connection, case_ids: Iterable[int], today: date
) -> dict[int, list[str]]:
    """Name the key workers of each of these cases."""
    rows = connection.execute(
        select(Allocation.case_id, Person.ref)
        .join(Person, Person.id == Allocation.staff_id)
        .where(Allocation.case_id.in_(list(case_ids)), *running(today))
        .order_by(Allocation.id)
    )
    found: dict[int, list[str]] = {}
    for case_id, ref in rows:
        found.setdefault(case_id, []).append(ref)
    return found


KEPT_BY = (
    select(Allocation.case_id)
    .join(Person, Person.id == Allocation.staff_id)
    .where(Person.ref.in_(bindparam("refs", expanding=True)), *running(bindparam("today")))
)


def kept_by(connection: Connection, refs: Iterable[str], today: date) -> frozenset[int]:
    """List the cases of which one of these staff is key worker."""
    asked = {"refs": list(refs), "today": today}
    return frozenset(connection.execute(KEPT_BY, asked).scalars())


def pass_case(connection: Connection, case_id: int, staff_id: int, today: date) -> None:
    """Make somebody the key worker of a case from today on; whoever was it until now ends."""
    connection.execute(
        update(Allocation)
        .where(Allocation.case_id == case_id, *running(today))
        .values(to_on=today - timedelta(days=1))
    )
    row = {"case_id": case_id, "staff_id": staff_id, "role": KEY_WORKER, "from_on": today}
    connection.execute(insert(Allocation).values(**row))


def cases_of(connection: Connection, staff_id: int, today: date) -> Sequence[Row[int, str]]:
    """List the cases (id, ref) somebody is key worker of, closed ones too."""
    rows = connection.execute(
        select(Case.id, Case.ref)
        .join(Allocation, Allocation.case_id == Case.id)
        .where(Allocation.staff_id == staff_id, *running(today))
        .order_by(Case.ref)
    )
    return rows.all()


def adults_of(connection: Connection, case_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Name everybody who belongs to these cases, each with all the cases they belong to."""
    theirs = select(CaseContact.person_id).where(CaseContact.case_id.in_(list(case_ids)))
    rows = connection.execute(
        select(CaseContact.person_id, CaseContact.case_id)
        .where(CaseContact.person_id.in_(theirs))
        .order_by(CaseContact.person_id)
    )
    found: dict[int, set[int]] = {}
    for person_id, case_id in rows:
        found.setdefault(person_id, set()).add(case_id)
    return {person_id: frozenset(ids) for person_id, ids in found.items()}


def open_about(
    connection: Connection, case_ids: Iterable[int], person_ids: Iterable[int]
) -> list[Row[Any]]:
    """List and hold what is open about these cases and people, oldest first."""
    about = or_(Task.case_id.in_(list(case_ids)), Task.person_id.in_(list(person_ids)))
    query = select(Task).where(about, Task.done_at.is_(None)).order_by(Task.id)
    return list(connection.execute(query.with_for_update()))


def pass_promises(connection: Connection, case_ids: Iterable[int], staff_id: int) -> int:
    """Give every open promise about these cases to whoever answers for them now."""
    moved = connection.execute(
        update(Promise)
        .where(Promise.case_id.in_(list(case_ids)), Promise.done_at.is_(None))
        .where(Promise.staff_id != staff_id)
        .values(staff_id=staff_id)
    )
    return moved.rowcount
