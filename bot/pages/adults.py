"""The adults of a family as staff see them before they write: how, when, and what to mind."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.pages import wording
from bot.pages.families import Household
from bot.pages.visitor import Visitor
from bot.rules.practice import Window
from bot.scene.family import family_of
from storage.addresses import Line, person_by_id
from storage.cases import ties_of
from storage.passports import newest_passport

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LABELS = {
    "sentence_length": "Sentences",
    "visuals": "Pictures",
    "processing_time": "Time to think",
    "say": "Say",
    "avoid": "Do not say",
    "best_mode": "Best way",
}


@dataclass(frozen=True, slots=True)
class Adult:
    """One adult of a family who may be written to."""

    id: int
    ref: str
    name: str = field(repr=False)
    first_name: str = field(repr=False)
    relation: str
    how: str
    mind: tuple[str, ...]
    usable: bool


def adults(visitor: Visitor, home: Household) -> list[Adult]:
    """List who may be written to, first to be asked first."""
    return [_adult(visitor, person, set(home.case_ids)) for person in home.adults]


def _adult(visitor: Visitor, person_id: int, case_ids: set[int]) -> Adult:
    scene = visitor.scene
    person = person_by_id(scene.connection, person_id)
    family = family_of(scene, person)
    here = [tie for tie in ties_of(scene.connection, person_id) if tie.case_id in case_ids]
    line = family.line if family else None
    trouble = _trouble(line)
    mind = [
        trouble,
        "phone is shared" if person.shared_phone else "",
        "somebody may read along" if person.discreet else "",
        _window(family.window) if family else "",
        *dict.fromkeys(word.replace("_", " ") for tie in here for word in tie.needs),
    ]
    return Adult(
        id=person.id,
        ref=person.ref,
        name=person.name,
        first_name=person.first_name,
        relation=", ".join(dict.fromkeys(tie.relation for tie in here)),
        how=wording.mode(line.channel) if line else "",
        mind=tuple(word for word in mind if word),
        usable=line is not None and trouble in {"", UNPROVEN},
    )


UNPROVEN = "number not confirmed with them yet"


def _trouble(line: Line | None) -> str:
    """Say what stands in the way of an address."""
    if line is None:
        return "no number or chat here"
    checks = (
        (line.wrong_at, "said to reach somebody else"),
        (line.opted_out_at, "asked for no more texts (STOP)"),
        (line.dead_at or line.carrier_blocked_at, "cannot be reached there"),
        (None if line.proven_at else line, UNPROVEN),
    )
    return next((words for fact, words in checks if fact), "")


def _window(window: Window) -> str:
    """Say when somebody may be written to, where not always."""
    days = " ".join(DAYS[number] for number in sorted(window.days))
    hours = f"{window.hours.start:%H:%M}-{window.hours.end:%H:%M}" if window.hours else ""
    said = " ".join(part for part in (days, hours) if part)
    avoid = ", ".join(f"{DAYS[d]} {s.start:%H:%M}-{s.end:%H:%M}" for d, s in window.avoid)
    parts = (f"only {said}" if said else "", f"never {avoid}" if avoid else "")
    return "; ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class PassportShown:
    """How to speak with one child, and who wrote that down."""

    by: str
    on: str
    fields: tuple[tuple[str, str], ...] = field(repr=False)


def passport(visitor: Visitor, case_id: int) -> PassportShown | None:
    """Read the newest passport of a case."""
    row = newest_passport(visitor.scene.connection, case_id)
    if row is None:
        return None
    writer = visitor.scene.team.workers.get(row.written_by)
    kept = [(label, row.fields[name]) for name, label in LABELS.items() if row.fields.get(name)]
    return PassportShown(
        by=writer.name if writer else "somebody",
        on=f"{row.written_on.day} {row.written_on:%b %Y}",
        fields=tuple(kept),
    )


def passport_fields(visitor: Visitor, case_id: int) -> list[tuple[str, str, str]]:
    """List every field of a passport, filled in or not: (name, label, words)."""
    row = newest_passport(visitor.scene.connection, case_id)
    kept = row.fields if row is not None else {}
    return [(name, label, kept.get(name, "")) for name, label in LABELS.items()]
