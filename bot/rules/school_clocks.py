"""The clocks that run in school days: a missing reason, Day 6, and twelve weeks. Pure.

Each runs by the calendar of one school; working days count once that calendar runs out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from bot.rules.calendar import is_school_day, is_working_day, school_day_after
from bot.rules.practice import FRIDAY, Calendar, DaySixReading

REASON_WITHIN = 5  # school days after a session marked N; then the school must enter O
LAST_YEAR = 11  # of compulsory school
PLACED_FOR = 12  # weeks
_SCHOOL_YEAR_ENDS = 8  # August
_TWO_DAYS_LEFT = 2  # on day 4 of 6

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A permanent exclusion, as far as Day 6 needs it."""

    first_on: date  # its first school day
    year: int  # the pupil's school year
    starts_on: date | None = None  # of education elsewhere, once there is a date


@dataclass(frozen=True, slots=True)
class DaySix:
    """From which day education is owed to an excluded pupil, and how that stands."""

    on: date
    left: int  # school days from today until then; below nought: gone by
    late_by: int  # school days that education begins too late, or has not begun
    wants_a_date: bool  # day 4 has come, and nobody has said when education begins

    @property
    def owed(self) -> bool:
        """Say whether the day has come."""
        return self.left <= 0


@dataclass(frozen=True, slots=True)
class TwelveWeeks:
    """The last school day of a placement of twelve weeks, read both ways."""

    by_calendar: date
    by_school: date  # weeks without any school are not counted


def reason_due_by(calendar: Calendar, day: date) -> date:
    """Find the last day for a reason to an N, by the calendar of the school that wrote it."""
    return school_day_after(calendar, day, REASON_WITHIN)


def school_days_between(calendar: Calendar, first: date, last: date) -> int:
    """Count the school days after one day up to and with another; backwards is below nought."""
    if last < first:
        return -school_days_between(calendar, last, first)
    count, day = 0, school_day_after(calendar, first, 1)
    while day <= last:
        count, day = count + 1, school_day_after(calendar, day, 1)
    return count


def day_six_on(calendar: Calendar, first_on: date, reading: DaySixReading) -> date:
    """Find the sixth school day of an exclusion; a first day without school is the next one."""
    day_one = _school_day_from(calendar, first_on)
    return school_day_after(calendar, day_one, 5 if reading == "earlier" else 6)


def day_six(
    calendar: Calendar, exclusion: Exclusion, today: date, reading: DaySixReading
) -> DaySix | None:
    """Say how the sixth day of an exclusion stands; None: it comes after the end of Year 11."""
    on = day_six_on(calendar, exclusion.first_on, reading)
    if has_left(exclusion.year, on):
        return None
    left = school_days_between(calendar, today, on)
    begins = exclusion.starts_on
    late_by = school_days_between(calendar, on, begins or today)
    return DaySix(on, left, max(0, late_by), begins is None and left <= _TWO_DAYS_LEFT)


def twelve_weeks(calendar: Calendar, starts_on: date) -> TwelveWeeks:
    """Offer both readings of "12 weeks": a placement's agreed end is chosen from them."""
    begins = _school_day_from(calendar, starts_on)
    thirteenth = next(islice(_weeks_with_school(calendar, begins), PLACED_FOR, None))
    return TwelveWeeks(
        _last_school_day_before(calendar, begins + timedelta(weeks=PLACED_FOR)),
        _last_school_day_before(calendar, thirteenth + begins.weekday() * _DAY),
    )


def leaving_date(day: date) -> date:
    """Find the last Friday in June of the school year a day is in."""
    year = day.year + (day.month > _SCHOOL_YEAR_ENDS)
    end = date(year, 6, 30)
    return end - ((end.weekday() - FRIDAY) % 7) * _DAY


def has_left(year: int, day: date) -> bool:
    """Say whether a pupil of this school year is past the leaving date of Year 11."""
    return year > LAST_YEAR or (year == LAST_YEAR and day > leaving_date(day))


def _school_day_from(calendar: Calendar, day: date) -> date:
    return school_day_after(calendar, day - _DAY, 1)


def _last_school_day_before(calendar: Calendar, day: date) -> date:
    has_school = _with_school(calendar)
    while not has_school(day := day - _DAY):
        continue
    return day


def _weeks_with_school(calendar: Calendar, day: date) -> Iterator[date]:
    has_school = _with_school(calendar)
    monday = day - day.weekday() * _DAY
    while True:
        if any(has_school(monday + ahead * _DAY) for ahead in range(7)):
            yield monday
        monday += 7 * _DAY


def _with_school(calendar: Calendar) -> Callable[[date], bool]:
    """Say of days whether there is school: working days, once the calendar has run out."""
    last = max(calendar.school_days, default=date.min)
    return lambda day: (
        is_school_day(calendar, day) or (day > last and is_working_day(calendar, day))
    )
