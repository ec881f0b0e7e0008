"""What a restore must not undo: what was erased, stopped or cut off after the backup was made.

It is read from the database that is replaced, and only ever closes doors: nobody who may not be
written to, let in or read about now becomes free again because an older state comes back. Whose a
case is, and who covers, is taken over as it stands now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, LargeBinary, Row, and_, insert, select, type_coerce, update

from bot.rules.calendar import wall
from storage.carryover_approvals import decide_again, read_decided
from storage.carryover_attendance import LaterAttendance, close_attendance, read_attendance
from storage.carryover_cases import Found, LaterCases, close_cases, read_all, read_cases
from storage.carryover_danger import close_danger, read_closed
from storage.carryover_team import LaterTeam, Passed, read_team, take_over_team
from storage.carryover_visits import LaterVisits, read_visits, take_over_visits
from storage.erasing import Erasure, erase
from storage.received import recall, remember
from storage.rotation import check_index
from storage.tables import Address, Case, CaseContact, Contact, Person, Staff

BLOCKS = ("opted_out_at", "stop_asked_at", "carrier_blocked_at", "wrong_at", "dead_at", "left_at")
ERASURE = ("erased_at", "erased_by", "erased_reason")
ALL_PAUSED = "all_paused"
RAW_ADDRESS = type_coerce(Address.address, LargeBinary).label("address")


@dataclass(frozen=True, slots=True)
class Later:
    """What the replaced database says is closed."""

    erased: Found
    lines: Found
    unused: Found  # who may not be written to about which case
    cases: LaterCases
    attendance: LaterAttendance
    approvals: Found  # that somebody has decided
    danger: Found  # matters of danger that a person has closed
    team: LaterTeam
    visits: LaterVisits
    gone: tuple[str, ...]  # staff whose access has ended
    all_paused: bool


@dataclass(frozen=True, slots=True)
class Again:
    """How much of it had to be done again."""

    erasures: int = 0
    lines: int = 0
    people: int = 0
    passed_on: int = 0  # numbers and chats that belong to somebody else by now
    left: tuple[str, ...] = ()  # staff who are let in no longer
    passed: tuple[Passed, ...] = ()  # cases that have another key worker
    covers: int = 0  # that have begun or ended
    absent: tuple[str, ...] = ()  # who else has a part in a case now and is not in the backup
    danger: int = 0  # matters that a person has closed
    attendance: int = 0  # holds, closures, reasons and noes
    approvals: int = 0  # that were decided
    visits: int = 0  # made, moved, answered, called off or over


def holds_data(connection: Connection) -> bool:
    """Say whether anybody is on record."""
    return connection.execute(select(Person.id).limit(1)).first() is not None


def read_later(connection: Connection) -> Later:
    """Read what is closed; raises `NotReady` if this database was kept with other keys."""
    check_index(connection)
    marks = [getattr(Address, name) for name in BLOCKS]
    return Later(
        erased=read_all(connection, _erased()),
        lines=read_all(connection, _lines().add_columns(*marks)),
        unused=read_all(connection, _unused()),
        cases=read_cases(connection),
        attendance=read_attendance(connection),
        approvals=read_decided(connection),
        danger=read_closed(connection),
        team=read_team(connection),
        visits=read_visits(connection),
        gone=tuple(connection.execute(_gone()).scalars()),
        all_paused=bool(recall(connection, ALL_PAUSED)),
    )


def _erased() -> Any:
    kept = [getattr(Contact, name) for name in ERASURE]
    query = select(Contact.id, Contact.recorded_at, *kept)
    return query.where(Contact.erased_at.is_not(None)).order_by(Contact.id)


def _lines() -> Any:
    kept = (Address.channel, Address.address_index, RAW_ADDRESS, Address.added_at)
    whose = Person.ref.label("person")
    return select(*kept, whose).join(Person, Person.id == Address.person_id, isouter=True)


def _unused() -> Any:
    query = select(Case.ref.label("case"), Person.ref.label("person"))
    joined = query.join(CaseContact, CaseContact.case_id == Case.id)
    whom = joined.join(Person, Person.id == CaseContact.person_id)
    return whom.where(CaseContact.do_not_use)


def _gone() -> Any:
    query = select(Person.ref).join(Staff, Staff.person_id == Person.id)
    return query.where(Staff.active.is_(False))


def pause_all(connection: Connection) -> None:
    """Hold every automatic message until somebody types /resume all."""
    remember(connection, ALL_PAUSED, "yes")


def close_again(connection: Connection, later: Later) -> Again:
    """Do again in a restored database what was done after the backup was made."""
    if later.all_paused:
        pause_all(connection)
    left = tuple(ref for ref in later.gone if _cut_off(connection, ref))
    people = len(left) + sum(_unuse(connection, row) for row in later.unused)
    lines = sum(_block(connection, row) for row in later.lines)
    passed_on = sum(_pass_on(connection, row) for row in later.lines if row.person)
    erasures = _erase(connection, later)
    danger = close_danger(connection, later.danger)  # what is open lets in whoever was told of it
    team = take_over_team(connection, later.team, wall(later.cases.at).date())
    people += close_cases(connection, later.cases)
    school = close_attendance(connection, later.attendance)
    decided = decide_again(connection, later.approvals)
    visits = take_over_visits(connection, later.visits)
    return Again(erasures, lines, people, passed_on, left, *team, danger, school, decided, visits)


def _erase(connection: Connection, later: Later) -> int:
    """Erase again. A hold that was lifted before an erasure stands in its way only here."""
    held = select(Case.id).where(Case.legal_hold)
    ids = list(connection.execute(held).scalars())
    connection.execute(update(Case).where(Case.id.in_(ids)).values(legal_hold=False))
    here = [row for row in later.erased if _is_here(connection, row)]
    erasures = {row.id: Erasure(*(getattr(row, name) for name in ERASURE)) for row in here}
    count = erase(connection, erasures)
    connection.execute(update(Case).where(Case.id.in_(ids)).values(legal_hold=True))
    return count


def _is_here(connection: Connection, row: Row[Any]) -> bool:
    """Say whether a contact is the same here: another may have come to have its number."""
    same = select(Contact.id).where(Contact.id == row.id, Contact.recorded_at == row.recorded_at)
    return connection.execute(same).first() is not None


def _unuse(connection: Connection, row: Row[Any]) -> int:
    case = select(Case.id).where(Case.ref == row.case).scalar_subquery()
    person = select(Person.id).where(Person.ref == row.person).scalar_subquery()
    here = (CaseContact.case_id == case, CaseContact.person_id == person)
    free = CaseContact.do_not_use.is_(False)
    done = connection.execute(update(CaseContact).where(*here, free).values(do_not_use=True))
    return done.rowcount


def _cut_off(connection: Connection, ref: str) -> int:
    person = select(Person.id).where(Person.ref == ref).scalar_subquery()
    still = (Staff.person_id == person, Staff.active)
    return connection.execute(update(Staff).where(*still).values(active=False)).rowcount


def _block(connection: Connection, row: Row[Any]) -> int:
    """Stop one address again; one nobody had written from before is put on record for that."""
    marks = {name: getattr(row, name) for name in BLOCKS if getattr(row, name)}
    here = and_(Address.channel == row.channel, Address.address_index == row.address_index)
    known = connection.execute(select(Address).where(here)).one_or_none()
    if known is None:
        return _put_on_record(connection, row, marks) if marks else 0
    new: dict[str, Any] = {name: at for name, at in marks.items() if getattr(known, name) is None}
    if row.channel != "sms" and row.person is None and known.person_id is not None:
        new["person_id"] = None  # a chat that has been cut off
    if new:
        connection.execute(update(Address).where(Address.id == known.id).values(**new))
    return int(bool(new))


def _pass_on(connection: Connection, row: Row[Any]) -> int:
    """Take a number or chat from whom it has left since: what goes there reaches somebody else.

    Nobody is given it: bringing in the people files again, or a worker, says whose it is.
    """
    theirs = select(Person.id).where(Person.ref == row.person)
    done = connection.execute(
        update(Address)
        .where(
            Address.channel == row.channel,
            Address.address_index == row.address_index,
            Address.person_id.is_not(None),
            Address.person_id.not_in(theirs),
        )
        .values(person_id=None, proven_at=None)
    )
    return done.rowcount


def _put_on_record(connection: Connection, row: Row[Any], marks: dict[str, Any]) -> int:
    sealed = type_coerce(row.address, LargeBinary)
    place = {"channel": row.channel, "address_index": row.address_index, "added_at": row.added_at}
    connection.execute(insert(Address).values(address=sealed, **place, **marks))
    return 1
