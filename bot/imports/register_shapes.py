"""What the headings of a register mean; a taskforce may teach us those of its own system."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from bot.imports.faults import did_you_mean

Meaning: TypeAlias = Literal["upn", "school", "date", "session", "mark", "am", "pm", "ignore"]
MEANINGS: tuple[Meaning, ...] = get_args(Meaning)

USUAL: Mapping[Meaning, tuple[str, ...]] = {  # as SIMS, Arbor and Bromcom name their columns
    "upn": ("UPN", "Unique Pupil Number", "Pupil UPN", "Student UPN"),
    "school": ("School", "School name", "Establishment", "Establishment name"),
    "date": ("Date", "Session date", "Mark date", "Attendance date", "Register date"),
    "session": ("Session", "Session name", "Session type", "AM/PM", "Roll call"),
    "mark": (
        "Mark",
        "Code",
        "Attendance mark",
        "Attendance code",
        "Mark code",
        "Session mark",
        "Roll call mark",
        "Statutory mark",
    ),
    "am": ("AM", "AM mark", "AM code", "AM roll call", "AM session", "Morning", "Morning mark"),
    "pm": ("PM", "PM mark", "PM code", "PM roll call", "PM session", "Afternoon", "Afternoon mark"),
}


def plain(heading: str) -> str:
    """Write a heading so that capitals, signs and spaces do not matter."""
    return " ".join(re.findall(r"[^\W_]+", heading.casefold()))


def _usual() -> Mapping[str, Meaning]:
    return MappingProxyType(
        {plain(name): meaning for meaning, names in USUAL.items() for name in names}
    )


@dataclass(frozen=True, slots=True)
class Shapes:
    """Every heading that is known and what stands below it."""

    headings: Mapping[str, Meaning] = field(default_factory=_usual)

    def meaning(self, heading: str) -> Meaning | None:
        """Say what stands below a heading; None if that is not known."""
        return self.headings.get(plain(heading))


def taught(given: Mapping[str, object]) -> Shapes:
    """Add the headings of `taskforce.toml` to the usual ones. Raises ValueError for a slip."""
    added = {plain(heading): _meaning(heading, word) for heading, word in given.items()}
    return Shapes(MappingProxyType({**_usual(), **added}))


def _meaning(heading: str, word: object) -> Meaning:
    for meaning in MEANINGS:
        if word == meaning and plain(heading):
            return meaning
    known, near = ", ".join(MEANINGS), did_you_mean(str(word), MEANINGS)
    raise ValueError(f"registers.headings.{heading} is {word!r}, not one of {known}.{near}")
