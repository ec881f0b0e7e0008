"""When a family is reminded of a visit, and when staff are asked about it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.rules.calendar import moment_at, wall
from bot.rules.practice import Practice, Window
from bot.rules.visits import Visit
from bot.rules.windows import in_quiet_hours, may_write, nearest_in_window, open_stretches

THREE_DAYS, ONE_DAY, TWO_HOURS = "3d", "1d", "2h"  # in the subjects of due moments: for ever
MARGIN = timedelta(minutes=15)  # left of a window, so that a text is not held at its very end
LOOK_BACK = range(7)  # days
ASK_AFTER = timedelta(minutes=15)  # how it went, once it is over
BRIEFED_AT = time(15)  # the day before, whoever comes together
DAY = timedelta(days=1)
TIME_TO_READ = timedelta(hours=1)  # before a visit: what comes later finds them on their way
NEWS_EARLIEST, NEWS_LATEST = time(7), time(21)  # nobody is woken, whatever has happened
NEWS_AHEAD = timedelta(hours=2)  # of a visit: sooner than this, quiet hours are kept


@dataclass(frozen=True, slots=True)
class Hours:
    """When one family may be written to."""

    window: Window
    practice: Practice

    def open_at(self, moment: datetime) -> bool:
        """Say whether a reminder may go at a moment."""
        week, calendar = self.practice.sending_week, self.practice.calendar
        return may_write(self.window, moment) and not in_quiet_hours(
            week, calendar, moment, self.window
        )

    def last_before(self, moment: datetime) -> datetime | None:
        """Find the last moment before this one at which there is time enough for a text."""
        for ago in LOOK_BACK:
            day = wall(moment).date() - ago * DAY
            week, calendar = self.practice.sending_week, self.practice.calendar
            for start, end in reversed(open_stretches(self.window, week, calendar, day)):
                if start <= moment and start < end:
                    return max(start, min(moment, end - MARGIN))
        return None


def reminders(visit: Visit, hours: Hours, now: datetime) -> Mapping[str, datetime]:
    """Say when a family is reminded of a booked visit, by which reminder it is.

    The family hears of the visit today: no reminder goes on that day, and never two on one day.
    Whoever has said that it suits is reminded the day before only.
    """
    begins, rules = visit.plan.starts_at, hours.practice.visits
    if begins is None:
        return {}
    day = wall(begins).date()
    found = {ONE_DAY: _near(day - DAY, rules.day_before_at, hours)}
    if visit.confirmed_at is None:
        found[THREE_DAYS] = _near(day - 3 * DAY, rules.three_days_at, hours)
    if rules.two_hours and hours.open_at(begins - timedelta(hours=2)):
        found[TWO_HOURS] = begins - timedelta(hours=2)
    return _one_a_day(found, wall(visit.changed_at).date(), now)


def _one_a_day(
    found: Mapping[str, datetime | None], told_on: date, now: datetime
) -> dict[str, datetime]:
    """Leave out what is past, and all but the last of several on one day."""
    kept: dict[str, datetime] = {}
    taken = {told_on}
    for name in (ONE_DAY, TWO_HOURS, THREE_DAYS):  # the day before matters most
        moment = found.get(name)
        if moment is not None and moment > now and wall(moment).date() not in taken:
            kept[name] = moment
            taken.add(wall(moment).date())
    return kept


def _near(day: date, at: time, hours: Hours) -> datetime | None:
    """Find the moment on a day that the family's hours allow, or the last one before it."""
    near = nearest_in_window(hours.window, day, at, MARGIN)
    if near is not None and hours.open_at(moment_at(day, near)):
        return moment_at(day, near)
    return hours.last_before(moment_at(day, at))


def news_early_at(
    begins: datetime, opens: datetime | None, window: Window, now: datetime
) -> datetime | None:
    """Say when news of a visit may leave before quiet hours end; None: it keeps them.

    It may where it would else find the family on its way, but never at night.
    """
    if now > begins + TIME_TO_READ or (opens is not None and opens <= begins - TIME_TO_READ):
        return None
    day = wall(begins).date()
    at = max(now, moment_at(day, NEWS_EARLIEST), begins - NEWS_AHEAD)
    by_day = at < moment_at(day, NEWS_LATEST) and (opens is None or at < opens)
    return at if by_day and may_write(window, at) else None


def asked_how_it_went(visit: Visit) -> datetime | None:
    """Say when the worker is asked how a visit went."""
    ends = visit.plan.ends_at
    return ends + ASK_AFTER if ends else None


def briefed_at(visit: Visit, now: datetime) -> datetime | None:
    """Say when those who come together get their briefing; None: one person comes, or it is on."""
    begins = visit.plan.starts_at
    if begins is None or len(visit.plan.coming) < 2 or begins <= now:
        return None
    return max(now, moment_at(wall(begins).date() - DAY, BRIEFED_AT))
