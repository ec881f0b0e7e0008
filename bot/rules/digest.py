"""A digest: what one member of staff is told twice a day, on their own days. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bot.rules.calendar import LOOK_AHEAD, moment_at, wall
from bot.rules.hours import next_shift, shift_ends
from bot.rules.practice import Calendar, Week
from bot.rules.referral_lines import Listed

BEFORE_FINISH = timedelta(minutes=30)
MILESTONES = {
    6: "week 6 of 12: halfway, time for the review",
    12: "week 12 of 12: the last planned week",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something open: it keeps its age however often it is said."""

    words: str = field(repr=False)
    since: datetime
    by: datetime | None = None
    level: str | None = None
    whose: str = ""  # a colleague's first name, where it is not the reader's own
    taken_by: str = ""


@dataclass(frozen=True, slots=True)
class Came:
    """What was said about a case since the last digest."""

    about: str
    at: datetime
    words: str = field(repr=False)
    by: str = ""  # whose words, by first name
    ours: bool = False  # a colleague wrote them


@dataclass(frozen=True, slots=True)
class Trend:
    """The last check-in answers of a case, newest last."""

    about: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Messages to a family that did not arrive."""

    about: str
    count: int


@dataclass(frozen=True, slots=True)
class Held:
    """A message that waits, and why."""

    about: str
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """Something with a day: a promise, or what is planned for a case."""

    about: str
    words: str = field(repr=False)
    on: date
    whose: str = ""  # who does it, where that is not the reader


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything one reader is told at one moment."""

    now: datetime
    since: datetime
    waiting: tuple[Waiting, ...] = ()
    came: tuple[Came, ...] = ()
    trends: tuple[Trend, ...] = ()
    undelivered: tuple[Undelivered, ...] = ()
    held: tuple[Held, ...] = ()
    promised: tuple[Dated, ...] = ()
    dates: tuple[Dated, ...] = ()
    triage: tuple[Listed, ...] = ()  # referrals its reader decides about
    away: bool = False  # it tells what happened while its reader was away

    @property
    def empty(self) -> bool:
        told = (self.waiting, self.came, self.trends, self.undelivered)
        return not any((*told, self.held, self.promised, self.dates, self.triage))


def moments_on(week: Week, calendar: Calendar, day: date) -> tuple[datetime, ...]:
    """List when a worker's digests go on a day: at the start, and 30 minutes before finish."""
    begins = next_shift(week, calendar, moment_at(day, time.min))
    if begins is None or wall(begins).date() != day:
        return ()
    ends = shift_ends(week, calendar, begins)
    late = ends - BEFORE_FINISH if ends else begins
    return (begins, late) if late > begins else (begins,)


def next_moment(week: Week, calendar: Calendar, after: datetime) -> datetime | None:
    """Find a worker's next digest, at most 28 days ahead."""
    today = wall(after).date()
    days = (today + timedelta(days=ahead) for ahead in range(LOOK_AHEAD.days + 1))
    found = (moment for day in days for moment in moments_on(week, calendar, day))
    return next((moment for moment in found if moment > after), None)


def week_now(planned: int, recorded: date, today: date) -> int:
    """Count the weeks of a placement on, from the week it was in when it was put on record."""
    return planned + (_monday(today) - _monday(recorded)).days // 7


def begins_a_week(since: datetime, now: datetime) -> bool:
    """Say whether this is the first digest of a calendar week."""
    return wall(since).date() < _monday(wall(now).date())


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
