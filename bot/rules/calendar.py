"""Which day is which: school days, bank holidays, and wall time in Europe/London."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import TypeAlias

from bot.i18n import LONDON
from bot.rules.practice import SATURDAY, Calendar, Span

Stretch: TypeAlias = tuple[datetime, datetime]  # in UTC, up to and not including the second

LOOK_AHEAD = timedelta(days=28)  # nothing is promised further ahead than this

# Study leave is a mark in a session, so the school is open: only its Year 11 stays at home.
_SCHOOL_DAYS = frozenset({"school_day", "half_day", "exam_leave"})
_NO_SCHOOL = frozenset({"holiday", "inset", "bank_holiday", "closure", "weekend"})

# London's clocks change at 01:00 UTC; only wall times in this hour are ever skipped or repeated.
_CHANGE = time(1)
_CHANGING_HOUR = Span(time(1), time(2))


def wall(moment: datetime) -> datetime:
    """Say what the clock on the wall in London shows."""
    return moment.astimezone(LONDON)


def moment_at(day: date, at: time) -> datetime:
    """Find the moment, in UTC, when the clock on the wall shows this time.

    A time that the spring change skips becomes the first moment after the gap.
    A time that the autumn change repeats means its first occurrence.
    """
    shown = datetime.combine(day, at.replace(fold=0), LONDON)
    moment = shown.astimezone(UTC)
    if at in _CHANGING_HOUR and wall(moment).time() != shown.time():
        return _change_on(day)
    return moment


def stretches(day: date, span: Span) -> tuple[Stretch, ...]:
    """List the moments of a part of a day: two stretches where the autumn change cuts it."""
    first = moment_at(day, span.start), moment_at(day, span.end)
    second = _repeated(day, span.start, first[0]), _repeated(day, span.end, first[1])
    if first == second:
        return (first,) if first[0] < first[1] else ()
    change = _change_on(day)
    pieces = (first[0], min(first[1], change)), (max(second[0], change), second[1])
    return tuple(piece for piece in pieces if piece[0] < piece[1])


def first_stretch(
    after: datetime, stretches_on: Callable[[date], Iterable[Stretch]]
) -> Stretch | None:
    """Find what is left of the first stretch that is not over, at most 28 days ahead."""
    # Two moments in the same zone compare by their wall time, which lies in the repeated hour.
    after = after.astimezone(UTC)
    today = wall(after).date()
    for ahead in range(LOOK_AHEAD.days + 1):
        for start, end in stretches_on(today + timedelta(days=ahead)):
            if end > after:
                return max(start, after), end
    return None


def is_school_day(calendar: Calendar, day: date) -> bool:
    """Say whether the school is open to pupils."""
    return day in calendar.school_days


def is_bank_holiday(calendar: Calendar, day: date) -> bool:
    """Say whether this is a bank holiday in England."""
    return day in calendar.bank_holidays


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Say whether offices are open: Monday to Friday, no bank holiday."""
    return day.weekday() < SATURDAY and not is_bank_holiday(calendar, day)


def school_day_after(calendar: Calendar, day: date, count: int) -> date:
    """Find the count-th school day after a day; working days count once the calendar runs out."""
    listed = _in_order(calendar.school_days)
    known = listed[bisect_right(listed, day) :]
    beyond = _working_days(calendar, max((day, *listed[-1:])), step=1)
    return _nth(day, known, beyond, count)


def school_day_before(calendar: Calendar, day: date, count: int) -> date:
    """Find the count-th school day before a day; working days count once the calendar runs out."""
    listed = _in_order(calendar.school_days)
    known = listed[: bisect_left(listed, day)][::-1]
    beyond = _working_days(calendar, min((day, *listed[:1])), step=-1)
    return _nth(day, known, beyond, count)


def working_day_after(calendar: Calendar, day: date, count: int) -> date:
    """Find the count-th working day after a day."""
    return _nth(day, (), _working_days(calendar, day, step=1), count)


def later_by_school_days(calendar: Calendar, moment: datetime, count: int) -> datetime:
    """Move a moment on by school days; the clock on the wall shows the same time."""
    shown = wall(moment)
    return moment_at(school_day_after(calendar, shown.date(), count), shown.time())


def calendar_from_days(rows: Iterable[tuple[date, str]]) -> Calendar:
    """Read a school's list of days, and add England's bank holidays of the years around it.

    Of two rows for one day the later counts. Raises ValueError for an unknown kind of day.
    """
    kinds = dict(rows)
    for day, kind in kinds.items():
        if kind not in _SCHOOL_DAYS | _NO_SCHOOL:
            raise ValueError(f"{day}: {kind!r} is no kind of day")
    listed = frozenset(day for day, kind in kinds.items() if kind == "bank_holiday")
    return Calendar(
        school_days=frozenset(day for day, kind in kinds.items() if kind in _SCHOOL_DAYS),
        bank_holidays=listed | _england({day.year for day in kinds}),
        half_days=frozenset(day for day, kind in kinds.items() if kind == "half_day"),
    )


def _england(years: set[int]) -> frozenset[date]:
    """Work out the bank holidays of these years, of the year before and of the year after."""
    from holidays import country_holidays  # noqa: PLC0415 - slow to load, and seldom needed

    covered = {year + near for year in years for near in (-1, 0, 1)}
    days = country_holidays("GB", subdiv="ENG", years=covered) if covered else ()
    # The package lists a Boxing Day on a Saturday as well as the Monday that is given for it.
    return frozenset(day for day in days if day.weekday() < SATURDAY)


def _change_on(day: date) -> datetime:
    return datetime.combine(day, _CHANGE, UTC)


def _repeated(day: date, at: time, first: datetime) -> datetime:
    """Find the last moment when the wall shows this time, which is seldom not the first."""
    if at not in _CHANGING_HOUR:
        return first
    # Where the time is skipped, the second reading lies before the first and means nothing.
    return max(first, datetime.combine(day, at.replace(fold=1), LONDON).astimezone(UTC))


def _working_days(calendar: Calendar, day: date, step: int) -> Iterator[date]:
    while True:
        day += timedelta(days=step)
        if is_working_day(calendar, day):
            yield day


def _nth(day: date, known: tuple[date, ...], beyond: Iterator[date], count: int) -> date:
    """Count days off, first the known ones; none counted is the day itself."""
    if count < 1:
        return day
    if count <= len(known):
        return known[count - 1]
    return next(islice(beyond, count - len(known) - 1, None))


@lru_cache(maxsize=16)
def _in_order(days: frozenset[date]) -> tuple[date, ...]:
    return tuple(sorted(days))
