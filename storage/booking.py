"""Booking: a visit is made, changed or confirmed, and takes the time of whoever is there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection, bindparam, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from bot.rules.visit_kinds import KINDS
from bot.rules.visits import BOOKED, LIVE, OFFERED, Clash, NewVisit, Plan, State, Visit
from storage.tables import Case, Person, TakenTime, VisitCase, VisitVersion
from storage.tables import Visit as Kept
from storage.visits import find_visit, taken_between

Times: TypeAlias = dict[str, Any]  # one row of TakenTime

LOCK = 7_291_009
# A lock of its own for each, and not their rows: a turn holds people too, and in another order.
# Without it two who insert at once wait for each other until PostgreSQL ends one of them.
_HOLD = text(
    "SELECT pg_advisory_xact_lock(:key, id)"
    " FROM (SELECT id FROM person WHERE id IN :person_ids ORDER BY id) AS everybody"
).bindparams(bindparam("person_ids", expanding=True))
_REFS = select(Person.id, Person.ref).where(Person.id.in_(bindparam("ids", expanding=True)))
_END_TAKEN = (
    update(TakenTime)
    .where(TakenTime.visit_id == bindparam("of_visit"), TakenTime.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)


class Taken(Exception):
    """Somebody who would come, or the family, is taken at that time: nothing has been kept."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        super().__init__("Somebody is taken at that time.")
        self.clashes = tuple(clashes)


def make_visit(connection: Connection, new: NewVisit, by: str, now: datetime) -> Visit:
    """Keep a new visit: booked if its plan has a time, else offered to the family.

    Raises Taken: nothing has been kept then.
    """
    state: State = BOOKED if new.plan.starts_at else OFFERED
    case_ids = _case_ids(connection, new.cases)
    person_id = _person_id(connection, new.person) if new.person else None
    with _whole(connection) as takes:
        made = insert(Kept).values(
            kind=new.kind,
            state=state,
            version=1,
            person_id=person_id,
            about=new.about,
            made_at=now,
            made_by=by,
        )
        visit_id = int(connection.execute(made.returning(Kept.id)).scalar_one())
        for case_id in case_ids:
            connection.execute(insert(VisitCase).values(visit_id=visit_id, case_id=case_id))
        _put_version(connection, visit_id, 1, (state, new.plan, "asked"), by, now)
        family = _family_of(connection, new.kind, case_ids, person_id)
        takes.extend(_times(connection, visit_id, 1, new.plan, family))
        _take(connection, takes)
    return _found(connection, visit_id)


def change_visit(
    connection: Connection,
    visit: Visit,
    plan: Plan,
    state: State,
    reason: str,
    by: str,
    now: datetime,
) -> Visit | None:
    """Make the next version of a visit; None: it is not the version it was, or no longer live.

    `reason`: chosen, moved, by_family, by_us, ended. What the version before took is free again,
    and the new one takes its own unless it is cancelled or has no time. Raises Taken: the visit
    stands as it stood then.
    """
    theirs = (Kept.id == visit.id, Kept.version == visit.version, Kept.state.in_(LIVE))
    with _whole(connection) as takes:
        moved = update(Kept).where(*theirs).values(version=visit.version + 1, state=state)
        if connection.execute(moved).rowcount != 1:
            return None
        version = visit.version + 1
        _put_version(connection, visit.id, version, (state, plan, reason), by, now)
        connection.execute(_END_TAKEN, {"of_visit": visit.id, "now": now})
        if state == BOOKED:
            family = _family_of(connection, visit.kind, visit.case_ids, visit.person_id)
            takes.extend(_times(connection, visit.id, version, plan, family))
            _take(connection, takes)
    return _found(connection, visit.id)


def confirm(connection: Connection, visit_id: int, version: int, now: datetime) -> bool:
    """Note the family's yes to a version. False: it counts no more, or it had said so."""
    still = select(Kept.id).where(
        Kept.id == visit_id, Kept.version == version, Kept.state == BOOKED
    )
    theirs = (
        VisitVersion.visit_id.in_(still),
        VisitVersion.version == version,
        VisitVersion.confirmed_at.is_(None),
    )
    done = update(VisitVersion).where(*theirs).values(confirmed_at=now)
    return connection.execute(done).rowcount == 1


def hold_visit(connection: Connection, visit_id: int) -> Visit | None:
    """Read a visit and keep everybody else from changing it until this transaction is over."""
    connection.execute(select(Kept.id).where(Kept.id == visit_id).with_for_update(key_share=True))
    return find_visit(connection, visit_id)


def is_met(kind: str) -> tuple[bool, bool]:
    """Say whether the adult, and whether the child, is met at visits of a kind."""
    meets = KINDS[kind].meets
    return meets in {"adult", "both"}, meets in {"child", "both"}


@contextmanager
def _whole(connection: Connection) -> Iterator[list[Times]]:
    """Keep all or nothing, and say who is taken where the database itself refuses a time.

    Only then is it known who was quicker: before, that booking was on its way as this one was.
    """
    takes: list[Times] = []
    try:
        with connection.begin_nested():
            yield takes
    except IntegrityError as error:
        if not takes:
            raise
        raise Taken(_clashes(connection, takes)) from error


def _times(
    connection: Connection, visit_id: int, version: int, plan: Plan, family: Collection[int]
) -> list[Times]:
    """List whose time a version takes: of staff the way there and back too."""
    if plan.starts_at is None or plan.ends_at is None:
        return []
    way, whose = timedelta(minutes=plan.travel), {"visit_id": visit_id, "version": version}
    away = {"from_at": plan.starts_at - way, "to_at": plan.ends_at + way}
    there = {"from_at": plan.starts_at, "to_at": plan.ends_at}
    staff = _person_ids(connection, plan.staff)
    return [{"person_id": one, **away, **whose} for one in staff] + [
        {"person_id": one, **there, **whose} for one in family
    ]


def _take(connection: Connection, takes: Sequence[Times]) -> None:
    """Take everybody's time; they are held first, so that two bookings for them take turns."""
    if not takes:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(_HOLD, {"key": LOCK, "person_ids": [one["person_id"] for one in takes]})
    if clashes := _clashes(connection, takes):
        raise Taken(clashes)
    connection.execute(insert(TakenTime), takes)


def _clashes(connection: Connection, takes: Sequence[Times]) -> list[Clash]:
    """List who of them is taken then, and when."""
    asked = {one["person_id"]: (one["from_at"], one["to_at"]) for one in takes}
    first, last = (
        min(times[0] for times in asked.values()),
        max(times[1] for times in asked.values()),
    )
    found = [
        row
        for row in taken_between(connection, asked, first, last)
        if row.from_at < asked[row.person_id][1] and asked[row.person_id][0] < row.to_at
    ]
    refs = dict(connection.execute(_REFS, {"ids": [row.person_id for row in found]}).all())
    return [Clash(refs[row.person_id], row.from_at, row.to_at) for row in found]


def _family_of(
    connection: Connection, kind: str, case_ids: Collection[int], person_id: int | None
) -> list[int]:
    """Say whose time of the family a visit takes: the adult's, the child's, or both."""
    adult, child = is_met(kind)
    met = [person_id] if adult and person_id is not None else []
    if child and case_ids:
        query = select(Case.pupil_id).where(Case.id.in_(list(case_ids)))
        met += list(connection.execute(query).scalars())
    return met


def _put_version(
    connection: Connection,
    visit_id: int,
    version: int,
    says: tuple[State, Plan, str],
    by: str,
    now: datetime,
) -> None:
    state, plan, reason = says
    connection.execute(
        insert(VisitVersion).values(
            visit_id=visit_id,
            version=version,
            state=state,
            starts_at=plan.starts_at,
            minutes=plan.minutes,
            travel_minutes=plan.travel,
            place=plan.place,
            place_words=plan.place_words,
            coming=[[one.staff, one.why] for one in plan.coming],
            reason=reason,
            at=now,
            by=by,
        )
    )


def _found(connection: Connection, visit_id: int) -> Visit:
    found = find_visit(connection, visit_id)
    if found is None:
        raise LookupError("this visit was just written")
    return found


def _case_ids(connection: Connection, refs: Collection[str]) -> list[int]:
    query = select(Case.id).where(Case.ref.in_(list(refs))).order_by(Case.id)
    return list(connection.execute(query).scalars())


def _person_id(connection: Connection, ref: str) -> int:
    return _person_ids(connection, [ref])[0]


def _person_ids(connection: Connection, refs: Collection[str]) -> list[int]:
    query = select(Person.id).where(Person.ref.in_(list(refs))).order_by(Person.id)
    return list(connection.execute(query).scalars())
