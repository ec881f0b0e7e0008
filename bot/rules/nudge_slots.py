"""When one adult can be written to about school: the moment wanted, or the last before it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta

from bot.rules.calendar import is_working_day, moment_at, wall
from bot.rules.gate import BEYOND_CAPS
from bot.rules.practice import Practice, Window
from bot.rules.windows import in_quiet_hours, nearest_in_window, next_open

EVENING = time(18)
AFTERNOON = time(15, 45)  # the last moment at which somebody is still there to answer
WEEK = timedelta(days=7)
MARGIN = timedelta(minutes=15)
DAYS_BACK = 14
DAY = timedelta(days=1)


def first_open(window: Window, practice: Practice, after: datetime) -> datetime | None:
    """Find the first moment from `after` on at which this adult may be written to."""
    return next_open(window, practice.sending_week, practice.calendar, after)


def first_not_full(
    kind: str,
    window: Window,
    practice: Practice,
    had: Collection[datetime],
    now: datetime,
    opens: Callable[[date], bool],
) -> datetime | None:
    """Find the first moment at which a phone has not had all it may have, as the gate will.

    `opens`: the days on which news of school may go.
    """
    moment: datetime | None = now
    for _day in range(DAYS_BACK):
        if moment is None or kind in BEYOND_CAPS:
            return moment
        day = wall(moment).date()
        if not opens(day):
            moment = first_open(window, practice, moment_at(day + DAY, time.min))
        elif _full(practice, had, moment):
            moment = first_open(window, practice, moment + DAY)
        else:
            return moment
    return None


def _full(practice: Practice, had: Collection[datetime], moment: datetime) -> bool:
    midnight = moment_at(wall(moment).date(), time.min)
    today = sum(each >= midnight for each in had)
    week = sum(each >= moment - WEEK for each in had)
    return today >= practice.caps.per_day or week >= practice.caps.per_week


def before_day(
    day: date,
    at: time,
    window: Window,
    practice: Practice,
    opens: Callable[[date], bool] = lambda _day: True,
) -> datetime | None:
    """Find the evening before a day; where nothing goes then, the last afternoon before it.

    `opens`: the days on which it may go; a family that agreed to a day of the week chose it.
    """
    for ahead in range(1, DAYS_BACK + 1):
        found = day - ahead * DAY
        if not opens(found) and found.weekday() not in window.days:
            continue
        slot = _slot(found, at if ahead == 1 else AFTERNOON, window, practice)
        if slot is not None:
            return slot
    return None


def _slot(day: date, at: time, window: Window, practice: Practice) -> datetime | None:
    """Weekends and holidays at home are left alone, unless the family agreed to that day."""
    if not is_working_day(practice.calendar, day) and day.weekday() not in window.days:
        return None
    fits = nearest_in_window(window, day, at, MARGIN)
    if fits is None:
        return None
    moment = moment_at(day, fits)
    quiet = in_quiet_hours(practice.sending_week, practice.calendar, moment, window)
    return None if quiet else moment
