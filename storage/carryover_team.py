"""What a restore must not undo about the team: whose a case is, who covers, which doors are shut.

Allocations and covers are, like contact rules, the one whole: they stand as they do now, so that
whoever was replaced since has the case no longer and whoever has it now does. Whoever is not in
the backup cannot have it there, and is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.orm import aliased

from storage.allocations import KEY_WORKER
from storage.received import add_once
from storage.tables import (
    Allocation,
    CalendarFeed,
    Case,
    Cover,
    CoverTold,
    Invite,
    Link,
    Person,
    SignIn,
    Staff,
    StaffSession,
    VisitLink,
)

Found: TypeAlias = tuple[Row[Any], ...]
Post: TypeAlias = tuple[str, str, date, date | None]  # (staff, role, from, to) on one case
Stood: TypeAlias = tuple[str, datetime]  # (whose, when it began): no two covers are so alike
Substitute = aliased(Person)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LaterTeam:
    """Who has which case now, who covers, and which families have been told of that by name."""

    allocations: Found
    covers: Found
    told: Found


@dataclass(frozen=True, slots=True)
class Passed:
    """A case that has another key worker now than in the backup."""

    case_id: int
    case: str
    before: tuple[str, ...]
    heir: str  # empty: nobody, or nobody who can be it here
    missing: bool  # somebody has it now who is not in the backup, or may not enter there


def read_team(connection: Connection) -> LaterTeam:
    """Read who answers for which family now."""
    told = _told().where(Cover.ended_at.is_(None))
    return LaterTeam(
        allocations=_all(connection, _allocations()),
        covers=_all(connection, _covers()),
        told=_all(connection, told),
    )


def _all(connection: Connection, query: Any) -> Found:
    return tuple(connection.execute(query).all())


def _allocations() -> Any:
    term = (Allocation.id, Allocation.role, Allocation.from_on, Allocation.to_on)
    query = select(Case.ref.label("case"), Case.id.label("case_id"), Person.ref.label("staff"))
    joined = query.add_columns(*term).join(Allocation, Allocation.case_id == Case.id)
    return joined.join(Person, Person.id == Allocation.staff_id).order_by(Case.ref, Allocation.id)


def _covers() -> Any:
    term = (Cover.id, Cover.from_on, Cover.to_on, Cover.started_at, Cover.ended_at)
    query = select(Person.ref.label("staff"), Substitute.ref.label("substitute"), *term)
    joined = query.join(Cover, Cover.staff_id == Person.id)
    return joined.join(Substitute, Substitute.id == Cover.substitute_id, isouter=True).order_by(
        Cover.id
    )


def _told() -> Any:
    family = aliased(Person)
    query = select(Person.ref.label("staff"), Cover.started_at, family.ref.label("family"))
    joined = query.add_columns(CoverTold.at).join(Cover, Cover.staff_id == Person.id)
    told = joined.join(CoverTold, CoverTold.cover_id == Cover.id)
    return told.join(family, family.id == CoverTold.person_id)


def take_over_team(
    connection: Connection, later: LaterTeam, today: date
) -> tuple[tuple[Passed, ...], int, tuple[str, ...]]:
    """Let cases be whose they are now, and cover who covers.

    Says which cases passed, how many covers changed, and who else cannot be put on a case here.
    """
    query = select(Person.ref, Person.id, Staff.active).join(Staff, Staff.person_id == Person.id)
    staff = {row.ref: row for row in connection.execute(query)}
    ids = {ref: row.id for ref, row in staff.items()}
    active = frozenset(ref for ref, row in staff.items() if row.active)
    here = _by_case(_all(connection, _allocations()))
    cases = dict(connection.execute(select(Case.ref, Case.id)).all())
    passed, absent = [], []
    for case, now in _by_case(later.allocations).items():
        before = here.get(case, ())
        if case not in cases or Counter(map(_post, before)) == Counter(map(_post, now)):
            continue
        _allocate(connection, cases[case], (before, now), ids, today - DAY)
        passed += _passed(cases[case], before, now, active)
        absent += _absent(now, ids, today)
    return tuple(passed), _cover(connection, later, ids), tuple(absent)


def _by_case(rows: Iterable[Row[Any]]) -> dict[str, Found]:
    return {case: tuple(found) for case, found in groupby(rows, key=lambda row: row.case)}


def _post(row: Row[Any]) -> Post:
    return row.staff, row.role, row.from_on, row.to_on


def _allocate(
    connection: Connection,
    case_id: int,
    terms: tuple[Found, Found],
    ids: Mapping[str, int],
    yesterday: date,
) -> None:
    """Let one case be allocated as it is now: what has ended ends, what has begun begins."""
    here, now = terms
    gone = Counter(map(_post, here)) - Counter(map(_post, now))
    new = Counter(map(_post, now)) - Counter(map(_post, here))
    for row in here:
        post = _post(row)
        if not gone[post]:
            continue
        gone[post] -= 1
        same = next((one for one in new.elements() if one[:3] == post[:3]), None)
        to_on: date | None = yesterday
        if same is not None:
            new[same] -= 1
            to_on = same[3]
        ends = update(Allocation).where(Allocation.id == row.id).values(to_on=to_on)
        connection.execute(ends)
    for staff, role, from_on, to_on in new.elements():
        if staff in ids:
            who = {"case_id": case_id, "staff_id": ids[staff], "role": role}
            connection.execute(insert(Allocation).values(**who, from_on=from_on, to_on=to_on))


def _passed(case_id: int, here: Found, now: Found, active: frozenset[str]) -> list[Passed]:
    before, heirs = _key_workers(here), _key_workers(now)
    if set(before) == set(heirs):
        return []
    heir = next((ref for ref in heirs if ref in active), "")
    return [Passed(case_id, now[0].case, before, heir, missing=bool(heirs) and not heir)]


def _absent(now: Found, ids: Mapping[str, int], today: date) -> list[str]:
    """Name who beside a key worker has a part in a case and is not in the backup."""
    running = (row for row in now if row.to_on is None or row.to_on >= today)
    unknown = (row for row in running if row.role != KEY_WORKER and row.staff not in ids)
    return [f"{row.case}: {row.staff}" for row in unknown]


def _key_workers(rows: Found) -> tuple[str, ...]:
    return tuple(row.staff for row in rows if row.role == KEY_WORKER and row.to_on is None)


def _cover(connection: Connection, later: LaterTeam, ids: Mapping[str, int]) -> int:
    """Begin and end covers as has been done since; whom nobody covers here, the duty rota does."""
    here = {_stood(row): row for row in _all(connection, _covers())}
    known = [row for row in later.covers if row.staff in ids]
    begun = [row for row in known if _stood(row) not in here]
    for row in begun:
        term = {name: getattr(row, name) for name in ("from_on", "to_on", "started_at", "ended_at")}
        who = {"staff_id": ids[row.staff], "substitute_id": ids.get(row.substitute or "")}
        connection.execute(insert(Cover).values(**who, **term))
    ended = 0
    for row in known:
        mine = here.get(_stood(row))
        if mine is not None and mine.ended_at is None and row.ended_at is not None:
            mark = update(Cover).where(Cover.id == mine.id).values(ended_at=row.ended_at)
            ended += connection.execute(mark).rowcount
    _tell(connection, later.told)
    return len(begun) + ended


def _tell(connection: Connection, told: Found) -> None:
    """Let a family that has been told who covers not be told a second time."""
    covers = {_stood(row): row.id for row in _all(connection, _covers())} if told else {}
    for row in told:
        family = connection.execute(select(Person.id).where(Person.ref == row.family)).scalar()
        if family is not None and _stood(row) in covers:
            mark = {"cover_id": covers[_stood(row)], "person_id": family, "at": row.at}
            add_once(connection, CoverTold, mark)


def _stood(row: Row[Any]) -> Stood:
    return row.staff, row.started_at


def shut_doors(connection: Connection, now: datetime) -> None:
    """End every browser session, code, invitation and link of before, calendars' too.

    Which of them were used up, or ended because a phone was lost, a backup cannot know.
    """
    for table, column in (
        (StaffSession, StaffSession.ended_at),
        (SignIn, SignIn.used_at),
        (Invite, Invite.used_at),
    ):
        connection.execute(update(table).where(column.is_(None)).values({column: now}))
    for opens in (CalendarFeed, VisitLink):
        connection.execute(update(opens).where(opens.revoked_at.is_(None)).values(revoked_at=now))
    ended = {"ended_at": now, "outcome": "restored"}
    connection.execute(update(Link).where(Link.ended_at.is_(None)).values(**ended))
