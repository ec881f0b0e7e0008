"""The team as routing sees it: working weeks, who is allocated, who covers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, bindparam, insert, or_, select, type_coerce, update

from bot.rules.practice import Span, Week
from bot.rules.routing import Standin, Team, Worker
from storage.columns import SecretName
from storage.received import add_once
from storage.tables import Allocation, Case, Cover, CoverTold, Person, Staff


def week_to_json(week: Week) -> dict[str, list[str]]:
    """Write a working week down: {"0": ["08:30", "17:00"]}."""
    return {
        str(day): [f"{span.start:%H:%M}", f"{span.end:%H:%M}"] for day, span in sorted(week.items())
    }


def week_from_json(kept: Mapping[str, Any]) -> Week:
    """Read a working week back."""
    return {
        int(day): Span(time.fromisoformat(start), time.fromisoformat(end))
        for day, (start, end) in kept.items()
    }


TEAM = (
    select(
        Person.id,
        Person.ref,
        type_coerce(Person.name, SecretName).label("name"),
        Staff.hours,
        Staff.deputy,
        Staff.active,
    )
    .join(Staff, Staff.person_id == Person.id)
    .order_by(Staff.person_id)  # or SQLite walks through every person ever stored
)
COVERS = select(Cover).where(Cover.ended_at.is_(None)).order_by(Cover.id)
KEY_WORKERS = (
    select(Person.ref)
    .join(Allocation, Allocation.staff_id == Person.id)
    .where(
        Allocation.case_id.in_(bindparam("cases", expanding=True)),
        Allocation.role == "key_worker",
        Allocation.from_on <= bindparam("today"),
        or_(Allocation.to_on.is_(None), Allocation.to_on >= bindparam("today")),
    )
    .order_by(Allocation.case_id)
)
KEPT_NOW = (
    Allocation.staff_id == bindparam("staff"),
    Allocation.role == "key_worker",
    Allocation.from_on <= bindparam("today"),
    or_(Allocation.to_on.is_(None), Allocation.to_on >= bindparam("today")),
)
CASELOAD = (
    select(Case.ref)
    .join(Allocation, Allocation.case_id == Case.id)
    .where(*KEPT_NOW)
    .order_by(Case.ref)
)
KEEPS = select(Allocation.id).where(*KEPT_NOW).limit(1)


def load_team(connection: Connection) -> Team:
    """Read everybody who can own something, and the covers that run or will run."""
    rows = connection.execute(TEAM).all()
    workers = {
        row.ref: Worker(row.ref, row.name, week_from_json(row.hours), row.deputy, row.active)
        for row in rows
    }
    return Team(workers, tuple(_covers(connection, {row.id: row.ref for row in rows})))


def _covers(connection: Connection, refs: Mapping[int, str]) -> Iterable[Standin]:
    rows = connection.execute(COVERS)
    for row in rows:
        substitute = refs.get(row.substitute_id)
        yield Standin(row.id, refs[row.staff_id], substitute, row.from_on, row.to_on)


def key_worker_of(connection: Connection, case_ids: Iterable[int], today: date) -> str | None:
    """Name the key worker of these cases; the first case's if siblings have two."""
    found = key_workers_of(connection, case_ids, today)
    return found[0] if found else None


def key_workers_of(connection: Connection, case_ids: Iterable[int], today: date) -> list[str]:
    """Name every key worker of these cases, each once."""
    rows = connection.execute(KEY_WORKERS, {"cases": list(case_ids), "today": today})
    return list(dict.fromkeys(rows.scalars()))


def caseload(connection: Connection, staff_id: int, today: date) -> list[str]:
    """List the references of the cases a member of staff is key worker of."""
    rows = connection.execute(CASELOAD, {"staff": staff_id, "today": today})
    return list(rows.scalars())


def keeps_cases(connection: Connection, staff_id: int, today: date) -> bool:
    """Say whether a member of staff is key worker of any case."""
    found = connection.execute(KEEPS, {"staff": staff_id, "today": today})
    return found.scalar_one_or_none() is not None


def set_active(connection: Connection, staff_id: int, *, active: bool) -> None:
    """Let a member of staff in, or end their access: it is looked up for everything they do."""
    connection.execute(update(Staff).where(Staff.person_id == staff_id).values(active=active))


def start_cover(
    connection: Connection,
    staff_id: int,
    substitute_id: int | None,
    from_on: date,
    to_on: date | None,
    now: datetime,
) -> None:
    """Begin a cover; one that runs already ends first."""
    end_cover(connection, staff_id, now)
    connection.execute(
        insert(Cover).values(
            staff_id=staff_id,
            substitute_id=substitute_id,
            from_on=from_on,
            to_on=to_on,
            started_at=now,
        )
    )


def end_cover(connection: Connection, staff_id: int, now: datetime) -> bool:
    """End a running cover. False means there was none."""
    ended = connection.execute(
        update(Cover)
        .where(Cover.staff_id == staff_id, Cover.ended_at.is_(None))
        .values(ended_at=now)
    )
    return ended.rowcount > 0


def tell_of_cover(connection: Connection, cover_id: int, person_id: int, now: datetime) -> bool:
    """Note that a family is told who covers. False means they know."""
    row = {"cover_id": cover_id, "person_id": person_id, "at": now}
    return add_once(connection, CoverTold, row)


def cover_known(connection: Connection, cover_id: int, person_id: int) -> bool:
    """Say whether a family has been told who covers."""
    query = select(CoverTold.cover_id).where(
        CoverTold.cover_id == cover_id, CoverTold.person_id == person_id
    )
    return connection.execute(query).first() is not None
