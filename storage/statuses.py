"""How a case stands and has stood, and how often its family is asked. The newest row counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.rules.calendar import wall
from bot.rules.case_days import Stood
from bot.rules.gate import OPEN_STATUSES
from storage import outbox, tasks
from storage.attending import CLOCKS, look_again
from storage.tables import Case, CaseContact, CaseStatus, Outbox, Person

WAITING = ("waiting", "held")
ABOUT_WAITING = ("held", "delayed")  # tasks about a text that has not left


@dataclass(frozen=True, slots=True)
class NewStatus:
    """How a case stands from a day on, and why."""

    case_id: int
    status: str
    reason: str = field(repr=False)
    from_on: date
    at: datetime
    by: str  # staff id


def change_status(connection: Connection, new: NewStatus, returned_on: date | None) -> None:
    """Write down how a case stands from now on, and since when its child is back in school."""
    row = {
        "case_id": new.case_id,
        "status": new.status,
        "reason": new.reason,
        "from_on": new.from_on,
        "at": new.at,
        "by": new.by,
    }
    connection.execute(insert(CaseStatus).values(**row))
    now = {"status": new.status, "returned_on": returned_on}
    connection.execute(update(Case).where(Case.id == new.case_id).values(**now))
    look_again(connection, [new.case_id], new.at, CLOCKS)


def statuses_of(connection: Connection, case_id: int) -> list[Row[Any]]:
    """List how a case has stood, newest first."""
    query = select(CaseStatus).where(CaseStatus.case_id == case_id)
    return list(connection.execute(query.order_by(CaseStatus.id.desc())))


def ever_closed(connection: Connection, case_ids: Collection[int]) -> dict[int, list[Stood]]:
    """Tell how those of these cases have stood that are closed, or were once; oldest word first.

    One that came on record closed has been so since that day at the latest.
    """
    said: dict[int, list[Stood]] = {}
    query = select(CaseStatus.case_id, CaseStatus.from_on, CaseStatus.status)
    query = query.where(CaseStatus.case_id.in_(list(case_ids))).order_by(CaseStatus.id)
    for row in connection.execute(query):
        said.setdefault(row.case_id, []).append(Stood(row.from_on, row.status))
    came = select(Case.id, Case.status, Person.created_at).join(Person, Person.id == Case.pupil_id)
    for case_id, status, at in connection.execute(came.where(Case.id.in_(list(case_ids)))):
        said.setdefault(case_id, [Stood(wall(at).date(), status)])
    return {
        case_id: words
        for case_id, words in said.items()
        if any(word.status not in OPEN_STATUSES for word in words)
    }


def has_status(connection: Connection, case: str) -> bool:
    """Say whether a person has said how a case stands, since it was put on record."""
    query = select(CaseStatus.id).join(Case, Case.id == CaseStatus.case_id)
    return connection.execute(query.where(Case.ref == case).limit(1)).first() is not None


def rhythms(connection: Connection, case_ids: Iterable[int]) -> list[Row[Any]]:
    """Read what says how often the families of these cases are asked."""
    query = select(Case.id, Case.ref, Case.status, Case.cadence, Case.returned_on)
    return list(connection.execute(query.where(Case.id.in_(list(case_ids))).order_by(Case.ref)))


def set_cadence(connection: Connection, case_id: int, cadence: str) -> None:
    """Settle how often a family is asked; empty: as the taper after a return says."""
    connection.execute(update(Case).where(Case.id == case_id).values(cadence=cadence))


def adults_of(connection: Connection, case_id: int) -> list[str]:
    """Name everybody who belongs to a case, by person id, in the order in which they are held."""
    query = (
        select(Person.ref)
        .join(CaseContact, CaseContact.person_id == Person.id)
        .where(CaseContact.case_id == case_id)
    )
    return list(connection.execute(query.order_by(Person.id)).scalars())


def drop_waiting(
    connection: Connection, person_id: int, gone: Collection[str], why: str, now: datetime
) -> int:
    """Drop automatic texts to somebody that wait and are about these cases alone.

    Nobody is asked any more whether one that was held should go, nor told that it is late.
    """
    query = select(Outbox.id, Outbox.cases).where(
        Outbox.person_id == person_id,
        Outbox.kind == "proactive",
        Outbox.status.in_(WAITING),
    )
    about = [
        row.id for row in connection.execute(query) if row.cases and set(row.cases) <= set(gone)
    ]
    dropped = [one for one in about if outbox.stop(connection, one, why)]
    for one in dropped:
        tasks.close_for_message(connection, one, ABOUT_WAITING, why, now)
    return len(dropped)
