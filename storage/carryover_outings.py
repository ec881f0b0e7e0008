"""What a restore must not undo about who is out: whoever has left safely has left.

An outing that came back as open would raise an alarm about somebody who is at home by now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, insert, inspect, select, update

from storage.tables import ExtraShift, Outing, OutingStep, Person

Found: TypeAlias = tuple[Row[Any], ...]
OUT = ("version", "starts_at", "safe_by", "arrived_at", "left_at", "sos_at", "rung", "ended_at")
STEP = ("at", "who", "what")
SHIFT = ("from_at", "to_at", "at", "by", "ended_at")


@dataclass(frozen=True, slots=True)
class LaterOutings:
    """What the replaced database says about who was out, and who works beside their week."""

    outings: Found
    steps: Found
    shifts: Found


def read_outings(connection: Connection) -> LaterOutings:
    """Read every outing with its steps, and the hours beside somebody's usual week."""
    outings = named(Outing, ("id", "visit_id", *OUT), Person, Outing.staff_id)
    shifts = named(ExtraShift, SHIFT, Person, ExtraShift.staff_id)
    return LaterOutings(
        tuple(connection.execute(outings)),
        tuple(connection.execute(select(OutingStep).order_by(OutingStep.id))),
        tuple(connection.execute(shifts)),
    )


def named(table: Any, names: tuple[str, ...], whose: Any, number: Any) -> Any:
    """Ask for rows with the name of whoever they are about."""
    query = select(*(getattr(table, name) for name in names), whose.ref.label("whose"))
    return query.join(whose, whose.id == number).order_by(*inspect(table).primary_key)


def take_over_outings(
    connection: Connection,
    later: LaterOutings,
    numbers: Mapping[int, int],
    people: Mapping[str, int],
) -> None:
    """Let whoever is out be out, and whoever has left safely have left. `numbers`: of visits."""
    steps: dict[int, list[Row[Any]]] = defaultdict(list)
    for step in later.steps:
        steps[step.outing_id].append(step)
    for one in later.outings:
        if one.visit_id in numbers and one.whose in people:
            where = {"visit_id": numbers[one.visit_id], "staff_id": people[one.whose]}
            _outing(connection, one, where, steps[one.id])
    _shifts_again(connection, later.shifts, people)


def _outing(
    connection: Connection, one: Row[Any], where: Mapping[str, int], steps: list[Row[Any]]
) -> None:
    marks = {name: getattr(one, name) for name in OUT}
    same = [getattr(Outing, name) == number for name, number in where.items()]
    query = select(Outing.id).where(*same, Outing.version == one.version)
    number = connection.execute(query).scalar_one_or_none()
    if number is None:
        made = insert(Outing).values(**where, **marks)
        number = connection.execute(made.returning(Outing.id)).scalar_one()
    else:
        connection.execute(update(Outing).where(Outing.id == number).values(**marks))
    kept = [getattr(OutingStep, name) for name in STEP]
    known = {tuple(row) for row in connection.execute(select(*kept).where(
        OutingStep.outing_id == number))}  # fmt: skip
    for step in steps:
        said = {name: getattr(step, name) for name in STEP}
        if tuple(said.values()) not in known:
            connection.execute(insert(OutingStep).values(outing_id=number, **said))


def _shifts_again(connection: Connection, shifts: Found, people: Mapping[str, int]) -> None:
    """Let hours beside somebody's week be those that are agreed now."""
    for one in shifts:
        if one.whose not in people:
            continue
        kept = {name: getattr(one, name) for name in SHIFT}
        same = [getattr(ExtraShift, name) == kept[name] for name in SHIFT[:-1]]
        theirs = ExtraShift.staff_id == people[one.whose]
        ends = update(ExtraShift).where(theirs, *same).values(ended_at=one.ended_at)
        if not connection.execute(ends).rowcount:
            row = insert(ExtraShift).values(staff_id=people[one.whose], **kept)
            connection.execute(row)
