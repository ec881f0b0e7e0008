"""Times at which everybody who has to be there is free, and why one time does not suit. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice

from bot.rules.calendar import Stretch, is_bank_holiday, moment_at, wall
from bot.rules.diaries import Diary, Met, why_out, why_taken, why_unsuited
from bot.rules.digest_lines import day_shown
from bot.rules.practice import Calendar, Week

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
NOON = time(12)
PARTS = {"am": (time.min, NOON), "pm": (NOON, time.max)}
# Where nobody asked for a time of day: one choice in the morning, one after noon, one after school.
USUAL = (time(10), time(14), time(16))
NEAR = timedelta(hours=2)  # a time so far from the one that was asked for is still like it
MOST_DAYS = 62


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit without its time: how long, how far away, and everybody who has to be free."""

    minutes: int
    travel: int  # minutes each way, of staff
    staff: tuple[Diary, ...]
    family: tuple[Met, ...]
    calendar: Calendar  # of the taskforce
    visiting: Week  # when families are not left alone
    schools: tuple[tuple[str, Calendar], ...] = ()  # that have to be open then

    def taken_by(self, at: datetime, *, staff: bool) -> Stretch:
        """Say which stretch a visit takes: of staff the way there and back too."""
        way = timedelta(minutes=self.travel if staff else 0)
        return at - way, at + timedelta(minutes=self.minutes) + way


@dataclass(frozen=True, slots=True)
class Look:
    """Where to look for times, and what is nearest to what was asked for."""

    first: datetime  # nothing begins before
    last: datetime  # nothing begins after
    near: datetime | None = None
    part: str = ""  # am, pm; empty: the whole day
    step: int = 30  # minutes between the times that are looked at
    count: int = 3
    full: frozenset[date] = field(default_factory=frozenset)  # Mondays of weeks without room

    @property
    def asked_on(self) -> date:
        return wall(self.near or self.first).date()


def free_times(wanted: Wanted, look: Look) -> list[datetime]:
    """Find times that suit everybody, the nearest to what was asked for first.

    One time of each day before a second of any, and no two that overlap.
    """
    by_day: dict[date, list[datetime]] = defaultdict(list)
    for at in _looked_at(look):
        if next(faults(wanted, at), None) is None:
            by_day[wall(at).date()].append(at)
    days = sorted(by_day, key=lambda day: (_is_far(by_day[day], look), *_away(day, look)))
    chosen: list[datetime] = []
    while len(chosen) < look.count:
        before = len(chosen)
        for day in days:
            _choose(by_day[day], chosen, look, timedelta(minutes=wanted.minutes))
        if len(chosen) == before:
            break
    return chosen[: look.count]


def why_not(wanted: Wanted, at: datetime, now: datetime, most: int = 2) -> str:
    """Say in a sentence or two why a time does not suit; empty: it does."""
    if at <= now:
        return "That time is over."
    return " ".join(islice(dict.fromkeys(faults(wanted, at)), most))


def faults(wanted: Wanted, at: datetime) -> Iterator[str]:
    """List what speaks against a time, the plainest first: one sentence for each person."""
    day = wall(at).date()
    if is_bank_holiday(wanted.calendar, day):
        yield f"{day_shown(day)} is a bank holiday."
        return
    yield from _schools(wanted, at)
    stretch = wanted.taken_by(at, staff=True)
    visit = wanted.taken_by(at, staff=False)
    for diary in wanted.staff:
        if found := why_out(diary, stretch, visit) or why_taken(diary, stretch, visit):
            yield found
    for met in wanted.family:
        found = why_unsuited(met, visit, wanted.visiting, wanted.calendar)
        if found := found or why_taken(met, visit, visit):
            yield found


def _schools(wanted: Wanted, at: datetime) -> Iterator[str]:
    day = wall(at).date()
    for name, calendar in wanted.schools:
        if not calendar.school_days:
            continue  # nobody has said when it is open
        if day not in calendar.school_days:
            yield f"{name} is not open on {day_shown(day)}."
        elif day in calendar.half_days and wanted.taken_by(at, staff=False)[1] > moment_at(
            day, NOON
        ):
            yield f"{name} has a morning only on {day_shown(day)}."


def _looked_at(look: Look) -> Iterable[datetime]:
    """List the times that are looked at, in order: on the grid, and the very time asked for."""
    first, last = wall(look.first).date(), wall(look.last).date()
    on_grid = [time(*divmod(minute, 60)) for minute in range(0, 24 * 60, look.step)]
    asked = [wall(look.near).time().replace(second=0, microsecond=0)] if look.near else []
    begins, ends = PARTS.get(look.part, (time.min, time.max))
    for ahead in range(min((last - first).days + 1, MOST_DAYS)):
        day = first + ahead * DAY
        if day - day.weekday() * DAY in look.full:
            continue
        times = (at for at in {*on_grid, *asked} if begins <= at < ends)
        moments = {moment_at(day, at) for at in times}
        yield from sorted(moment for moment in moments if look.first <= moment <= look.last)


def _choose(free: Sequence[datetime], chosen: list[datetime], look: Look, apart: timedelta) -> None:
    """Choose the best time of one day that overlaps with none that is chosen."""
    left = [at for at in free if all(abs(at - other) >= apart for other in chosen)]
    if left:
        aim = wall(look.near).time() if look.near else USUAL[len(chosen) % len(USUAL)]
        chosen.append(min(left, key=lambda at: (_off(at, aim), at)))


def _is_far(free: Iterable[datetime], look: Look) -> bool:
    """Say whether a day has no time like the one that was asked for."""
    return look.near is not None and all(_off(at, wall(look.near).time()) > NEAR for at in free)


def _away(day: date, look: Look) -> tuple[timedelta, date]:
    return abs(day - look.asked_on), day


def _off(at: datetime, aim: time) -> timedelta:
    """Measure on the clock on the wall how far a time of day is from another."""
    shown = wall(at).replace(tzinfo=None)
    return abs(shown - datetime.combine(shown.date(), aim))
