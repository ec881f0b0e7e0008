"""Addresses: who is writing from where, held so that one turn at a time can happen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    false,
    or_,
    select,
    update,
)

from storage.columns import keys_of
from storage.received import add_once
from storage.tables import Address, Person, core

# Held with `key_share`: two turns keep each other waiting, rows that only point here do not.
# Held any harder, a family's turn and its worker's each wait for the other's foreign keys.


@dataclass(frozen=True, slots=True)
class Line:
    """One address, and what stands in the way of using it."""

    id: int
    channel: str
    address: str = field(repr=False)
    person_id: int | None
    proven_at: datetime | None
    opted_out_at: datetime | None
    stop_asked_at: datetime | None
    carrier_blocked_at: datetime | None
    wrong_at: datetime | None
    dead_at: datetime | None
    auto_replied_at: datetime | None
    opted_in_at: datetime | None
    left_at: datetime | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Someone:
    """A person the service knows."""

    id: int
    ref: str
    kind: str
    name: str = field(repr=False)
    language: str
    shared_phone: bool
    discreet: bool
    turns: int

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name.split() else ""


LINES, PEOPLE = core(Address).c, core(Person).c
LINE = select(*(LINES[name] for name in Line.__dataclass_fields__))
SOMEONE = select(*(PEOPLE[name] for name in Someone.__dataclass_fields__))
HOLD_LINE = LINE.where(
    LINES.channel == bindparam("channel"), LINES.address_index == bindparam("index")
).with_for_update(key_share=True)
LINE_BY_ID = LINE.where(LINES.id == bindparam("id"))
HOLD_BY_ID = LINE_BY_ID.with_for_update(key_share=True)
HOLD_PERSON = SOMEONE.where(PEOPLE.id == bindparam("id")).with_for_update(key_share=True)
BY_REF = SOMEONE.where(PEOPLE.ref == bindparam("ref"))
BY_ID = SOMEONE.where(PEOPLE.id == bindparam("id"))
THESE = SOMEONE.where(PEOPLE.id.in_(bindparam("ids", expanding=True)))
LINES_OF = LINE.where(LINES.person_id == bindparam("id")).order_by(LINES.id)
EVERY_LINE = LINE.where(LINES.person_id.is_not(None)).order_by(LINES.id)
COUNT = update(core(Person)).where(PEOPLE.id == bindparam("which"))
MARK = update(core(Address)).where(LINES.id == bindparam("which"))


def hold_line(connection: Connection, channel: str, address: str, now: datetime) -> Line:
    """Find an address, made if it is new, and keep every other turn about it waiting."""
    index = keys_of(connection).index(f"{channel}:{address}")
    here = {"channel": channel, "index": index}
    row = connection.execute(HOLD_LINE, here).one_or_none()
    if row is None:
        new = {
            "channel": channel,
            "address": address,
            "address_index": index,
            "added_at": now,
        }
        add_once(connection, Address, new)
        row = connection.execute(HOLD_LINE, here).one()
    return _line(row)


def line_by_id(connection: Connection, address_id: int) -> Line:
    """Read an address that is known to be there, and hold nothing."""
    return _line(connection.execute(LINE_BY_ID, {"id": address_id}).one())


def hold_line_by_id(connection: Connection, address_id: int) -> Line:
    """Hold an address that is known to be there."""
    return _line(connection.execute(HOLD_BY_ID, {"id": address_id}).one())


def hold_person(connection: Connection, person_id: int) -> Someone:
    """Keep every other turn of this person waiting until this one is over."""
    return _someone(connection.execute(HOLD_PERSON, {"id": person_id}).one())


def person_by_ref(connection: Connection, ref: str) -> Someone | None:
    """Find a person by their stable id."""
    row = connection.execute(BY_REF, {"ref": ref}).one_or_none()
    return None if row is None else _someone(row)


def person_by_id(connection: Connection, person_id: int) -> Someone:
    """Find a person that is known to be there."""
    return _someone(connection.execute(BY_ID, {"id": person_id}).one())


def people_at(connection: Connection, ids: Collection[int]) -> list[Someone]:
    """List these people, as far as they are on record."""
    return [_someone(row) for row in connection.execute(THESE, {"ids": list(ids)})]


def people(connection: Connection) -> list[Someone]:
    """List everybody, in the order they were first imported."""
    return [_someone(row) for row in connection.execute(SOMEONE.order_by(PEOPLE.id))]


def lines_of(connection: Connection, person_id: int) -> list[Line]:
    """List a person's addresses, oldest first."""
    return [_line(row) for row in connection.execute(LINES_OF, {"id": person_id})]


def lines_by_person(connection: Connection) -> dict[int, list[Line]]:
    """Read everybody's addresses at once, each person's oldest first."""
    found: dict[int, list[Line]] = {}
    for row in connection.execute(EVERY_LINE):
        found.setdefault(row.person_id, []).append(_line(row))
    return found


def mark_line(
    connection: Connection, address_id: int, **marks: datetime | int | str | None
) -> None:
    """Write down what changed about an address: opted out, wrong, proven, whose it is."""
    connection.execute(MARK, {"which": address_id, **marks})


def opt_out(connection: Connection, line: Line, now: datetime) -> None:
    """End messages to an address, and to every other one of its person that gets any.

    A STOP that comes late does not undo that they asked again since: the last moment stays.
    """
    at = _last(now, line.opted_out_at, line.stop_asked_at)
    still = and_(_theirs(line), Address.opted_out_at.is_(None))
    connection.execute(
        update(Address)
        .where(or_(Address.id == line.id, still))
        .values(opted_out_at=at, stop_asked_at=None)
    )


def opt_in(connection: Connection, line: Line) -> None:
    """Lift an opt-out from an address, and from those that were ended with it."""
    with_it = and_(_theirs(line), Address.opted_out_at == line.opted_out_at)
    connection.execute(
        update(Address).where(or_(Address.id == line.id, with_it)).values(opted_out_at=None)
    )
    ask_to_stop(connection, line, None)


def ask_to_stop(connection: Connection, line: Line, at: datetime | None) -> None:
    """Hold what is automatic for an address and every other one of its person; None lets it go."""
    here = or_(Address.id == line.id, _theirs(line))
    at = at and _last(at, line.stop_asked_at)
    connection.execute(update(Address).where(here).values(stop_asked_at=at))


def _last(moment: datetime, *others: datetime | None) -> datetime:
    return max((moment, *(other for other in others if other is not None)))


def _theirs(line: Line) -> ColumnElement[bool]:
    return Address.person_id == line.person_id if line.person_id is not None else false()


def count_turns(connection: Connection, person_id: int, turns: int) -> None:
    """Keep how many turns a person's life has had, so that no button ever fits twice."""
    connection.execute(COUNT, {"which": person_id, "turns": turns})


def _line(row: Row[Any]) -> Line:
    return Line(*tuple(row))


def _someone(row: Row[Any]) -> Someone:
    return Someone(*tuple(row))
