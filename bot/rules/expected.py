"""When a child is expected at school: the calendar, the roll, and what was agreed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal, TypeAlias

from bot.rules.attendance import Session
from bot.rules.calendar import is_school_day, school_day_before
from bot.rules.marks import HALVES, Half
from bot.rules.practice import Calendar
from bot.rules.school_clocks import has_left
from bot.rules.weeks import monday_of

Slot: TypeAlias = tuple[int, Half]  # a weekday (Monday is 0) and its half

DAYS = ("mon", "tue", "wed", "thu", "fri")
SLOTS: Mapping[str, Slot] = MappingProxyType(
    {f"{name} {half}": (day, half) for day, name in enumerate(DAYS) for half in HALVES}
)
ENDS_SOON = 5  # school days before a reduced timetable ends its key worker is reminded


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which sessions of a week were agreed for a while: fewer than all, or one step back."""

    kind: Literal["reduced", "reintegration"]
    slots: frozenset[Slot]
    from_on: date
    until_on: date
    step: int = 0


@dataclass(frozen=True, slots=True)
class Schooling:
    """What says when one child is expected at one school."""

    calendar: Calendar
    year: int  # the school year the child is in
    patterns: tuple[Pattern, ...] = ()  # those that nobody has stopped
    from_on: date = date.min  # on this school's roll, or of education there
    until_on: date = date.max
    shut: frozenset[Session] = frozenset()  # for these it could not open


def not_expected(schooling: Schooling, day: date, half: Half) -> str:
    """Say why a child is not expected in a session; empty: the child is."""
    if not schooling.from_on <= day <= schooling.until_on:
        return "not at this school on that day"
    if not _open(schooling.calendar, day, half) or (day, half) in schooling.shut:
        return "no school then"
    if has_left(schooling.year, day):
        return "past the last day of Year 11"
    agreed = pattern_on(schooling.patterns, day)
    if agreed is None or (day.weekday(), half) in agreed.slots:
        return ""
    return "not on the reduced timetable" if agreed.kind == "reduced" else "not in this step back"


def is_expected(schooling: Schooling, day: date, half: Half) -> bool:
    """Say whether a child is expected in a session."""
    return not not_expected(schooling, day, half)


def open_in_week(calendar: Calendar, day: date) -> list[Session]:
    """List the sessions of a day's week in which a school is open to pupils."""
    week = (monday_of(day) + timedelta(days=ahead) for ahead in range(7))
    return [(each, half) for each in week for half in HALVES if _open(calendar, each, half)]


def expected_in_week(schooling: Schooling, day: date) -> list[Session]:
    """List the sessions of a day's week in which a child is expected."""
    week = (monday_of(day) + timedelta(days=ahead) for ahead in range(7))
    return [(each, half) for each in week for half in HALVES if is_expected(schooling, each, half)]


def pattern_on(patterns: Collection[Pattern], day: date) -> Pattern | None:
    """Find what was agreed for a day; where two overlap, whatever began later counts."""
    agreed = [each for each in patterns if each.from_on <= day <= each.until_on]
    return max(agreed, key=lambda each: (each.from_on, each.step), default=None)


def next_step(patterns: Collection[Pattern], day: date) -> Pattern | None:
    """Find the next step back that begins after a day."""
    ahead = (each for each in patterns if each.kind == "reintegration" and each.from_on > day)
    return min(ahead, key=lambda each: (each.from_on, each.step), default=None)


def reminded_on(calendar: Calendar, pattern: Pattern) -> date:
    """Find the day on which the key worker is told that an agreed pattern is about to end."""
    return school_day_before(calendar, pattern.until_on, ENDS_SOON)


def slots_of(words: Iterable[str]) -> frozenset[Slot]:
    """Read the sessions of a week as they are kept: "mon am". Raises KeyError for others."""
    return frozenset(SLOTS[each] for each in words)


def words_of(slots: Collection[Slot]) -> list[str]:
    """Write the sessions of a week as they are kept, Monday first."""
    return [words for words, slot in SLOTS.items() if slot in slots]


def _open(calendar: Calendar, day: date, half: Half) -> bool:
    """On a half day there is a morning and no afternoon."""
    return is_school_day(calendar, day) and (half == "am" or day not in calendar.half_days)
