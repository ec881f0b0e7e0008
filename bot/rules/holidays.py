"""Which days are school holidays, what goes on in them, and whose a place is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from bot.rules.calendar import moment_at, wall
from bot.rules.practice import FRIDAY, SATURDAY, Calendar
from bot.rules.taper import EVERY, weeks_between

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
SCHOOL_WEEK = 5  # days Monday to Friday without school: a shorter break is a long weekend
BULK = 10  # families; more than these are a bulk send, to which the manager says yes once more
FIRST_YEAR, LAST_YEAR = 0, 11  # of HAF: Reception to Year 11
LOOKS_AT = time(15, 45)  # when the families are asked, as a check-in would
NAMED_BY = time(9)  # when the manager is told that nobody is named

# What has become of one invitation.
INVITED: Final = "invited"
BOOKED: Final = "booked"
WAITING: Final = "waiting"
OFFERED: Final = "offered"
DECLINED: Final = "declined"
GIVEN_UP: Final = "given_up"
Place: TypeAlias = Literal["invited", "booked", "waiting", "offered", "declined", "given_up"]
TAKEN: tuple[Place, ...] = (BOOKED, OFFERED)  # what is offered is kept free for whom it is offered
SHOWN: dict[str, str] = {
    BOOKED: "Booked",
    OFFERED: "Offered a place that fell free",
    WAITING: "Waiting",
    INVITED: "Not answered",
    DECLINED: "No, thank you",
    GIVEN_UP: "Gave the place up",
}


@dataclass(frozen=True, slots=True)
class Holiday:
    """A week or more without school, its weekends included; no last day: nobody knows it yet."""

    first: date
    last: date | None

    @property
    def is_long(self) -> bool:
        """Say whether it is longer than a week."""
        return self.last is None or _weekdays(self.first, self.last) > SCHOOL_WEEK

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class SettlePlace:
    """A family has answered an invitation."""

    place: int
    wants: bool


@dataclass(frozen=True, slots=True)
class SettleWish:
    """An adult has said whether they want check-ins in the holidays."""

    wants: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """What decides whether a case is offered an activity."""

    year: int
    free_meals: bool
    is_open: bool
    held: bool = False
    reachable: bool = True  # an adult of theirs may be written to


def holiday_on(calendar: Calendar, day: date) -> Holiday | None:
    """Find the holiday a day lies in; a weekend in term, an INSET day or snow is none."""
    return next((one for one in _holidays(calendar.school_days) if one.holds(day)), None)


def in_holidays(calendar: Calendar, day: date) -> bool:
    """Say whether a day lies in the school holidays: nothing goes about attendance then."""
    return holiday_on(calendar, day) is not None


def next_holiday(calendar: Calendar, day: date) -> Holiday | None:
    """Find the first holiday that begins after a day."""
    return next((one for one in _holidays(calendar.school_days) if one.first > day), None)


def half_term_of(calendar: Calendar, day: date) -> tuple[date, date] | None:
    """Find the first and last school day of the half term of a day; in holidays: of the one before.

    None: no school has begun by that day.
    """
    reached = max((each for each in calendar.school_days if each <= day), default=None)
    if reached is None:
        return None
    found = _holidays(calendar.school_days)
    starts = (one.last + DAY for one in found if one.last and one.last < reached)
    first = max(starts, default=min(calendar.school_days))
    return first, min(one.first for one in found if one.first > reached) - DAY


def asks_in_holidays(calendar: Calendar, day: date, often: str) -> bool:
    """Say whether check-ins go in this week of the holidays, counted from the last school week."""
    holiday = holiday_on(calendar, day)
    if holiday is None:
        return True
    return often in EVERY and weeks_between(holiday.first - DAY, day) % EVERY[often] == 0


def wish_asked_at(holiday: Holiday) -> datetime | None:
    """Find when families are asked about a long holiday: the Monday two school weeks before it."""
    if not holiday.is_long:
        return None
    last_school_day = holiday.first - DAY
    monday = last_school_day - timedelta(days=last_school_day.weekday())
    return moment_at(monday - WEEK, LOOKS_AT)


def duty_checked_at(holiday: Holiday) -> datetime:
    """Find when somebody must have been named: a week before it begins, on a working day."""
    day = holiday.first - WEEK
    return moment_at(day - timedelta(days=max(0, day.weekday() - FRIDAY)), NAMED_BY)


def next_look(calendar: Calendar, after: datetime) -> datetime | None:
    """Find when the coming holidays next want something done."""
    moments: list[datetime] = []
    for one in _holidays(calendar.school_days):
        moments += filter(None, (wish_asked_at(one), duty_checked_at(one)))
    return min((moment for moment in moments if moment > after), default=None)


def unnamed(holiday: Holiday, named: list[tuple[date, date]]) -> bool:
    """Say whether a weekday of a holiday has nobody named; one without an end needs its start."""
    last = holiday.last or holiday.first + WEEK
    days = (holiday.first + ahead * DAY for ahead in range((last - holiday.first).days + 1))
    return any(
        day.weekday() < SATURDAY and not any(first <= day <= last for first, last in named)
        for day in days
    )


def may_be_offered(candidate: Candidate, *, free_meals_only: bool) -> bool:
    """Say whether a case may be invited: HAF is for free school meals, Reception to Year 11."""
    if not candidate.is_open or candidate.held or not candidate.reachable:
        return False
    fits = FIRST_YEAR <= candidate.year <= LAST_YEAR and candidate.free_meals
    return fits or not free_meals_only


def is_bulk(families: int) -> bool:
    """Say whether so many families at once are a bulk send."""
    return families > BULK


def place_for(places: int, taken: int, waiting: int) -> Place:
    """Say what a yes comes to; whoever waits already is not overtaken."""
    return BOOKED if places - taken - waiting > 0 else WAITING


def days_shown(first: date, last: date) -> str:
    """Write days for a family the short way: "21-24 Dec", "30 Mar-2 Apr", "21 Dec"."""
    end = f"{last.day} {last:%b}"
    if first == last:
        return end
    same_month = (first.year, first.month) == (last.year, last.month)
    return f"{first.day}-{end}" if same_month else f"{first.day} {first:%b}-{end}"


def answers_until(answer_by: date) -> datetime:
    """Find the end of the last day on which a family may answer."""
    return moment_at(answer_by + DAY, time.min)


def is_over(last_on: date, now: datetime) -> bool:
    """Say whether an activity lies behind us."""
    return wall(now).date() > last_on


def pounds(pence: int | None) -> str:
    """Write what a child costs: "£2,100", "£12.50"; empty where nobody said."""
    if pence is None:
        return ""
    return f"£{pence // 100:,}" if pence % 100 == 0 else f"£{pence / 100:,.2f}"


@lru_cache(maxsize=64)
def _holidays(school_days: frozenset[date]) -> tuple[Holiday, ...]:
    """List the holidays of a calendar; what follows its last day is one without an end."""
    listed = sorted(school_days)
    gaps = ((before + DAY, after - DAY) for before, after in pairwise(listed))
    found = [Holiday(*gap) for gap in gaps if _weekdays(*gap) >= SCHOOL_WEEK]
    return (*found, Holiday(listed[-1] + DAY, None)) if listed else ()


def _weekdays(first: date, last: date) -> int:
    days = (first + ahead * DAY for ahead in range((last - first).days + 1))
    return sum(day.weekday() < SATURDAY for day in days)
