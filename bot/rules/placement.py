"""A child's time at a setting: its dates as a person says them, and what is wrong with them. Pure.

Nothing is worked out in place of a person: twelve weeks are offered both ways, and one is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

from bot.rules.calendar import is_school_day
from bot.rules.digest_lines import day_shown
from bot.rules.expected import DAYS, SLOTS, Pattern, Slot
from bot.rules.practice import Calendar
from bot.rules.weeks import monday_of

LONGEST = timedelta(days=366)  # of one agreed stretch
FAR = timedelta(days=3 * 366)  # a date further off than this is a slip
NEW_PLAN = timedelta(days=28)  # after the last step of a plan: what comes then is another plan
EVERY_SLOT = frozenset(SLOTS.values())

# Nothing about attendance goes to these families by itself.
HOLDS: Mapping[str, str] = MappingProxyType(
    {
        "ebsa": "school is hard for emotional reasons (EBSA)",
        "bereavement": "the family is bereaved",
        "safeguarding": "held for safeguarding",
        "custody": "the child is in custody",
    }
)
_PERCENT = re.compile(r"(\d{1,3})(?:[.,](\d))?\s*%?")
_WHOLE = 1000  # tenths of a per cent


@dataclass(frozen=True, slots=True)
class Placed:
    """What a person has said of one placement."""

    starts_on: date | None = None  # of education here; None: nobody knows yet
    ends_on: date | None = None  # the agreed end
    excluded_on: date | None = None  # first school day of a permanent exclusion
    prior_tenths: int | None = None  # attendance at the previous setting
    ended_on: date | None = None

    def week(self, day: date) -> int | None:
        """Say which week of it this is, counted from the Monday of the first; None: not begun."""
        if self.starts_on is None or day < self.starts_on:
            return None
        return (monday_of(day) - monday_of(self.starts_on)).days // 7 + 1


@dataclass(frozen=True, slots=True)
class Wrong:
    """One field that cannot stand as it is, and what to do about it."""

    name: str
    words: str


def tenths_of(words: str) -> int | None:
    """Read attendance as it is typed: "87.5", "87.5%". Raises ValueError; empty: not known."""
    if not words.strip():
        return None
    found = _PERCENT.fullmatch(words.strip())
    tenths = int(found[1]) * 10 + int(found[2] or 0) if found else _WHOLE + 1
    if tenths > _WHOLE:
        raise ValueError("no percentage")
    return tenths


def wrong_with(placed: Placed, today: date) -> list[Wrong]:
    """List what is wrong with the dates of a placement, as its form names them."""
    dates = {
        "starts_on": placed.starts_on,
        "ends_on": placed.ends_on,
        "excluded_on": placed.excluded_on,
        "ended_on": placed.ended_on,
    }
    found = [
        Wrong(name, "is years away. Please check the year.")
        for name, day in dates.items()
        if day is not None and abs(day - today) > FAR
    ]
    return found or [
        Wrong(name, words) for name, words, applies in _order(placed, today) if applies
    ]


def _order(placed: Placed, today: date) -> Iterable[tuple[str, str, bool]]:
    start, end, over = placed.starts_on, placed.ends_on, placed.ended_on
    if start is None:
        yield "ends_on", "needs a first day: an end is agreed with a start.", end is not None
        yield "ended_on", "needs a first day: nothing ends that never began.", over is not None
    else:
        late = "comes before the first day here."
        yield "ends_on", late, end is not None and end < start
        yield "ended_on", late, over is not None and over < start
        after = "comes after the first day here. Education elsewhere follows an exclusion."
        out = placed.excluded_on
        yield "excluded_on", after, out is not None and out > start
    ahead = "lies ahead. An end to come is the agreed end."
    yield "ended_on", ahead, over is not None and over > today


def stretch_fault(pattern: Pattern) -> str:
    """Say what is wrong with one agreed stretch by itself; empty: nothing."""
    if not pattern.slots:
        return "Please tick at least one session. To agree on none, hold the case instead."
    if pattern.until_on < pattern.from_on:
        return "It ends before it begins."
    if pattern.until_on - pattern.from_on > LONGEST:
        return "It is longer than a year. Short days are for a short time: agree on an end."
    if pattern.kind == "reduced" and pattern.slots == EVERY_SLOT:
        return "Every session is ticked: that is full time, and needs no reduced timetable."
    return ""


def numbered(steps: Sequence[Pattern], new: Pattern) -> Pattern:
    """Give a step back its number: the next of the plan, or the first of a new one."""
    last = _last_of_plan(steps, new)
    return replace(new, step=last.step + 1 if last else 1)


def step_fault(calendar: Calendar, steps: Sequence[Pattern], new: Pattern) -> str:
    """Say why a step cannot follow those that are agreed: they overlap, or days fall between."""
    for each in steps:
        if new.from_on <= each.until_on and each.from_on <= new.until_on:
            first, last = day_shown(each.from_on), day_shown(each.until_on)
            return f"It overlaps step {each.step}, {first} to {last}. Change a date, or stop that."
    last_step = _last_of_plan(steps, new)
    if last_step is None:
        return ""
    if new.from_on < last_step.from_on:
        return f"It comes before step {last_step.step}. Add steps in their order, or stop the rest."
    between = _school_days(calendar, last_step.until_on, new.from_on)
    if not between:
        return ""
    days = ", ".join(day_shown(day) for day in between[:3]) + (" and more" * (len(between) > 3))
    return (
        f"{days} would be in no step: step {last_step.step} ends on "
        f"{day_shown(last_step.until_on)}. Begin this one on {day_shown(between[0])}."
    )


def patterns_at(
    patterns: Iterable[Pattern], *, provision: bool, shared: bool
) -> tuple[Pattern, ...]:
    """Read what was agreed for a child as one school has to.

    A step back of a pupil of two schools is at the school they go back to: the provision waits
    for them in all other sessions. A reduced timetable counts in both.
    """
    return tuple(
        replace(each, slots=EVERY_SLOT - each.slots)
        if provision and shared and each.kind == "reintegration"
        else each
        for each in patterns
    )


def sessions_in_words(slots: Iterable[Slot]) -> str:
    """Write the sessions of a week for staff: "Mon and Tue, Wed morning"."""
    wanted = frozenset(slots)
    if wanted == EVERY_SLOT:
        return "full time"
    whole, part = [], []
    for number, name in enumerate(DAYS):
        morning, afternoon = (number, "am") in wanted, (number, "pm") in wanted
        if morning and afternoon:
            whole.append(name.title())
        elif morning or afternoon:
            part.append(f"{name.title()} {'morning' if morning else 'afternoon'}")
    return ", ".join((*whole, *part))


def _last_of_plan(steps: Sequence[Pattern], new: Pattern) -> Pattern | None:
    """Find the last step of the plan a new one belongs to; None: it begins a plan."""
    last = max(steps, key=lambda each: each.until_on, default=None)
    return None if last is None or new.from_on - last.until_on > NEW_PLAN else last


def _school_days(calendar: Calendar, after: date, before: date) -> list[date]:
    ahead = (after + timedelta(days=each) for each in range(1, (before - after).days))
    return [day for day in ahead if is_school_day(calendar, day)]
