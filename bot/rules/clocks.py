"""The dates of a placement that want somebody to act, and who: each becomes one task. Pure.

What lay before the day somebody put it on record is not asked for: whoever enters a placement in
its fifth week knows that its second is over. A day of law is, however late it is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from bot.rules.calendar import school_day_after, school_day_before
from bot.rules.digest_lines import day_shown
from bot.rules.placement import Placed
from bot.rules.practice import Calendar, Practice
from bot.rules.school_clocks import Exclusion, day_six, day_six_on, has_left
from bot.rules.weeks import monday_of

PLAN_BY_WEEK = 2
REVIEWS = (4, 8, 11)
END_WITHIN = 10  # school days
SUSTAINED_AFTER = (6, 12)  # weeks after the end
DAYS_TO_DAY_SIX = 2  # on day 4 of 6
DAY = timedelta(days=1)
LATE_BY = timedelta(days=21)  # what an outage may take; later nobody needs to hear of it
GONE = frozenset({"refused", "stopped_early"})  # nobody goes on with their plan

Kind: TypeAlias = Literal["plan", "review", "end", "destination", "sustained", "day_six"]


@dataclass(frozen=True, slots=True)
class Stay:
    """What is on record about one placement, as far as its dates go."""

    placed: Placed
    tier: int
    status: str
    year: int
    known_since: date  # somebody put it on record then
    planned: bool = False  # steps back into school are agreed, or decided about
    left_on: date | None = None  # since when it is on record where the child went


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing to see to, from a day on."""

    kind: Kind
    on: date
    words: str
    by_on: date  # by when somebody should have seen to it
    in_charge_too: bool = False

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.on}"


def prompts(stay: Stay, calendar: Calendar, practice: Practice) -> list[Prompt]:
    """List everything about this placement that wants somebody, the soonest first."""
    found = [*_day_four(stay, calendar, practice)]
    if stay.tier in practice.attendance.tiers.placements and stay.placed.starts_on is not None:
        found += [each for each in _of_stay(stay, calendar) if each.on > stay.known_since]
    return sorted(found, key=lambda each: (each.on, each.kind))


def due(found: Iterable[Prompt], today: date) -> list[Prompt]:
    """Take those whose day has come, and has not gone by long ago."""
    return [each for each in found if today - LATE_BY <= each.on <= today]


def next_on(found: Iterable[Prompt], today: date) -> date | None:
    """Find the next day on which one is due."""
    return min((each.on for each in found if each.on > today), default=None)


def overdue(stay: Stay, calendar: Calendar, practice: Practice, today: date) -> str:
    """Say how late education is after an exclusion and still without a day; empty: it is not."""
    first, begins = stay.placed.excluded_on, stay.placed.starts_on
    begun = begins is not None and begins <= today
    told = stay.tier in practice.attendance.tiers.day_six and stay.status not in GONE
    if first is None or begun or not told:
        return ""
    clock = day_six(calendar, Exclusion(first, stay.year), today, practice.day_six)
    if clock is None or not clock.late_by:
        return ""
    days = "school day" if clock.late_by == 1 else "school days"
    then = f"begins on {day_shown(begins)}" if begins else "has no first day yet"
    return f"Day 6 was {day_shown(clock.on)}: education is {clock.late_by} {days} late and {then}"


def why_quiet(stay: Stay, calendar: Calendar, practice: Practice, today: date) -> str:
    """Say why nothing about absence goes to this family yet, or at all; empty: it may."""
    if stay.tier not in practice.attendance.tiers.messages:
        return f"no texts about attendance in tier {stay.tier}"
    first = stay.placed.excluded_on
    if first is None or today < first:
        return ""
    on = day_six_on(calendar, first, practice.day_six)
    return f"before Day 6, {day_shown(on)}" if today < on else ""


def _day_four(stay: Stay, calendar: Calendar, practice: Practice) -> Iterator[Prompt]:
    first = stay.placed.excluded_on
    wants = first is not None and stay.placed.starts_on is None and stay.placed.ended_on is None
    if (
        first is None
        or not wants
        or stay.tier not in practice.attendance.tiers.day_six
        or stay.status in GONE
    ):
        return
    clock = day_six(calendar, Exclusion(first, stay.year), first, practice.day_six)
    if clock is not None:
        on = school_day_before(calendar, clock.on, DAYS_TO_DAY_SIX)
        words = f"Day 6 is {day_shown(clock.on)}; nobody has said when education begins"
        yield Prompt("day_six", on, words, clock.on - DAY, in_charge_too=True)


def _of_stay(stay: Stay, calendar: Calendar) -> Iterator[Prompt]:
    """A child who went somewhere is looked after twice; who refused or stopped, not at all."""
    if stay.left_on is not None:
        yield from _sustained(calendar, stay.placed.ended_on or stay.left_on)
    elif stay.status not in GONE:
        yield from _in_the_weeks(stay, calendar, stay.placed.ended_on or date.max)
        yield from _towards_the_end(stay, calendar)


def _in_the_weeks(stay: Stay, calendar: Calendar, over: date) -> Iterator[Prompt]:
    if not stay.planned:
        on, last = _week(stay, calendar, PLAN_BY_WEEK)
        words = (
            f"the plan for going back to school is due by {day_shown(last)}, the end of week"
            f" {PLAN_BY_WEEK}: agree on its steps under the family's settings, or /decide"
        )
        yield Prompt("plan", on, words, last)
    for number in REVIEWS:
        on, last = _week(stay, calendar, number)
        if on <= over:
            words = f"week {number}: the review of this placement is due by {day_shown(last)}"
            yield Prompt("review", on, words, last)


def _towards_the_end(stay: Stay, calendar: Calendar) -> Iterator[Prompt]:
    end = stay.placed.ends_on
    if end is not None and stay.placed.ended_on is None:
        on = school_day_before(calendar, end, END_WITHIN)
        words = f"the agreed end is {day_shown(end)}, in {END_WITHIN} school days"
        yield Prompt("end", on, words, end)
    over = stay.placed.ended_on or end
    if over is not None and not has_left(stay.year, over):
        words = (
            f"the placement ends on {day_shown(over)}: where does the child go? /status, the case,"
            " completed and where"
        )
        yield Prompt("destination", over, words, over + 7 * DAY)


def _sustained(calendar: Calendar, over: date) -> Iterator[Prompt]:
    for weeks in SUSTAINED_AFTER:
        on = school_day_after(calendar, over + timedelta(weeks=weeks) - DAY, 1)
        words = f"{weeks} weeks since the placement ended: is the child still where they went?"
        yield Prompt("sustained", on, words, on + 7 * DAY)


def _week(stay: Stay, calendar: Calendar, number: int) -> tuple[date, date]:
    """Find the first and the last day of a week of a placement; a holiday puts it off."""
    begins = stay.placed.starts_on or date.max
    monday = monday_of(begins) + timedelta(weeks=number - 1)
    first = school_day_after(calendar, monday - DAY, 1)
    return first, school_day_before(calendar, monday_of(first) + 5 * DAY, 1)
