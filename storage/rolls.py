"""On whose register each pupil stands, as the pupils file says it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, bindparam, exists, insert, select, update

from bot.rules.rolls import HOME_SCHOOL, Schools, Stands, reaches_back_to, stands
from storage.received import recall, remember
from storage.tables import Case, OnRoll, School, SessionMark

T = TypeVar("T")

IN_A_LOT = 500  # cases in one question
FILLED = "rolls_filled"
ROLLS: Any = (
    select(OnRoll.case_id, OnRoll.school_id, School.name)
    .add_columns(OnRoll.kind, OnRoll.from_on, OnRoll.to_on)
    .join(School, School.id == OnRoll.school_id)
    .where(OnRoll.case_id.in_(bindparam("cases", expanding=True)))
    .order_by(OnRoll.id)
)


@dataclass(frozen=True, slots=True)
class Roll:
    """A pupil on the register of one school."""

    school_id: int
    school: str
    kind: str  # single, main, subsidiary
    from_on: date
    to_on: date | None = None

    def holds(self, day: date) -> bool:
        """Say whether the pupil stands on this register on a day."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


def rolls_of(connection: Connection, case_ids: Collection[int], day: date) -> dict[int, list[Roll]]:
    """List the registers on which these pupils stand on a day."""
    every = all_rolls(connection, case_ids).items()
    return {case_id: [roll for roll in rolls if roll.holds(day)] for case_id, rolls in every}


def all_rolls(connection: Connection, case_ids: Collection[int]) -> dict[int, list[Roll]]:
    """List every register on which these pupils stand or stood, in the order they came to them."""
    found: dict[int, list[Roll]] = {case_id: [] for case_id in case_ids}
    for lot in in_lots(sorted(found), IN_A_LOT):
        for case_id, *rest in connection.execute(ROLLS, {"cases": lot}):
            found[case_id].append(Roll(*rest))
    return found


def fill_rolls(connection: Connection, today: date, among: Collection[int] | None = None) -> None:
    """Put every pupil on a register who stands on none, or only those among these cases.

    Whoever stands on one is left alone.
    """
    nowhere = select(Case.ref).where(~exists().where(OnRoll.case_id == Case.id))
    if among is None:
        put_on_rolls(connection, connection.execute(nowhere).scalars().all(), today)
        return
    for lot in in_lots(sorted(among), IN_A_LOT):
        found = connection.execute(nowhere.where(Case.id.in_(lot))).scalars().all()
        put_on_rolls(connection, found, today)


def fill_rolls_once(connection: Connection, today: date) -> None:
    """Put those on registers who came on record before there were any: all pupils, but once."""
    if recall(connection, FILLED) is None:
        fill_rolls(connection, today)
        remember(connection, FILLED, today.isoformat())


def put_on_rolls(connection: Connection, refs: Collection[str], today: date) -> None:
    """Let these pupils stand on the registers that their registration and home school name."""
    schools = _schools(connection)
    for lot in in_lots(sorted(refs), IN_A_LOT):
        cases = connection.execute(_cases().where(Case.ref.in_(lot))).all()
        now = _open_rolls(connection, [case.id for case in cases])
        for case in cases:
            wanted = stands(case.registration, case.home_school, schools)
            _change(connection, case.id, now.get(case.id, []), wanted, today)


def in_lots(many: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut many into lots."""
    waiting = iter(many)
    while lot := list(islice(waiting, size)):
        yield lot


def _cases() -> Any:
    return select(Case.id, Case.registration, Case.home_school).order_by(Case.id)


def _schools(connection: Connection) -> Schools:
    rows = connection.execute(select(School.id, School.name, School.kind).order_by(School.id)).all()
    provisions = [row.id for row in rows if row.kind != HOME_SCHOOL]
    return Schools({row.name: row.id for row in rows}, provisions[0] if provisions else None)


def _open_rolls(connection: Connection, case_ids: list[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    query = select(OnRoll).where(OnRoll.case_id.in_(case_ids), OnRoll.to_on.is_(None))
    for row in connection.execute(query.order_by(OnRoll.id)):
        found.setdefault(row.case_id, []).append(row)
    return found


def _change(
    connection: Connection, case_id: int, now: list[Row[Any]], wanted: set[Stands], today: date
) -> None:
    """End what holds no longer and begin what is new; the first ones reach far back."""
    begins = today if now else reaches_back_to(today)
    ended = [row for row in now if Stands(row.school_id, row.kind) not in wanted]
    for row in ended:
        if _is_used(connection, row):
            _set(connection, row.id, to_on=max(row.from_on, today - timedelta(days=1)))
        else:  # nothing came of it: it was a slip, and what is right held as long
            begins = min(begins, row.from_on)
            _set(connection, row.id, to_on=row.from_on - timedelta(days=1))
    new = wanted - {Stands(row.school_id, row.kind) for row in now}
    for one in sorted(new):
        values = {"school_id": one.school_id, "kind": one.kind, "from_on": begins}
        connection.execute(insert(OnRoll).values(case_id=case_id, **values))


def _is_used(connection: Connection, roll: Row[Any]) -> bool:
    """Say whether the register of that school has ever said anything of the pupil.

    A mark that was corrected has a successor: those that hold now, which are indexed, tell enough.
    """
    theirs = (SessionMark.case_id == roll.case_id, SessionMark.school_id == roll.school_id)
    query = select(SessionMark.id).where(*theirs, SessionMark.replaced_by.is_(None))
    return connection.execute(query.limit(1)).first() is not None


def _set(connection: Connection, roll_id: int, *, to_on: date) -> None:
    connection.execute(update(OnRoll).where(OnRoll.id == roll_id).values(to_on=to_on))
