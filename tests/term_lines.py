"""Every message about school that went, or did not, with its reason, as the database has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from bot.rules.calendar import wall
from bot.scene.nudging import PURPOSES
from storage.tables import Address, Case, CaseContact, NotSent, Outbox, Person

CHECK_IN = "check_in"


@dataclass(frozen=True, slots=True)
class Line:
    """One message that went, or did not, to one adult about one child."""

    at: datetime  # in London
    case: str
    relation: str
    person: str
    phone: str
    kind: str
    sent: bool
    reason: str = ""
    about_on: date | None = None

    @property
    def about_school(self) -> bool:
        return self.kind in PURPOSES


def everything(connection: Connection) -> list[Line]:
    """Gather it all, in the order of the clock."""
    query = select(Case.ref, CaseContact.person_id, CaseContact.relation)
    query = query.add_columns(Person.ref.label("person"))
    query = query.join(CaseContact, CaseContact.case_id == Case.id)
    rows = connection.execute(query.join(Person, Person.id == CaseContact.person_id))
    ties = {(row.ref, row.person_id): (row.relation, row.person) for row in rows}
    lines = [*_gone(connection, ties), *_left(connection, ties)]
    return sorted(lines, key=lambda line: (line.at, line.case, line.relation, line.kind))


Ties = dict[tuple[str, int], tuple[str, str]]


def _gone(connection: Connection, ties: Ties) -> Iterator[Line]:
    query = select(Outbox.key, Outbox.person_id, Outbox.cases, Outbox.purpose, Address.address)
    query = query.add_columns(Outbox.sent_at, Outbox.due_at, Outbox.status, Outbox.reason)
    query = query.join(Address, Address.id == Outbox.address_id).order_by(Outbox.id)
    for row in connection.execute(query.where(Outbox.kind == "proactive")):
        gone = row.sent_at is not None
        why = "" if gone else f"{row.status}: {row.reason}"
        at, about = wall(row.sent_at or row.due_at), _about(row.key)
        for case in _case_in(row.key) or row.cases:
            whom = ties[(case, row.person_id)]
            yield Line(at, case, *whom, row.address, row.purpose, gone, why, about)


def _left(connection: Connection, ties: Ties) -> Iterator[Line]:
    for row in connection.execute(select(NotSent).order_by(NotSent.id)):
        for case in row.cases:
            relation, person = ties[(case, row.person_id)]
            kind = row.key.split("/")[2] if row.job == "attendance" else CHECK_IN
            about = _about(row.key)
            yield Line(wall(row.at), case, relation, person, "", kind, False, row.reason, about)


def _case_in(key: str) -> list[str]:
    parts = key.split("/")
    return [parts[1]] if parts[0] == "attendance" else []


def _about(key: str) -> date | None:
    parts = key.split("/")
    return date.fromisoformat(parts[3]) if parts[0] == "attendance" else None
