"""The contact rules of a case's adults, as they stand and as they are changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.rules.contact_rules import Rules
from storage.cases import window_from_json, window_to_json
from storage.tables import Case, CaseContact, Person

PHONE_CALL, COPY_ONLY = "phone_call", "copy_only"


@dataclass(frozen=True, slots=True)
class Ruled:
    """One adult of a case, whether contacted or not, and the rules for them."""

    person_id: int
    ref: str
    name: str = field(repr=False)
    relation: str
    rules: Rules
    missing: bool  # only a note says how to reach them
    note: str = field(repr=False)
    prefers: tuple[str, ...]
    needs: tuple[str, ...]


def rules_of(connection: Connection, case_id: int) -> list[Ruled]:
    """List every adult of a case with their rules, first to be asked first."""
    rows = connection.execute(
        select(CaseContact, Person.ref, Person.name, Person.shared_phone, Person.discreet)
        .join(Person, Person.id == CaseContact.person_id)
        .where(CaseContact.case_id == case_id)
        .order_by(CaseContact.priority, CaseContact.id)
    )
    return [
        Ruled(
            row.person_id,
            row.ref,
            row.name,
            row.relation,
            Rules(
                row.do_not_use,
                row.do_not_use_reason or "",
                window_from_json(row.rules),
                row.copy_only,
                PHONE_CALL in row.prefers,
                row.shared_phone,
                row.discreet,
            ),
            row.rules_missing,
            row.notes or "",
            tuple(row.prefers),
            tuple(row.needs),
        )
        for row in rows
    ]


def write_rules(
    connection: Connection, case_id: int, adult: Ruled, rules: Rules, now: datetime
) -> None:
    """Set the rules for one adult of a case; from now on no file loosens them."""
    here = (CaseContact.case_id == case_id, CaseContact.person_id == adult.person_id)
    values = {
        "do_not_use": rules.do_not_use,
        "do_not_use_reason": rules.reason or None,
        "rules": window_to_json(rules.window),
        "copy_only": rules.copy_only,
        "prefers": list(_prefers(adult.prefers, rules)),
        "rules_missing": False,
        "rules_set_at": now,
    }
    connection.execute(update(CaseContact).where(*here).values(**values))
    phone = {"shared_phone": rules.shared_phone, "discreet": rules.discreet}
    connection.execute(update(Person).where(Person.id == adult.person_id).values(**phone))


def mark_set(connection: Connection, case_id: int, person_id: int, now: datetime) -> None:
    """Note that a person has set the rules for an adult: from now on no file loosens them."""
    here = (CaseContact.case_id == case_id, CaseContact.person_id == person_id)
    connection.execute(update(CaseContact).where(*here).values(rules_set_at=now))


def set_by_hand(connection: Connection, case_id: int, person_id: int) -> bool:
    """Say whether a person has set the rules for an adult of a case."""
    query = select(CaseContact.id).where(
        CaseContact.case_id == case_id,
        CaseContact.person_id == person_id,
        CaseContact.rules_set_at.is_not(None),
    )
    return connection.execute(query).first() is not None


def missing_elsewhere(connection: Connection, person_id: int) -> list[str]:
    """Name the cases of somebody that still have no rules for them."""
    query = (
        select(Case.ref)
        .join(CaseContact, CaseContact.case_id == Case.id)
        .where(CaseContact.person_id == person_id, CaseContact.rules_missing)
    )
    return list(connection.execute(query.order_by(Case.ref)).scalars())


def _prefers(before: Iterable[str], rules: Rules) -> Iterable[str]:
    """Keep what the form does not ask about."""
    yield from (word for word in before if word not in {PHONE_CALL, COPY_ONLY})
    if rules.prefers_phone:
        yield PHONE_CALL
    if rules.copy_only:
        yield COPY_ONLY
