"""What a digest tells of attendance: changes, a silent register, an end in sight, praise. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.rules.calendar import is_school_day, moment_at, wall
from bot.rules.digest_lines import day_shown
from bot.rules.expected import Pattern, reminded_on
from bot.rules.practice import AttendanceRules, Calendar
from bot.rules.weeks import Change, monday_of

REGISTER_MAY_TAKE = timedelta(minutes=45)  # from its close until absence is asked about
CONNECTED_FOR = timedelta(days=14)  # a school that has sent nothing for so long sends none
STILL_NEWS = timedelta(days=14)  # what came about earlier and is corrected now is no news
WEIGHED_WEEKS = 6  # with school in them
MOST_BACK = 26  # weeks
FEWEST = 2  # messages about absence, before anybody weighs them
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the family of one child got by themselves, good and about absence."""

    case_id: int
    absence: int
    praise: int = 0
    last_praise: date | None = None

    @property
    def leans(self) -> bool:
        """Say whether they mostly hear what went wrong."""
        return self.absence >= FEWEST and self.absence > self.praise


def is_register_time(kept: AttendanceRules, school: str, since: datetime, now: datetime) -> bool:
    """Say whether the register of a school should have come since the last digest, today."""
    due = moment_at(wall(now).date(), kept.closes(school)) + REGISTER_MAY_TAKE
    return since < due <= now


def silent(
    schools: Mapping[int, str], newest: Mapping[int, date], closed: Collection[int], today: date
) -> list[str]:
    """Name the schools whose register has not come today, of those that send one."""
    return sorted(
        name
        for school, name in schools.items()
        if school in newest and newest[school] < today and school not in closed
    )


def new_changes(now: Iterable[Change], before: Iterable[Change], today: date) -> list[Change]:
    """Take the changes that were not to be seen when somebody was last told: each is told once."""
    known = {(each.kind, each.on) for each in before}
    return [
        each for each in now if (each.kind, each.on) not in known and today - each.on <= STILL_NEWS
    ]


def change_in_words(change: Change) -> str:
    """Write a change for staff."""
    days = ", ".join(day_shown(day) for day in change.days)
    match change.kind:
        case "drop":
            return f"attendance fell by 20 points or more in the week of {days}"
        case "days_away":
            return f"{len(change.days)} school days away: {days}"
        case "first_n":
            return f"an absence without a reason on {days}, after ten good sessions"


def ends_soon(
    patterns: Iterable[Pattern], calendar: Calendar, since: date, today: date
) -> list[Pattern]:
    """Take the reduced timetables of whose end somebody is to be told since a day."""
    return [
        each
        for each in patterns
        if each.kind == "reduced" and since < reminded_on(calendar, each) <= today
    ]


def weighed_from(calendar: Calendar, today: date) -> date:
    """Find the Monday six weeks with school in them ago."""
    monday, weeks = monday_of(today), 0
    for _week in range(MOST_BACK):
        monday -= 7 * DAY
        weeks += any(is_school_day(calendar, monday + ahead * DAY) for ahead in range(7))
        if weeks == WEIGHED_WEEKS:
            break
    return monday


def of_each_family(
    weighed: Iterable[Weighed], adults: Mapping[int, Collection[int]]
) -> list[Weighed]:
    """Keep one line for each family, of the child they hear most about: siblings share adults."""
    told: set[int] = set()
    kept = []
    for one in sorted(weighed, key=lambda one: (-one.absence, one.case_id)):
        theirs = set(adults.get(one.case_id, ()))
        if one.leans and not theirs & told:
            kept.append(one)
            told |= theirs
    return kept


def weighed_in_words(one: Weighed, ref: str, today: date) -> str:
    """Write a balance that leans: "4 about absence, no good news for 3 weeks: /good P01"."""
    weeks = (today - one.last_praise).days // 7 if one.last_praise else None
    since = "no good news yet" if weeks is None else f"no good news for {weeks} weeks"
    good = f"{one.praise} of good news" if weeks in {0, 1} else since
    return f"{one.absence} about absence, {good}: /good {ref}"
