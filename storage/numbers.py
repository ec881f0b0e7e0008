"""Whose number is this? One number is one person: no file hands it to another unseen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from bot.imports.carers import CarerRow
from bot.imports.faults import Rejected
from bot.imports.staff import StaffRow
from storage.addresses import Line, Someone, hold_line, person_by_id
from storage.facts import is_named_by_hand
from storage.tables import Audit, CaseContact, Person, Staff

CORRECTED = "number corrected"  # what the audit says of a number changed on a family's page
TAKEN = (
    "is on record as the number of somebody else. If theirs has changed, bring in their new number "
    "first, in a file of its own."
)
GIVEN_UP = (
    "was given up on the family's page on {day}: it may be anybody's by now. Write the number on"
    " record, or change it on the page if this one is theirs again."
)

MISNAMED = (
    "is on nobody's record, and the name of the {relation} of {case} was put right on the family's"
    " page: this row spells it otherwise. If it is the same person, correct the number on the"
    " family's page; if it is somebody else, add them there."
)


def whose_number(connection: Connection, row: CarerRow, case_id: int, line: Line) -> Someone | None:
    """Find the adult of a known number.

    Raises `Rejected` if the row means another living owner, or a number a person has taken away.
    """
    if line.person_id is None:
        return None
    known = person_by_id(connection, line.person_id)
    if _means(connection, row, case_id, known):
        if line.dead_at is not None and _taken_away(connection, known, line.dead_at):
            day = f"{line.dead_at.day} {line.dead_at:%b}"
            raise Rejected([row.phone_at.fault(GIVEN_UP.format(day=day))])
        return known
    if line.dead_at is not None and known.kind == "carer":
        return None  # given up by its owner: it may be anybody's by now
    raise Rejected([row.phone_at.fault(TAKEN)])


def check_not_misnamed(connection: Connection, row: CarerRow, case_id: int) -> None:
    """Raise `Rejected` for an adult who may be one on record under a name put right since.

    Nothing but the name would tell a file that it is they: they would be there twice, the second
    time with none of what was decided about them.
    """
    here = (
        select(Person.id, Person.ref)
        .join(CaseContact, CaseContact.person_id == Person.id)
        .where(CaseContact.case_id == case_id, CaseContact.relation == row.relation)
    )
    adults = connection.execute(here).all()
    if any(is_named_by_hand(connection, one.id, one.ref) for one in adults):
        advice = MISNAMED.format(relation=row.relation, case=row.pupil)
        raise Rejected([row.phone_at.fault(advice)])


def check_own_number(connection: Connection, row: StaffRow, person: int, now: datetime) -> None:
    """Raise `Rejected` if a colleague's number is a family's, or that of somebody who works here.

    The phone of somebody who has left may be the next one's.
    """
    line = hold_line(connection, "sms", row.phone or "", now)
    if line.person_id in {None, person} or line.dead_at is not None:
        return
    left = select(Staff.person_id).where(Staff.person_id == line.person_id, ~Staff.active)
    if connection.execute(left).first() is None:
        raise Rejected([row.at.beside("phone", row.phone or "").fault(TAKEN)])


def _taken_away(connection: Connection, known: Someone, at: datetime) -> bool:
    """Say whether a number ended because a person corrected it, and not by a file."""
    deed = (Audit.what == CORRECTED, Audit.subject == known.ref, Audit.at == at)
    return connection.execute(select(Audit.id).where(*deed).limit(1)).first() is not None


def _means(connection: Connection, row: CarerRow, case_id: int, known: Someone) -> bool:
    """Same name, same place on the same case, or a phone that both share."""
    if known.kind != "carer":
        return False
    here = select(CaseContact.id).where(
        CaseContact.case_id == case_id,
        CaseContact.person_id == known.id,
        CaseContact.relation == row.relation,
    )
    alike = known.name.casefold() == row.name.casefold() or (
        known.shared_phone and row.shared_phone
    )
    return alike or connection.execute(here).first() is not None
