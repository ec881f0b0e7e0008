"""The fewest rows that let one thing be kept: a person, an address, a case, a contact."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from storage import contacts, leases, outbox
from storage.addresses import hold_line, mark_line
from storage.tables import Case, CaseContact, Outbox, Person, Staff

NOW = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
SALT = b"0123456789abcdef"


def a_person(connection: Connection, ref: str = "C001", kind: str = "carer") -> int:
    row = {"ref": ref, "kind": kind, "name": "Leanne Thornton", "created_at": NOW}
    return connection.execute(insert(Person).values(**row).returning(Person.id)).scalar_one()


def a_worker(connection: Connection, ref: str = "DO") -> int:
    person_id = a_person(connection, ref, "staff")
    row = {"person_id": person_id, "role": "worker", "employer": "taskforce", "hours": {}}
    connection.execute(insert(Staff).values(**row))
    return person_id


def a_line(connection: Connection, number: str, person_id: int | None = None) -> int:
    line = hold_line(connection, "sms", number, NOW)
    mark_line(connection, line.id, person_id=person_id)
    return line.id


def a_case(connection: Connection, ref: str = "P01", *, legal_hold: bool = False) -> int:
    row = {
        "ref": ref,
        "pupil_id": a_person(connection, ref, "pupil"),
        "year": 9,
        "tier": 2,
        "status": "engaged",
        "sen": "K",
        "fsm": False,
        "csc": "none",
        "registration": "single",
        "home_school": "Marl Beck Academy",
        "placement_week": 1,
        "legal_hold": legal_hold,
    }
    return connection.execute(insert(Case).values(**row).returning(Case.id)).scalar_one()


def a_contact(connection: Connection, case_ids: tuple[int, ...] = (), **changes: Any) -> int:
    entry = contacts.Entry(
        at=NOW,
        recorded_at=NOW,
        direction="inbound",
        mode="sms",
        done_by="C001",
        purpose="support",
        words="can you ring me",
        salt=SALT,
    )
    return contacts.log(connection, replace(entry, **changes), case_ids)


@dataclass(frozen=True, slots=True)
class Home:
    """One family that the taskforce has just taken on."""

    person: int
    line: int
    number: str


def a_home(connection: Connection, number: int) -> Home:
    """Put one family on record, proven and ready for automatic messages."""
    person = a_person(connection, f"C{number + 500}")
    phone = f"+4477008{number:05}"
    line = a_line(connection, phone, person)
    mark_line(connection, line, proven_at=NOW)
    tie = {
        "case_id": a_case(connection, f"R{number}"),
        "person_id": person,
        "relation": "mother",
        "parental_responsibility": True,
        "priority": 1,
        "rules": {"days": [], "hours": None, "avoid": []},
        "prefers": [],
        "needs": [],
    }
    connection.execute(insert(CaseContact).values(**tie))
    return Home(person, line, phone)


def a_letter(connection: Connection, address_id: int, key: str, **changes: Any) -> int:
    letter = outbox.Letter(
        key=key,
        address_id=address_id,
        kind="reply",
        purpose="support",
        language="en",
        text="Thank you.",
        at=NOW,
        due_at=NOW,
    )
    return outbox.put(connection, replace(letter, **changes))


def set_status(connection: Connection, outbox_id: int, status: str, **marks: Any) -> None:
    """Put a message where a test needs it to stand."""
    connection.execute(update(Outbox).where(Outbox.id == outbox_id).values(status=status, **marks))


def status_of(connection: Connection, outbox_id: int) -> str:
    return connection.execute(select(Outbox.status).where(Outbox.id == outbox_id)).scalar_one()


def let_lease_run_out(connection: Connection, outbox_id: int) -> None:
    """Make it as if the sender had been gone for longer than its lease."""
    past = leases.database_now(connection) - timedelta(seconds=1)
    connection.execute(update(Outbox).where(Outbox.id == outbox_id).values(lease_until=past))
