"""Every phone of the demo page, read from the tables: it keeps nothing of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.addresses import Line, Someone, lines_by_person, lines_of, person_by_ref
from storage.addresses import people as everybody
from storage.cases import Tie, all_ties
from storage.tables import (
    Address,
    Allocation,
    Case,
    CaseContact,
    Contact,
    DeskEntry,
    Outbox,
    Person,
    Staff,
)

UNKNOWN = "unknown"
UNKNOWN_NUMBER = "+447700900199"
CHANNELS = {"staff": "telegram"}
WITH_BUTTONS = frozenset({"telegram", "staff", "web"})


def people(connection: Connection) -> list[dict[str, Any]]:
    """List everybody in the demonstration."""
    roles = dict(connection.execute(select(Staff.person_id, Staff.role)).all())
    workers, ties = _key_workers(connection), all_ties(connection)
    lines = lines_by_person(connection)
    return [
        _person(
            person,
            lines.get(person.id, []),
            roles.get(person.id),
            _cases(person, workers, ties.get(person.id, ())),
            workers,
        )
        for person in everybody(connection)
    ]


def _person(
    person: Someone, lines: list[Line], role: str | None, cases: list[str], workers: dict[str, str]
) -> dict[str, Any]:
    shown = {
        "id": person.ref,
        "name": person.name,
        "kind": person.kind,
        "role": role,
        "channel": _shown_channel(_first(lines)),
        "addresses": [
            {"channel": CHANNELS.get(line.channel, line.channel), "address": line.address}
            for line in lines
        ],
        "cases": cases,
        "key_worker": next((workers[case] for case in cases if case in workers), None),
    }
    return {key: value for key, value in shown.items() if value is not None}


def _cases(person: Someone, workers: dict[str, str], ties: Iterable[Tie]) -> list[str]:
    if person.kind == "staff":
        return [case for case, worker in workers.items() if worker == person.ref]
    if person.kind == "pupil":
        return [person.ref]
    return [tie.case for tie in ties]


def carers(connection: Connection, case: str) -> list[str]:
    """Name the carers of a case, in the order they were first imported."""
    query = (
        select(Person.ref)
        .join(CaseContact, CaseContact.person_id == Person.id)
        .join(Case, Case.id == CaseContact.case_id)
        .where(Case.ref == case, Person.kind == "carer")
        .order_by(Person.id)
    )
    return list(connection.execute(query).scalars())


def _key_workers(connection: Connection) -> dict[str, str]:
    rows = connection.execute(
        select(Case.ref, Person.ref)
        .join(Allocation, Allocation.case_id == Case.id)
        .join(Person, Person.id == Allocation.staff_id)
        .where(Allocation.role == "key_worker", Allocation.to_on.is_(None))
        .order_by(Case.ref)
    )
    return dict(rows.all())


def _first(lines: list[Line]) -> Line | None:
    usable = [line for line in lines if line.dead_at is None]
    chats = [line for line in usable if line.channel in WITH_BUTTONS]
    return next(iter([*chats, *usable]), None)


def _shown_channel(line: Line | None) -> str | None:
    return CHANNELS.get(line.channel, line.channel) if line else None


def line(connection: Connection, ref: str) -> tuple[str, str] | None:
    """Find the channel and address a person writes from."""
    if ref == UNKNOWN:
        return "sms", UNKNOWN_NUMBER
    person = person_by_ref(connection, ref)
    first = _first(lines_of(connection, person.id)) if person else None
    return (first.channel, first.address) if first else None


def phone(connection: Connection, ref: str) -> list[dict[str, Any]] | None:
    """Read what a phone shows, oldest first. None: there is nobody with this id."""
    if ref == UNKNOWN:
        return _stranger(connection)
    person = person_by_ref(connection, ref)
    if person is None:
        return None
    if person.kind == "staff":
        return _chat(connection, person)
    ids = [line.id for line in lines_of(connection, person.id)]
    return _thread(connection, ids)


def _stranger(connection: Connection) -> list[dict[str, Any]]:
    rows = connection.execute(select(Address.id, Address.address).where(Address.channel == "sms"))
    return _thread(connection, [row.id for row in rows if row.address == UNKNOWN_NUMBER])


def _thread(connection: Connection, address_ids: list[int]) -> list[dict[str, Any]]:
    rows = connection.execute(
        select(Contact, Outbox.turn, Outbox.choices, Outbox.external_id, Address.channel)
        .join(Address, Address.id == Contact.address_id)
        .join(Outbox, Outbox.id == Contact.outbox_id, isouter=True)
        .where(Contact.address_id.in_(address_ids), Contact.attempt_result.is_(None))
        .order_by(Contact.occurred_at, Contact.id)
    )
    return [_contact_message(row) for row in rows]


def _contact_message(row: Row[Any]) -> dict[str, Any]:
    incoming = row.direction == "inbound"
    own = row.source.partition(":")[2] if row.source else f"contact-{row.id}"
    buttons = row.channel in WITH_BUTTONS and not incoming
    return {
        "id": own if incoming else (row.external_id or own),
        "direction": "in" if incoming else "out",
        "text": row.words or "",
        "turn": row.turn,
        "choices": _choices(row.choices) if buttons else [],
        "at": row.occurred_at.isoformat(),
        "channel": CHANNELS.get(row.channel, row.channel),
        "reply_to": None,
    }


def _choices(kept: list[list[str]] | None) -> list[dict[str, str]]:
    return [{"key": key, "label": label} for key, label in kept or ()]


def _chat(connection: Connection, staff: Someone) -> list[dict[str, Any]]:
    """Read a staff chat: notices that were sent, and what was typed."""
    ids = [line.id for line in lines_of(connection, staff.id) if line.channel == "staff"]
    sent = connection.execute(
        select(Outbox).where(Outbox.address_id.in_(ids), Outbox.sent_at.is_not(None))
    )
    typed = connection.execute(select(DeskEntry).where(DeskEntry.staff_id == staff.id))
    shown = [(row.sent_at, 1, row.id, _notice(row)) for row in sent]
    shown += [(row.at, 0, row.id, _entry(row)) for row in typed]
    return [message for *_order, message in sorted(shown, key=lambda item: item[:3])]


def _notice(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.external_id,
        "direction": "out",
        "text": row.text if not row.after else f"{row.text}\n\n{row.after}",
        "turn": row.turn,
        "choices": _choices(row.choices),
        "at": row.sent_at.isoformat(),
        "channel": "telegram",
        "reply_to": row.reply_to or None,
    }


def _entry(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.external_id,
        "direction": "in",
        "text": row.words,
        "turn": None,
        "choices": [],
        "at": row.at.isoformat(),
        "channel": "telegram",
        "reply_to": row.reply_to or None,
    }
