"""The days on which a child's schools are open, all of them together. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from bot.rules.calendar import is_school_day, is_working_day, school_day_after
from bot.rules.expected import Schooling
from bot.rules.practice import Calendar


def calendars_of(
    schoolings: Iterable[Schooling], otherwise: Calendar, today: date
) -> Collection[Calendar]:
    """List the calendars of the schools a child is at or comes to; with none, the team's own."""
    return [each.calendar for each in schoolings if each.until_on >= today] or [otherwise]


def is_open(calendars: Iterable[Calendar], day: date) -> bool:
    """Say whether a school is open on a day; past the end of a calendar, on any working day."""
    return any(_is_open(calendar, day) for calendar in calendars)


def _is_open(calendar: Calendar, day: date) -> bool:
    if day <= max(calendar.school_days, default=date.min):
        return is_school_day(calendar, day)
    return is_working_day(calendar, day)


def school_again(calendars: Collection[Calendar], today: date) -> date | None:
    """Find the first day after today on which a school is open. None: one is open today."""
    if is_open(calendars, today):
        return None
    return min(school_day_after(calendar, today, 1) for calendar in calendars)
