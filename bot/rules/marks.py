"""What a mark in a register means: the codes of one edition, as the school's register says them.

The service never writes a code of its own and never turns one into another.
Source: School Attendance (Pupil Registration) (England) Regulations 2024, regulation 10, and
"Working together to improve school attendance" (statutory since 19 August 2024).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Counts = Literal["attended", "absent", "not_counted", "not_collected"]
Half = Literal["am", "pm"]

HALVES: tuple[Half, Half] = ("am", "pm")
NO_MARK = frozenset({"", "-", "--"})  # how exports write that nobody has marked the session yet

ELSEWHERE = "D"  # dual registered: expected at the other school, whose register counts
NO_REASON_YET = "N"
UNKNOWN_REASON = "O"
EXCLUDED = "E"
PART_TIME = "C2"
ILL = "I"
NO_TRANSPORT = frozenset({"Q", "Y1"})
CUSTODY = "Y5"  # never named in any text
SITE_CLOSED = "Y4"
LATE = frozenset({"L", "U"})


@dataclass(frozen=True, slots=True)
class Code:
    """One code and how it counts."""

    code: str
    meaning: str
    stat_class: str  # the class the published statistics put it in
    counts: Counts
    edition: str  # "2024-08", or "withdrawn": may stand in an old register, nowhere else

    @property
    def authorised(self) -> bool:
        """Say whether an absence with this code is an authorised one."""
        return self.stat_class == "authorised_absence"

    @property
    def withdrawn(self) -> bool:
        """Say whether no school may write this code any more."""
        return self.edition == "withdrawn"


Codes = Mapping[str, Code]


def read_codes(rows: Iterable[Mapping[str, str]]) -> Codes:
    """Read the code list, one row a code. Raises ValueError for a code that stands twice."""
    found: dict[str, Code] = {}
    for row in rows:
        if row["code"] in found:
            raise ValueError(f"{row['code']} stands twice in the list of attendance codes.")
        found[row["code"]] = Code(
            row["code"], row["meaning"], row["stat_class"], _counts(row["counts"]), row["edition"]
        )
    return MappingProxyType(found)


def _counts(word: str) -> Counts:
    match word:
        case "attended" | "absent" | "not_counted" | "not_collected":
            return word
    raise ValueError(f"{word!r} is no way to count a session.")
