"""The picture of one pupil's attendance: what its page, the pack and the report show. Pure.

Every figure is made here once, so that all three say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter

from bot.rules.attendance import (
    NONE_SETTLED,
    Conflict,
    Mark,
    Reading,
    Said,
    Session,
    Tally,
    together,
)
from bot.rules.marks import HALVES, NO_MARK, NO_REASON_YET, Codes
from bot.rules.practice import Calendar, DaySixReading
from bot.rules.school_clocks import Exclusion, day_six, reason_due_by
from bot.rules.weeks import Change, Step, Week, changes, first_weeks, monday_of, weekly

SHOWN_WEEKS = 12
RECENT_WEEKS = 6
FIRST_SPAN = timedelta(weeks=16)  # six weeks with school lie within it, the summer and all


@dataclass(frozen=True, slots=True)
class Comparator:
    """How those who started before came in their first weeks, as a team has loaded it."""

    tenths: tuple[int, ...] = ()
    source: str = ""


NO_COMPARATOR = Comparator()


@dataclass(frozen=True, slots=True)
class Begun:
    """Where a placement began, and from what."""

    year: int
    starts_on: date | None = None
    excluded_on: date | None = None
    prior_tenths: int | None = None


@dataclass(frozen=True)
class Facts:
    """What is on record about one pupil's attendance."""

    begun: Begun
    marks: Sequence[Mark] = ()
    settled: Mapping[Session, int] = field(default_factory=lambda: NONE_SETTLED)


@dataclass(frozen=True, slots=True)
class Ways:
    """How one taskforce counts."""

    codes: Codes
    calendar: Calendar
    day_six: DaySixReading = "earlier"
    comparator: Comparator = NO_COMPARATOR
    of_schools: Mapping[int, Calendar] = field(default_factory=dict)  # those with one of their own

    def at(self, school_id: int) -> Calendar:
        return self.of_schools.get(school_id, self.calendar)


@dataclass(frozen=True, slots=True)
class Day:
    """One day: what every register says, and how it is read."""

    on: date
    said: Mapping[str, tuple[Said, ...]]  # by half of the day
    read: Mapping[str, Reading]


@dataclass(frozen=True, slots=True)
class Clash:
    """A session about which two registers differ, and nobody has said which one counts."""

    on: date
    half: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class ReasonDue:
    """An absence without a reason, and the last day for one."""

    on: date
    half: str
    school_id: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Owed:
    """From when education was owed after an exclusion, and whether it began in time."""

    on: date
    starts_on: date | None
    late_by: int  # school days

    @property
    def kept(self) -> bool | None:
        """Say whether it began in time; None: neither the day nor a start has come."""
        if self.late_by:
            return False
        return True if self.starts_on else None


@dataclass(frozen=True, slots=True)
class Picture:
    """One pupil's attendance as it stands today."""

    weeks: tuple[Week, ...] = ()  # with school in them, newest last
    steps: tuple[Step, ...] = ()  # of this placement
    own_start: int | None = None  # in tenths of a per cent
    total: Tally = field(default_factory=Tally)  # of the weeks shown
    changed: tuple[Change, ...] = ()
    days: tuple[Day, ...] = ()  # of the last week any register says something of
    clashes: tuple[Clash, ...] = ()
    reasons_due: tuple[ReasonDue, ...] = ()
    owed: Owed | None = None

    @property
    def empty(self) -> bool:
        """Say whether no register has ever said anything that counts."""
        return not any(_says(week) for week in (*self.weeks, *(one.week for one in self.steps)))

    @property
    def recent(self) -> tuple[Week, ...]:
        """The last six weeks, this one with them if it has begun to count."""
        return self.weeks[-RECENT_WEEKS:]

    @property
    def gained(self) -> int | None:
        """How far the last known of the first weeks lies from the start, in tenths of a point."""
        known = [one.from_start for one in self.steps if one.from_start is not None]
        return known[-1] if known else None


def picture(facts: Facts, ways: Ways, today: date) -> Picture:
    """Make the picture of one pupil."""
    shown_from = monday_of(today) - timedelta(weeks=SHOWN_WEEKS + 2)
    counted = weekly(facts.marks, ways.codes, ways.calendar, shown_from, today, facts.settled)
    weeks = tuple(counted[-SHOWN_WEEKS:])
    steps = _steps(facts, ways, today)
    read = together(facts.marks, ways.codes, facts.settled)
    return Picture(
        weeks=weeks,
        steps=steps,
        own_start=_own_start(facts.begun.prior_tenths, steps),
        total=_sum(week.tally for week in weeks),
        changed=tuple(changes(facts.marks, ways.codes, today, facts.settled)),
        days=tuple(_days(facts.marks, read, today)),
        clashes=tuple(
            Clash(*when, one.said) for when, one in read.items() if isinstance(one, Conflict)
        ),
        reasons_due=tuple(_reasons_due(facts.marks, ways, today)),
        owed=_owed(facts.begun, ways, today),
    )


def tenths_more(tenths: int | None) -> str:
    """Write a change in points: "+12.5", "-3.0"; empty: nothing to compare."""
    if tenths is None:
        return ""
    sign = "-" if tenths < 0 else "+" if tenths else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}"


def _steps(facts: Facts, ways: Ways, today: date) -> tuple[Step, ...]:
    begins = facts.begun.starts_on
    if begins is None or begins > today:
        return ()
    last = min(today, monday_of(begins) + FIRST_SPAN - timedelta(days=1))
    weeks = weekly(facts.marks, ways.codes, ways.calendar, begins, last, facts.settled)
    return tuple(first_weeks(weeks, facts.begun.prior_tenths, ways.comparator.tenths))


def _own_start(prior: int | None, steps: Iterable[Step]) -> int | None:
    if prior is not None:
        return prior
    return next((one.week.tally.tenths for one in steps if one.week.tally.possible), None)


def _days(marks: Sequence[Mark], read: Mapping[Session, Reading], today: date) -> Iterable[Day]:
    """Tell what every register says of the last week it says anything of, counted or not."""
    marked = [mark for mark in marks if mark.day <= today and mark.code not in NO_MARK]
    newest = monday_of(max((mark.day for mark in marked), default=today))
    this_week = [mark for mark in marked if mark.day >= newest]
    for on, found in groupby(sorted(this_week, key=attrgetter("day")), key=attrgetter("day")):
        of_day = list(found)
        said: dict[str, tuple[Said, ...]] = {
            half: tuple(sorted(Said(m.school_id, m.code) for m in of_day if m.half == half))
            for half in HALVES
        }
        yield Day(on, said, {half: read[on, half] for half in HALVES if (on, half) in read})


def _reasons_due(marks: Iterable[Mark], ways: Ways, today: date) -> Iterable[ReasonDue]:
    """List the absences a school still waits for a reason to, the soonest day first."""
    found = [
        ReasonDue(
            mark.day, mark.half, mark.school_id, reason_due_by(ways.at(mark.school_id), mark.day)
        )
        for mark in marks
        if mark.code == NO_REASON_YET and mark.day <= today
    ]
    return sorted(found, key=lambda one: (one.due_on, one.on, one.half, one.school_id))


def _owed(begun: Begun, ways: Ways, today: date) -> Owed | None:
    if begun.excluded_on is None:
        return None
    exclusion = Exclusion(begun.excluded_on, begun.year, begun.starts_on)
    found = day_six(ways.calendar, exclusion, today, ways.day_six)
    return Owed(found.on, begun.starts_on, found.late_by) if found else None


def _sum(tallies: Iterable[Tally]) -> Tally:
    every = list(tallies)
    return Tally(
        sum(one.attended for one in every),
        sum(one.authorised for one in every),
        sum(one.unauthorised for one in every),
    )


def _says(week: Week) -> bool:
    return bool(week.tally.possible or week.conflicts or week.not_known)
