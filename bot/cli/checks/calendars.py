"""The calendars of the schools: is there one, and does it reach far enough?"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.cli.checks.finding import Finding, look
from bot.imports.faults import did_you_mean

if TYPE_CHECKING:
    from datetime import date

    from bot.rules.practice import Calendar, Practice

AHEAD = timedelta(days=60)  # what falls into the next term is worked out this far before
MISNAMED = (
    "[calendar.schools] names “{school}”, which is no school on record.{near} Until then its"
    " pupils go by the usual calendar."
)


def calendars(practice: Practice | None, today: date) -> Iterable[Finding]:
    """Warn of every calendar that is empty or about to end."""
    if practice is None:
        return
    if practice.calendar.school_days:
        yield from _ends("the calendar", practice.calendar, today)
    for school, calendar in practice.school_calendars.items():
        yield from _ends(f"the calendar of {school}", calendar, today)


def misnamed(practice: Practice | None, schools: Collection[str]) -> Iterable[Finding]:
    """Warn of a calendar whose school is not on record: nobody would go by it."""
    if practice is None or not schools:
        return
    for school in practice.school_calendars:
        if school not in schools:
            yield look(
                "calendars", MISNAMED.format(school=school, near=did_you_mean(school, schools))
            )


def _ends(what: str, calendar: Calendar, today: date) -> Iterable[Finding]:
    if not calendar.school_days:
        yield look("calendars", f"{what} has no school day: nobody is expected there.")
        return
    last = max(calendar.school_days)
    if last < today + AHEAD:
        ends = f"{'ended' if last < today else 'ends'} on {last:%d %B %Y}".replace(" 0", " ")
        yield look("calendars", f"{what} {ends}. Nobody is expected after it: add the next year.")
