"""How many days a child missed last half term, when a family may be told, and why not. Pure.

One text a half term, on its second school day, in days and never in per cent. A session for which
nobody waited for the child is no day missed: leave the school gave, exclusion, a short timetable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise

from bot.rules.attendance import NONE_SETTLED, Counts, Mark, Session, together
from bot.rules.calendar import moment_at, wall
from bot.rules.holidays import holiday_on
from bot.rules.marks import CUSTODY, Codes
from bot.rules.nudges import TALKING
from bot.rules.practice import Calendar
from bot.rules.school_clocks import has_left
from bot.rules.weeks import BY_ARRANGEMENT, monday_of

LEAST = 2  # days: below that nothing is said
ASKED_AT = time(8)  # the key worker, on the second school day
GOES_AT = time(15, 45)  # the text, on the same day
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class HalfTerm:
    """School days without a holiday between them."""

    first: date
    second: date
    last: date


@dataclass(frozen=True, slots=True)
class Missed:
    """What decides whether a family is told of days missed."""

    days: int
    status: str = "engaged"
    hold: str = ""  # ebsa, bereavement, safeguarding, custody
    custody: bool = False  # a register knows of it, whatever anybody said
    paused: bool = False
    quiet: str = ""  # why nothing about absence goes: before Day 6, or not in this tier
    year: int = 9
    today: date = date.min


def half_term_before(calendar: Calendar, day: date) -> HalfTerm | None:
    """Find the half term that was over when the one a day lies in began."""
    listed = [one for one in _half_terms(calendar) if one.first <= day]
    return listed[-2] if len(listed) > 1 else None


def next_ask(calendar: Calendar, after: datetime) -> datetime | None:
    """Find when key workers are next asked: the morning of a half term's second school day."""
    asked = (moment_at(one.second, ASKED_AT) for one in _half_terms(calendar)[1:])
    return next((moment for moment in asked if moment > after), None)


def goes_from(calendar: Calendar, now: datetime) -> datetime:
    """Find when what is approved now may leave: not before 15:45 of the second school day."""
    listed = [one for one in _half_terms(calendar) if one.first <= wall(now).date()]
    return max(now, moment_at(listed[-1].second, GOES_AT)) if listed else now


def useful_until(asked_on: date) -> datetime:
    """Find the end of the week a family may be told in: then the fresh start is an old one."""
    return moment_at(monday_of(asked_on) + WEEK, time.min)


def days_missed(
    marks: Iterable[Mark], codes: Codes, settled: Mapping[Session, int] = NONE_SETTLED
) -> int:
    """Count whole days missed: two sessions are one, and half a day is not told of.

    What two registers disagree about, or neither knows yet, is no session missed.
    """
    read = together(marks, codes, settled).values()
    awaited = (each.code for each in read if isinstance(each, Counts))
    missed = (code for code in awaited if code not in BY_ARRANGEMENT)
    return sum(codes[code].counts == "absent" for code in missed) // 2


def in_custody(marks: Iterable[Mark]) -> bool:
    """Say whether a register knows of custody in this time."""
    return any(mark.code == CUSTODY for mark in marks)


def absent_codes(codes: Codes) -> frozenset[str]:
    """List the codes that may stand for a session missed."""
    return frozenset(code for code, each in codes.items() if each.counts == "absent") - (
        BY_ARRANGEMENT
    )


def why_not(missed: Missed) -> str:
    """Say why a family is not told of days missed; empty: a person may say yes to it."""
    reasons = (
        (missed.status == "refused", "the family declined support: nothing until they ask"),
        (missed.status not in TALKING, "the case is not open"),
        (bool(missed.hold) or missed.custody, "nothing about attendance goes to this family"),
        (missed.paused, "messages to this family are paused"),
        (bool(missed.quiet), missed.quiet),
        (has_left(missed.year, missed.today), "past the last day of Year 11"),
        (missed.days < LEAST, "fewer than two days were missed"),
    )
    return next((reason for applies, reason in reasons if applies), "")


@lru_cache(maxsize=64)
def _half_terms(calendar: Calendar) -> tuple[HalfTerm, ...]:
    """Cut the school year at its holidays; a term of one day has no second one, and is none."""
    listed = sorted(calendar.school_days)
    starts = [0] if listed else []
    starts += [
        place
        for place, (before, after) in enumerate(pairwise(listed), 1)
        if after - before > DAY and holiday_on(calendar, before + DAY)
    ]
    pieces = [listed[start:end] for start, end in pairwise([*starts, len(listed)])]
    return tuple(HalfTerm(days[0], days[1], days[-1]) for days in pieces if len(days) > 1)
