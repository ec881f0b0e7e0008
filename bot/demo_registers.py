"""The registers of Marlbridge, made up: which code stands where for each fictional pupil. Pure.

Levels, rises and the mix of codes are illustrative; each pupil's chance is their own and the same
every time, so a week that is made again says the same.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from io import StringIO
from random import Random
from types import MappingProxyType

from bot.rules.attendance import Session
from bot.rules.calendar import is_school_day
from bot.rules.marks import (
    ELSEWHERE,
    EXCLUDED,
    HALVES,
    ILL,
    NO_REASON_YET,
    PART_TIME,
    UNKNOWN_REASON,
)
from bot.rules.practice import WEDNESDAY, Calendar
from bot.rules.school_clocks import reason_due_by
from bot.rules.weeks import monday_of

PROVISION = "Millrace Centre"
DUAL = "dual-M"
TERM = date(2026, 9, 1)
HEADINGS = ("UPN", "School", "Date", "AM", "PM")
PRESENT: Mapping[str, str] = MappingProxyType({"am": "/", "pm": "\\"})

# Why a session is missed, by weight; C1 and Q stand for the rare ones.
MIX = (
    *(ILL,) * 26,
    *(NO_REASON_YET,) * 12,
    *(UNKNOWN_REASON,) * 30,
    *(PART_TIME,) * 8,
    *(EXCLUDED,) * 6,
    *("M", "M", "C1", "Q"),
)
LATE = 5  # of a hundred sessions attended, after the register closed
MEAN, SPREAD, LEAST, MOST = 50, 18, 5, 95  # per cent in the first week

STEP_BACK = "P16"  # three days at home school first, then five
FIRST_STEP, AT_HOME = date(2026, 11, 23), range(WEDNESDAY + 1)
# Sessions attended of ten, week by week of the placement.
WEEKS: Mapping[str, tuple[int, ...]] = MappingProxyType({"P06": (2, 3, 4, 5)})
# What stands in the register on one day, whatever chance has it; empty: the pupil was there.
BEATS: Mapping[tuple[str, date], str] = MappingProxyType(
    {("P17", date(2026, 11, 26)): "N", ("P17", date(2026, 11, 27)): ""}
)
# The provision marks as missing whom the home school has seen: somebody has to settle it.
CLASHES: Mapping[tuple[str, date], str] = MappingProxyType({("P16", date(2026, 11, 25)): "O"})


@dataclass(frozen=True, slots=True)
class Pupil:
    """One fictional pupil, as far as registers go."""

    ref: str
    upn: str
    home: str  # empty: on the register of the provision alone
    registration: str
    starts_on: date = date.max  # of education at the provision
    ended_on: date = date.max

    @property
    def schools(self) -> tuple[str, ...]:
        """Name the schools on whose registers they stand, the home school first."""
        if not self.home:
            return (PROVISION,)
        return (self.home, PROVISION) if self.registration == DUAL else (self.home,)

    def is_here(self, day: date) -> bool:
        """Say whether their placement has begun, and has not ended."""
        return self.starts_on <= day <= self.ended_on


@dataclass(frozen=True)
class Year:
    """The school year these registers are kept in."""

    calendar: Calendar
    as_of: date  # what the registers know: an N has become an O by then

    def registers(
        self, pupils: Sequence[Pupil], first: date, last: date
    ) -> Iterator[tuple[str, bytes]]:
        """Write the register of each school for these days as a file: its name and content."""
        schools = dict.fromkeys(school for pupil in pupils for school in pupil.schools)
        days = [day for day in _days(first, last) if is_school_day(self.calendar, day)]
        for school in schools:
            here = [pupil for pupil in pupils if school in pupil.schools]
            rows = [row for pupil in here for row in self._rows(pupil, school, days)]
            name = school.replace(" ", "-").replace("'", "").casefold()
            yield f"{name}-{first}-{last}.csv", _file(rows)

    def _rows(self, pupil: Pupil, school: str, days: Iterable[date]) -> Iterator[tuple[str, ...]]:
        for day in days:
            if school == PROVISION and not pupil.is_here(day):
                continue
            codes = (self._code(pupil, school, (day, half)) for half in HALVES)
            yield pupil.upn, school, day.isoformat(), *codes

    def _code(self, pupil: Pupil, school: str, when: Session) -> str:
        if school != self._where(pupil, when[0]):
            return CLASHES.get((pupil.ref, when[0]), ELSEWHERE)
        return self._said(pupil, when)

    def _where(self, pupil: Pupil, day: date) -> str:
        """Say at which of their schools a pupil is expected on a day."""
        if not pupil.home:
            return PROVISION
        placed = pupil.registration == DUAL and pupil.is_here(day)
        steps_back = pupil.ref == STEP_BACK and day >= FIRST_STEP and day.weekday() in AT_HOME
        return pupil.home if steps_back or not placed else PROVISION

    def _said(self, pupil: Pupil, when: Session) -> str:
        day, half = when
        if (beat := BEATS.get((pupil.ref, day))) is not None:
            return beat or PRESENT[half]
        chance = Random(f"{pupil.upn} {day} {half}")  # noqa: S311 - the same every time
        if self._attends(pupil, when, chance):
            return "U" if half == "am" and chance.randrange(100) < LATE else PRESENT[half]
        code = chance.choice(MIX)
        explained = code == NO_REASON_YET and reason_due_by(self.calendar, day) < self.as_of
        return UNKNOWN_REASON if explained else code

    def _attends(self, pupil: Pupil, when: Session, chance: Random) -> bool:
        day, half = when
        week = self._week_of(pupil, day)
        told = WEEKS.get(pupil.ref, ())
        if 0 < week <= len(told):
            return _slot(day, half) in _chosen(pupil, week, told[week - 1])
        level = _level(pupil) + 4 * min(max(week, 0), 10) + chance.randint(-5, 5)
        return chance.randrange(100) < min(level, MOST)

    def _week_of(self, pupil: Pupil, day: date) -> int:
        if not pupil.is_here(day):
            return 0
        first = monday_of(pupil.starts_on)
        return sum(first <= monday <= day for monday in self._mondays)

    @cached_property
    def _mondays(self) -> list[date]:
        """The Mondays of the weeks with school in them, since the school year began."""
        weeks = {monday_of(day) for day in self.calendar.school_days if day >= TERM}
        return sorted(weeks)


def pupils_of(
    pupils: Iterable[Mapping[str, str]], placements: Iterable[Mapping[str, str]]
) -> list[Pupil]:
    """Read the fictional pupils from their files."""
    placed = {row["pupil"]: row for row in placements}
    return [
        Pupil(
            row["id"],
            row["upn"],
            "" if row["home_school"].startswith("none") else row["home_school"],
            row["registration"],
            _day(placed.get(row["id"], {}).get("starts_on", "")),
            _day(placed.get(row["id"], {}).get("ended_on", "")),
        )
        for row in pupils
    ]


def _day(words: str) -> date:
    return date.fromisoformat(words) if words else date.max


def _level(pupil: Pupil) -> int:
    """Say how often a pupil comes in their first week, in per cent."""
    drawn = Random(pupil.upn).gauss(MEAN, SPREAD)  # noqa: S311 - the same every time
    return round(min(max(drawn, LEAST), MOST))


def _slot(day: date, half: str) -> int:
    return 2 * day.weekday() + (half == HALVES[1])


def _chosen(pupil: Pupil, week: int, many: int) -> list[int]:
    """Choose the sessions of a week that a pupil attends."""
    return Random(f"{pupil.upn} {week}").sample(range(10), many)  # noqa: S311 - the same every time


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))


def _file(rows: Iterable[tuple[str, ...]]) -> bytes:
    page = StringIO(newline="")
    csv.writer(page).writerows([HEADINGS, *rows])
    return page.getvalue().encode()
