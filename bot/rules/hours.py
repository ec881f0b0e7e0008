"""One member of staff's working week: who is on shift, and when an answer is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from bot.rules.calendar import (
    Stretch,
    first_stretch,
    is_bank_holiday,
    stretches,
    wall,
    working_day_after,
)
from bot.rules.practice import MONDAY, Calendar, Week


def on_shift(week: Week, calendar: Calendar, moment: datetime) -> bool:
    """Say whether the worker is at work; on a bank holiday nobody is."""
    shown = wall(moment)
    return _is_in(week, calendar, shown.date()) and shown.time() in week[shown.weekday()]


def on_shift_for(week: Week, calendar: Calendar, moment: datetime, length: timedelta) -> bool:
    """Say whether the worker is at work and stays for at least this long."""
    ends = shift_ends(week, calendar, moment)
    return ends is not None and ends - moment.astimezone(UTC) >= length


def shift_ends(week: Week, calendar: Calendar, moment: datetime) -> datetime | None:
    """Find the end of the shift that is running; None when the worker is off."""
    today = _shifts_on(week, calendar, wall(moment).date())
    return next((end for start, end in today if start <= moment < end), None)


def next_shift(week: Week, calendar: Calendar, after: datetime) -> datetime | None:
    """Find when the worker is next at work: `after` itself, or at most 28 days ahead."""
    shift = _next(week, calendar, after)
    return shift[0] if shift else None


def add_working_time(
    week: Week, calendar: Calendar, start: datetime, length: timedelta
) -> datetime:
    """Count this much time on shift from a moment on: when an answer is due.

    Where the worker has no shift for 28 days, time runs on around the clock.
    """
    at, left = start.astimezone(UTC), length
    while shift := _next(week, calendar, at):
        begins, ends = shift
        if begins + left <= ends:
            return begins + left
        at, left = ends, left - (ends - begins)
    return at + left


def last_in_day(week: Week, weekday: int) -> int | None:
    """Find the worker's last weekday in, up to this one and in the same Monday to Sunday."""
    return next((day for day in range(weekday, MONDAY - 1, -1) if day in week), None)


def back_within(week: Week, calendar: Calendar, day: date, working_days: int) -> bool:
    """Say whether the worker is in again by the given working day after this day."""
    last = working_day_after(calendar, day, working_days)
    ahead = (day + timedelta(days=count) for count in range(1, (last - day).days + 1))
    return any(_is_in(week, calendar, day) for day in ahead)


def _is_in(week: Week, calendar: Calendar, day: date) -> bool:
    return day.weekday() in week and not is_bank_holiday(calendar, day)


def _shifts_on(week: Week, calendar: Calendar, day: date) -> Sequence[Stretch]:
    return stretches(day, week[day.weekday()]) if _is_in(week, calendar, day) else ()


def _next(week: Week, calendar: Calendar, after: datetime) -> Stretch | None:
    return first_stretch(after, lambda day: _shifts_on(week, calendar, day))
