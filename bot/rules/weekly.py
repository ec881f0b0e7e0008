"""A visit that comes again each week, or every other week, at the same time of day. Pure.

Only how often and for how long stands here: each of these visits is a visit of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, islice, pairwise, takewhile
from typing import Final

from bot.rules.calendar import moment_at, wall

MOST: Final = 12  # visits booked by one yes
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Weekly:
    """How often, and how many times in all or until which day."""

    every: int = 1  # weeks from one to the next
    count: int = 0  # the first included; none: until a day
    until: date | None = None  # the last day on which one may be

    def later_than(self, first: datetime) -> tuple[datetime, ...]:
        """List the visits behind the first: the clock on the wall shows the same time at each."""
        shown = wall(first)
        moments = (moment_at(day, shown.time()) for day in self._days(shown.date()))
        return tuple(islice(moments, 1, MOST))

    def is_cut_short(self, first: date) -> bool:
        """Say whether there would be more than are booked by one yes."""
        return next(islice(self._days(first), MOST, None), None) is not None

    def _days(self, first: date) -> Iterator[date]:
        every = (first + each * self.every * WEEK for each in count())
        if self.until is None:
            return islice(every, self.count)
        last = self.until
        return takewhile(lambda day: day <= last, every)


def unbroken(moments: Sequence[datetime]) -> int:
    """Say how many weeks lie between each of these and the next; 0: not always as many.

    The time of day has to be the same as well.
    """
    shown = [wall(moment) for moment in moments]
    steps = {after.date() - before.date() for before, after in pairwise(shown)}
    if len({one.time() for one in shown}) > 1 or len(steps) != 1:
        return 0
    weeks, rest = divmod(steps.pop(), WEEK)
    return 0 if rest else weeks


def weekly_to_text(weekly: Weekly | None) -> str:
    """Write it down as a conversation keeps it: "1 x4", "2 2026-12-18"."""
    if weekly is None:
        return ""
    end = weekly.until.isoformat() if weekly.until else f"x{weekly.count}"
    return f"{weekly.every} {end}"


def weekly_from_text(kept: str) -> Weekly | None:
    """Read it back."""
    every, _space, end = kept.partition(" ")
    if not kept:
        return None
    if end.startswith("x"):
        return Weekly(int(every), count=int(end[1:]))
    return Weekly(int(every), until=date.fromisoformat(end))
