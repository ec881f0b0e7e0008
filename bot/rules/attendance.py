"""The attendance of one pupil: the shares the guidance names, and two registers as one. Pure.

Nothing is rounded before it is judged, and what nobody knows yet counts nowhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Protocol, TypeAlias

from bot.rules.marks import ELSEWHERE, NO_MARK, Code, Codes

Session: TypeAlias = tuple[date, str]  # a day, and "am" or "pm"
NONE_SETTLED: Mapping[Session, int] = MappingProxyType({})


class Mark(Protocol):
    """What one register says of one pupil in one session."""

    @property
    def school_id(self) -> int: ...
    @property
    def day(self) -> date: ...
    @property
    def half(self) -> str: ...
    @property
    def code(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Tally:
    """How many sessions were attended and how many were missed, with leave or without."""

    attended: int = 0
    authorised: int = 0
    unauthorised: int = 0

    @property
    def absent(self) -> int:
        return self.authorised + self.unauthorised

    @property
    def possible(self) -> int:
        return self.attended + self.absent

    @property
    def tenths(self) -> int | None:
        """Attendance in tenths of a per cent, half a tenth rounded up; None: none was possible."""
        if not self.possible:
            return None
        return (2000 * self.attended + self.possible) // (2 * self.possible)

    @property
    def persistent(self) -> bool:
        """Say whether a tenth or more of the pupil's own possible sessions was missed."""
        return self.possible > 0 and self.absent * 10 >= self.possible

    @property
    def severe(self) -> bool:
        """Say whether half or more of the pupil's own possible sessions was missed."""
        return self.possible > 0 and self.absent * 2 >= self.possible


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """What one school's register says of a session."""

    school_id: int
    code: str


@dataclass(frozen=True, slots=True)
class Counts:
    """The mark that counts, and whose it is."""

    code: str
    school_id: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two registers disagree: the session counts nowhere until somebody settles it."""

    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class NotKnown:
    """No register says yet where the pupil was; that is never an absence."""


Reading: TypeAlias = Counts | Conflict | NotKnown


def tally(codes_of_sessions: Iterable[str], codes: Codes) -> Tally:
    """Count sessions by their codes; raises KeyError for a code that is not in the list."""
    listed = (codes[code] for code in codes_of_sessions if code not in NO_MARK)
    counted = Counter(_column(code) for code in listed)
    return Tally(counted["attended"], counted["authorised"], counted["unauthorised"])


def session(said: Sequence[Said], codes: Codes, settled: int | None = None) -> Reading:
    """Read what the registers say of one session as one; settled is the school that counts."""
    here = sorted(each for each in said if _tells(each, codes) and each.code != ELSEWHERE)
    if not here:
        return NotKnown()
    chosen = [each for each in here if each.school_id == settled]
    if not chosen and not _agree(here, codes):
        return Conflict(tuple(here))
    first = (chosen or here)[0]
    return Counts(first.code, first.school_id)


def together(
    marks: Iterable[Mark], codes: Codes, settled: Mapping[Session, int] = NONE_SETTLED
) -> dict[Session, Reading]:
    """Read every register of one pupil as one, session by session in order.

    A session that no register says anything about, not even D, is left out.
    """
    said: defaultdict[Session, list[Said]] = defaultdict(list)
    for mark in marks:
        each = Said(mark.school_id, mark.code)
        if _tells(each, codes):
            said[mark.day, mark.half].append(each)
    return {when: session(said[when], codes, settled.get(when)) for when in sorted(said)}


def percent(tenths: int | None) -> str:
    """Write attendance as staff read it: "87.5%"."""
    return "no sessions yet" if tenths is None else f"{tenths // 10}.{tenths % 10}%"


def _column(code: Code) -> str:
    if code.counts != "absent":
        return code.counts
    return "authorised" if code.authorised else "unauthorised"


def _tells(said: Said, codes: Codes) -> bool:
    """Z and # say that the pupil has no business at this school in this session, and no more."""
    return said.code not in NO_MARK and codes[said.code].counts != "not_collected"


def _agree(here: Sequence[Said], codes: Codes) -> bool:
    same = len({each.code for each in here}) == 1
    return same or all(codes[each.code].counts == "attended" for each in here)
