"""Everybody a visit needs: when they are in, when they may be met, and when they are taken. Pure.

What somebody is taken by is never said: it may be another family's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.rules.calendar import Stretch, stretches, wall
from bot.rules.digest_lines import day_shown
from bot.rules.practice import ANY_TIME, Calendar, Span, Week, Window
from bot.rules.windows import in_quiet_hours

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
NAMES = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True, slots=True)
class Diary:
    """One member of staff: their week, what they work beside it, and what takes them."""

    name: str = field(repr=False)
    week: Week
    extra: tuple[Stretch, ...] = ()
    away: tuple[tuple[date, date | None], ...] = ()  # first and last day; none: till they say
    taken: tuple[Stretch, ...] = ()
    has_left: bool = False

    def in_on(self, day: date) -> list[Stretch]:
        """List when they are in on a day, in order; what touches is one stretch."""
        span = self.week.get(day.weekday())
        usual = stretches(day, span) if span else ()
        own = [one for one in self.extra if wall(one[0]).date() == day]
        joined: list[Stretch] = []
        for begins, ends in sorted([*usual, *own]):
            if joined and begins <= joined[-1][1]:
                joined[-1] = joined[-1][0], max(ends, joined[-1][1])
            else:
                joined.append((begins, ends))
        return joined


@dataclass(frozen=True, slots=True)
class Met:
    """One of a family who is met: their own hours, and what takes them."""

    name: str = field(repr=False)
    window: Window = ANY_TIME
    taken: tuple[Stretch, ...] = ()
    barred: bool = False  # nobody may contact them
    shown: bool = True  # False: neither their name nor their own hours may stand where it is read

    @property
    def called(self) -> str:
        return self.name if self.shown else "The family"


def why_out(diary: Diary, stretch: Stretch, visit: Stretch) -> str:
    """Say why somebody is not in for the whole of a stretch; empty: they are."""
    day = wall(visit[0]).date()
    if diary.has_left:
        return f"{diary.name} has left."
    for first, last in diary.away:
        if first <= day and (last is None or day <= last):
            return f"{diary.name} is away{f' until {day_shown(last)}' if last else ''}."
    here = diary.in_on(day)
    if not here:
        return f"{diary.name} is not in on {NAMES[day.weekday()]}."
    if any(_holds(one, stretch) for one in here):
        return ""
    hours = " and ".join(map(_clock, here))
    way = _way(stretch, visit) if any(_holds(one, visit) for one in here) else ""
    return f"{diary.name} is in {hours} on {day_shown(day)}{way}."


def why_taken(who: Diary | Met, stretch: Stretch, visit: Stretch) -> str:
    """Say when somebody is taken already; empty: they are free."""
    found = [one for one in who.taken if _meet(one, stretch)]
    if not found:
        return ""
    way = "" if any(_meet(one, visit) for one in found) else _way(stretch, visit)
    name = who.called if isinstance(who, Met) else who.name
    return f"{name} is taken {_clock(min(found))}{way}."


def why_unsuited(met: Met, visit: Stretch, visiting: Week, calendar: Calendar) -> str:
    """Say why somebody of a family is not met then; empty: it suits."""
    if met.barred:
        return f"{met.called} must not be contacted."
    shown = wall(visit[0])
    weekday, span = shown.weekday(), Span(shown.time(), wall(visit[1]).time())
    moments = (visit[0], visit[1] - MINUTE)
    if any(in_quiet_hours(visiting, calendar, moment, met.window) for moment in moments):
        return _left_alone(weekday, visiting)
    if not _within(met.window, weekday, span):
        return _outside(met)
    for avoided, hours in met.window.avoid:
        if avoided == weekday and hours.start < span.end and span.start < hours.end:
            alone = f"{met.name} is left alone {NAMES[weekday][:3]} {_hours(hours)}."
            return alone if met.shown else _outside(met)
    return ""


def _outside(met: Met) -> str:
    if not met.shown:
        return "It is outside the family's own hours."
    return f"It is outside {met.name}'s own hours{_own_hours(met.window)}."


def _within(window: Window, weekday: int, span: Span) -> bool:
    if window.days and weekday not in window.days:
        return False
    hours = window.hours
    return hours is None or (hours.start <= span.start and span.end <= hours.end)


def _left_alone(weekday: int, visiting: Week) -> str:
    if weekday not in visiting:
        return f"Families are left alone on {NAMES[weekday]}."
    return f"Families are left alone on {NAMES[weekday]} but {_hours(visiting[weekday])}."


def _own_hours(window: Window) -> str:
    """Write somebody's own hours: " (Tue, Thu 10:00-12:00)"; empty where nothing is left."""
    if window.hours and window.hours.start >= window.hours.end:
        return ""
    days = ", ".join(NAMES[day][:3] for day in sorted(window.days))
    return f" ({' '.join(filter(None, (days, _hours(window.hours))))})"


def _hours(span: Span | None) -> str:
    return f"{span.start:%H:%M}-{span.end:%H:%M}" if span else ""


def _clock(stretch: Stretch) -> str:
    return f"{wall(stretch[0]):%H:%M}-{wall(stretch[1]):%H:%M}"


def _way(stretch: Stretch, visit: Stretch) -> str:
    minutes = (visit[0] - stretch[0]) // MINUTE
    return f", and needs {minutes} min each way" if minutes else ""


def _holds(outer: Stretch, inner: Stretch) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _meet(one: Stretch, other: Stretch) -> bool:
    return one[0] < other[1] and other[0] < one[1]
