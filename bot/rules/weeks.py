"""Attendance week by week: its trend, its bands, and the changes worth telling staff. Pure.

Four of five pupils in alternative provision miss a tenth of their sessions or more: a line drawn
at 90 per cent says nothing there, and a change against a pupil's own weeks does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Literal, TypeAlias

from bot.rules.attendance import (
    NONE_SETTLED,
    Conflict,
    Counts,
    Mark,
    NotKnown,
    Reading,
    Session,
    Tally,
    tally,
    together,
)
from bot.rules.calendar import is_school_day
from bot.rules.marks import EXCLUDED, NO_REASON_YET, PART_TIME, Codes
from bot.rules.practice import SATURDAY, Calendar

BANDS = ("<25", "25-49", "50-69", "70-89", "90+")
FIRST_WEEKS = 6
DROP = 20  # points below the mean of a pupil's own last three weeks
OWN_WEEKS = 3
DAYS_AWAY = 3  # school days in a row
GOOD_SESSIONS = 10  # attended one after the other

# Nobody waits for a pupil whom the school itself has given leave, or sent home: such a session
# counts in the percentage, but is no change in what the pupil does.
BY_ARRANGEMENT = frozenset({"C", "C1", PART_TIME, EXCLUDED, "S", "T"})

_STARTS = (25, 50, 70, 90)
_SCHOOL_WEEK = timedelta(days=SATURDAY)  # from Monday to the morning after its Friday

Kind: TypeAlias = Literal["drop", "days_away", "first_n"]


@dataclass(frozen=True, slots=True)
class Week:
    """One week of one pupil, all registers as one."""

    monday: date
    tally: Tally = field(default_factory=Tally)
    conflicts: int = 0  # sessions two registers disagree about
    not_known: int = 0  # sessions one register leaves to the other, which says nothing yet

    @property
    def rate(self) -> Fraction | None:
        """Attendance in per cent, exactly; None: no session was possible."""
        possible = self.tally.possible
        return Fraction(100 * self.tally.attended, possible) if possible else None

    @property
    def complete(self) -> bool:
        return not self.conflicts and not self.not_known

    def over(self, today: date) -> bool:
        """Say whether its last school day has gone by."""
        return self.monday + _SCHOOL_WEEK <= today


@dataclass(frozen=True, slots=True)
class Step:
    """One of the first weeks of a placement, against two starting points, in tenths of a point."""

    number: int
    week: Week
    from_start: int | None  # the pupil's own
    from_cohort: int | None  # the same week of those who started before


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was different before, and the days that show it."""

    kind: Kind
    days: tuple[date, ...]  # a drop has the Monday of its week

    @property
    def on(self) -> date:
        """The day it came about; with its kind it says which change this is."""
        return self.days[-1]


def weekly(
    marks: Iterable[Mark],
    codes: Codes,
    calendar: Calendar,
    first: date,
    last: date,
    settled: Mapping[Session, int] = NONE_SETTLED,
) -> list[Week]:
    """Count one pupil's weeks between two days; those without school in them are left out."""
    inside = (mark for mark in marks if first <= mark.day <= last)
    counted = {week.monday: week for week in _counted(together(inside, codes, settled), codes)}
    return [
        counted.get(monday, Week(monday))
        for monday in _mondays(first, last)
        if monday in counted
        or _has_school(calendar, max(first, monday), min(last, _sunday(monday)))
    ]


def band(counted: Tally) -> str | None:
    """Name the band a pupil's attendance is in, by whole numbers; None: none was possible."""
    if not counted.possible:
        return None
    return BANDS[bisect_right(_STARTS, 100 * counted.attended // counted.possible)]


def first_weeks(
    weeks: Sequence[Week], prior: int | None, cohort: Sequence[int | None] = ()
) -> list[Step]:
    """Set the first six weeks against the pupil's own start, and against those before them.

    The own start is attendance at the previous setting, or else in the first week of this one.
    """
    begun = weeks[:FIRST_WEEKS]
    known = (week.tally.tenths for week in begun if week.tally.possible)
    start = prior if prior is not None else next(known, None)
    typical = (*cohort, *(None for _week in begun))
    return [
        Step(number, week, _more(week, start), _more(week, usual))
        for number, (week, usual) in enumerate(zip(begun, typical, strict=False), start=1)
    ]


def better_than_last(weeks: Sequence[Week]) -> bool:
    """Say whether the last of these weeks deserves praise: it is known, and beats the one before.

    A week in which nothing was possible is no week to be better than.
    """
    if not weeks or not weeks[-1].complete:
        return False
    now = weeks[-1].rate
    before = next((week.rate for week in reversed(weeks[:-1]) if week.rate is not None), None)
    return now is not None and before is not None and now > before


def changes(
    marks: Iterable[Mark],
    codes: Codes,
    today: date,
    settled: Mapping[Session, int] = NONE_SETTLED,
) -> list[Change]:
    """List every change these marks show up to today, in order; the caller knows which are new."""
    read = together((mark for mark in marks if mark.day <= today), codes, settled)
    over = [week for week in _counted(read, codes) if week.over(today)]
    expected = [each for each in _codes_in_order(read) if each[1] not in BY_ARRANGEMENT]
    found = [*_drops(over), *_days_away(expected, codes), *_first_n(expected, codes)]
    return sorted(found, key=lambda change: (change.on, change.kind))


def monday_of(day: date) -> date:
    """Find the Monday of the week a day is in."""
    return day - timedelta(days=day.weekday())


def _counted(read: Mapping[Session, Reading], codes: Codes) -> Iterator[Week]:
    for monday, sessions in groupby(sorted(read), lambda when: monday_of(when[0])):
        readings = [read[when] for when in sessions]
        yield Week(
            monday,
            tally((each.code for each in readings if isinstance(each, Counts)), codes),
            sum(isinstance(each, Conflict) for each in readings),
            sum(isinstance(each, NotKnown) for each in readings),
        )


def _mondays(first: date, last: date) -> Iterator[date]:
    monday = monday_of(first)
    while monday <= last:
        yield monday
        monday += timedelta(weeks=1)


def _sunday(monday: date) -> date:
    return monday + timedelta(days=6)


def _has_school(calendar: Calendar, first: date, last: date) -> bool:
    ahead = range((last - first).days + 1)
    return any(is_school_day(calendar, first + timedelta(days=each)) for each in ahead)


def _more(week: Week, than: int | None) -> int | None:
    tenths = week.tally.tenths
    return None if tenths is None or than is None else tenths - than


def _codes_in_order(read: Mapping[Session, Reading]) -> Iterator[tuple[date, str]]:
    for day, half in sorted(read):
        each = read[day, half]
        if isinstance(each, Counts):
            yield day, each.code


def _drops(weeks: Sequence[Week]) -> Iterator[Change]:
    rated = [(week.monday, week.rate) for week in weeks if week.rate is not None]
    for place in range(OWN_WEEKS, len(rated)):
        monday, rate = rated[place]
        mean = sum(each for _monday, each in rated[place - OWN_WEEKS : place]) / OWN_WEEKS
        if mean - rate >= DROP:
            yield Change("drop", (monday,))


def _days_away(expected: Sequence[tuple[date, str]], codes: Codes) -> Iterator[Change]:
    """Find rows of days away; a day on which nothing was possible neither adds nor ends one."""
    row: list[date] = []
    for day, sessions in groupby(expected, lambda each: each[0]):
        counted = tally((code for _day, code in sessions), codes)
        if counted.attended:
            row = []
        elif counted.possible:
            row.append(day)
            if len(row) == DAYS_AWAY:  # on longer rows nobody is told again
                yield Change("days_away", tuple(row))


def _first_n(expected: Sequence[tuple[date, str]], codes: Codes) -> Iterator[Change]:
    good = 0
    for day, code in expected:
        if code == NO_REASON_YET and good >= GOOD_SESSIONS:
            yield Change("first_n", (day,))
        if codes[code].counts in {"attended", "absent"}:
            good = good + 1 if codes[code].counts == "attended" else 0
