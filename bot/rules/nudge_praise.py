"""Praise for a week that went better than the last. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

from bot.rules.calendar import is_school_day, moment_at, wall
from bot.rules.marks import HALVES
from bot.rules.nudge_sight import Sight
from bot.rules.nudge_slots import AFTERNOON, DAY, first_open
from bot.rules.nudges import LOOK_BACK, Wish, wish
from bot.rules.practice import FRIDAY
from bot.rules.weeks import better_than_last, monday_of, weekly

NOON = time(12)
WEEK = timedelta(days=7)
OFF = "nothing about attendance goes on a day without school"


def praise(sight: Sight) -> Iterator[Wish]:
    """A week that is better than the last, once every session of it is known."""
    this_week = monday_of(sight.today)
    for monday in (this_week - WEEK, this_week):
        friday = monday + FRIDAY * DAY
        practice = sight.rules.practice
        at = first_open(sight.adult.window, practice, moment_at(friday, AFTERNOON))
        if at is not None and _better(sight, monday, friday):
            said = wall(max(at, sight.now)).date()
            over = said >= monday + WEEK and not sight.expected(said)
            against = OFF if over or _in_holidays(sight, said) else ""
            given = _days_in(sight, monday)
            last = moment_at(friday + WEEK, NOON)
            yield wish("praise", monday, at, last, against=against, given=given)


def _better(sight: Sight, monday: date, friday: date) -> bool:
    week = [(day, half) for day in _five(monday) for half in sight.expected(day)]
    if not week or not all(sight.code(*session) for session in week):
        return False
    calendar = sight.schools_on(week[-1][0])[0].schooling.calendar
    marks, codes = sight.child.marks, sight.rules.codes
    weeks = weekly(marks, codes, calendar, monday - LOOK_BACK, friday, sight.child.settled)
    return better_than_last(weeks)


def _in_holidays(sight: Sight, day: date) -> bool:
    """Say whether no school of theirs is open on a day or on the three after it.

    The Saturday after the last day of term belongs to the holidays, any other to its week.
    """
    known = [each.schooling.calendar.school_days for each in sight.schools_on(day)]
    ahead = [day + days * DAY for days in range(4)]
    return any(known) and not any(one in days for days in known for one in ahead)


def _days_in(sight: Sight, monday: date) -> tuple[tuple[str, str], ...]:
    """Count the days of a week on which the child came in, and say whether it was every day."""
    came = [day for day in _five(monday) if any(_attended(sight, day, half) for half in HALVES)]
    open_days = {
        day
        for day in _five(monday)
        for each in sight.schools_on(day)
        if is_school_day(each.schooling.calendar, day)
    }
    due = [(day, half) for day in _five(monday) for half in sight.expected(day)]
    whole = set(came) == open_days and all(_attended(sight, *session) for session in due)
    return (
        ("days", str(len(came))),
        ("every", "yes" if whole else ""),
        ("monday", monday.isoformat()),
    )


def _attended(sight: Sight, day: date, half: str) -> bool:
    code = sight.code(day, half)
    return bool(code) and sight.rules.codes[code].counts == "attended"


def _five(monday: date) -> list[date]:
    return [monday + ahead * DAY for ahead in range(FRIDAY + 1)]
