"""The forms that take on one family or one colleague: their fields, choices and faults in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

from babel import Locale
from sqlalchemy import Connection, Row, select

from bot.imports.cells import NO_HOME_SCHOOL
from bot.imports.faults import SHOWN, Fault
from bot.imports.pupils import STATUSES
from bot.imports.times import DAYS
from storage.referrals import standing
from storage.tables import Person, School, Staff

Choices: TypeAlias = tuple[tuple[str, str], ...]
Given: TypeAlias = Mapping[str, str]

YES_NO: Choices = (("Y", "Yes"), ("N", "No"))
YEARS: Choices = tuple((str(year), str(year)) for year in range(1, 14))
TIERS: Choices = tuple((str(tier), str(tier)) for tier in (1, 2, 3))
STANDS: Choices = tuple((word, word.replace("_", " ")) for word in STATUSES)
SEN: Choices = (("N", "None"), ("K", "SEN support"), ("E", "EHC plan"))
CSC: Choices = (
    ("none", "Not known to them"),
    ("EH", "Early help"),
    ("CIN", "Child in need"),
    ("CP", "Child protection plan"),
    ("CLA", "Looked after"),
    ("care_leaver", "Care leaver"),
)
REGISTRATION: Choices = (
    ("single", "Here only"),
    ("dual-M", "Two schools, main one"),
    ("dual-S", "Two schools, subsidiary"),
)
RELATIONS = ("mother", "father", "grandmother", "grandfather", "foster carer", "social worker")
BARRED: Choices = (("N", "May be contacted"), ("Y", "Must not be contacted"))

LABELS = {
    "id": "Reference",
    "first": "First name",
    "last": "Last name",
    "upn": "UPN",
    "year": "School year",
    "tier": "Tier",
    "status": "Status",
    "sen": "SEN",
    "fsm": "Free school meals",
    "csc": "Children's social care",
    "registration": "Registration",
    "home_school": "Home school",
    "key_worker": "Key worker",
    "placement_week": "Week of the placement",
    "constraint": "Note",
    "name": "Name",
    "relation": "Relation to the child",
    "parental_responsibility": "Parental responsibility",
    "phone": "Mobile number",
    "reads": "Language they read",
    "speaks": "Language they read",
    "contact_days": "Days they may be written to",
    "contact_hours": "Hours",
    "avoid": "Never at",
    "do_not_use": "Contact",
    "do_not_use_reason": "Reason",
    "shared_phone": "Others use this phone",
    "discreet": "Somebody may read along",
    "role": "Role",
    "employer": "Employer",
    "deputy": "Deputy",
    "public_label": "What families see",
    "hours": "Working hours",
    "prefers": "Contact by phone call",
}
ADULT = "adult"
CHOOSE, FILL_IN = "Please choose.", "Please fill this in."
CHOSEN = (
    *("year", "tier", "status", "sen", "fsm", "csc", "registration", "home_school"),
    *("parental_responsibility", "do_not_use", "shared_phone", "discreet"),
)
WHEN_EMPTY = {
    **dict.fromkeys(CHOSEN, CHOOSE),
    "upn": "Copy it from the school, or tick that it has not been given yet.",
    "key_worker": "Choose one: a placement that has begun has a key worker.",
    "do_not_use_reason": "Say why this adult must not be contacted.",
    "hours": "Give the hours of at least one day.",
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One fault of a form, beside its field and in the list above."""

    name: str  # of the field
    label: str
    words: str = field(repr=False)


def wrongs(faults: Iterable[Fault]) -> list[Wrong]:
    """Put the faults of rows into the words of the form, in its order, each field's first only."""
    order = {column: place for place, column in enumerate(LABELS)}
    found: dict[str, Wrong] = {}
    for fault in sorted(faults, key=lambda one: (one.file == ADULT, order.get(one.column, 0))):
        column = "reads" if fault.column == "speaks" else fault.column
        name = f"{ADULT}_{column}" if fault.file == ADULT else column
        whose = "Adult: " if fault.file == ADULT else ""
        label = f"{whose}{LABELS.get(column, 'The form')}"
        found.setdefault(name, Wrong(name, label, _words(fault, column)))
    return list(found.values())


def _words(fault: Fault, column: str) -> str:
    """Say what to do on a page, where a file would be told what to write into a cell."""
    if column == "reads":
        return "Write the English name of a language, as in Polish."
    if not fault.value:
        return WHEN_EMPTY.get(column, FILL_IN)
    return f"“{fault.value[:SHOWN]}” {fault.advice}"


def family_choices(connection: Connection) -> dict[str, Any]:
    """Read what a family's form offers to choose from."""
    schools = connection.execute(
        select(School.name).where(School.kind == "home_school").order_by(School.name)
    ).scalars()
    names = [*((name, name) for name in schools), (NO_HOME_SCHOOL, "None: permanently excluded")]
    return {
        "years": YEARS,
        "tiers": TIERS,
        "statuses": STANDS,
        "sen": SEN,
        "csc": CSC,
        "registrations": REGISTRATION,
        "schools": tuple(names),
        "workers": colleagues(connection),
        "relations": RELATIONS,
        "languages": languages(),
        "yes_no": YES_NO,
        "barred": BARRED,
        "days": tuple((day, day.title()) for day in DAYS),
    }


def colleague_choices(connection: Connection) -> dict[str, Any]:
    """Read what a colleague's form offers to choose from."""
    employers = connection.execute(select(Staff.employer).distinct().order_by(Staff.employer))
    return {
        "workers": colleagues(connection),
        "employers": tuple(employers.scalars()),
        "days": tuple((day, name) for day, name in zip(DAYS, _LONG, strict=True)),
    }


_LONG = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def colleagues(connection: Connection) -> Choices:
    """List who works here now, by reference and name."""
    rows = connection.execute(
        select(Person.ref, Person.name, Staff.role)
        .join(Staff, Staff.person_id == Person.id)
        .where(Staff.active)
        .order_by(Staff.person_id)
    )
    return tuple((row.ref, f"{row.name}, {row.role}") for row in rows)


@cache
def languages() -> tuple[str, ...]:
    """List every language by its English name."""
    return tuple(sorted(set(Locale("en").languages.values())))


def from_referral(row: Row[Any]) -> dict[str, str]:
    """Fill a family's form with what a referral says; what it does not say stays empty."""
    first, _space, last = row.child.strip().partition(" ")
    reads = Locale("en").languages.get(row.reads, row.reads) if row.adult or row.phone else ""
    return {
        "referral": row.ref,
        "seen": str(standing(row)),
        "first": first,
        "last": last,
        "year": str(row.year or ""),
        "tier": str(row.tier or ""),
        "home_school": row.school,
        "adult_name": row.adult,
        "adult_relation": row.relation,
        "adult_phone": row.phone,
        "adult_reads": reads,
    }
