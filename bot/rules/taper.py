"""How often a family is asked how things go, thinning out after a child's return. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from bot.rules.practice import Taper

WEEKLY, FORTNIGHTLY, MONTHLY, NONE = "weekly", "fortnightly", "monthly", "none"
EVERY: Mapping[str, int] = MappingProxyType({WEEKLY: 1, FORTNIGHTLY: 2, MONTHLY: 4})  # in weeks
OFTEN = (WEEKLY, FORTNIGHTLY, MONTHLY, NONE)  # the most frequent first
RETURNING = "reintegrating"
FIRST_MONDAY = date(2001, 1, 1)  # from which weeks are counted where no return says from when


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What says how often the family of one case is asked."""

    status: str
    cadence: str = ""  # as somebody has settled it; empty: as the taper says
    returned_on: date | None = None

    def on(self, day: date, taper: Taper) -> str:
        """Say how often this family is asked in the week of a day."""
        if self.cadence:
            return self.cadence
        if self.returned_on is None:  # nobody knows since when: nothing thins out unseen
            return WEEKLY
        since = weeks_between(self.returned_on, day)
        if since < taper.weekly_weeks:
            return WEEKLY
        return FORTNIGHTLY if since < taper.weekly_weeks + taper.fortnightly_weeks else MONTHLY

    def asks(self, day: date, taper: Taper) -> bool:
        """Say whether it is looked at in the week of a day if a check-in goes.

        The last of the weekly weeks is where the fortnights begin, and the last of those where
        the months do: so no two are closer, or further apart, than they should be. Whoever is
        never asked is looked at every week, so that staff read why nothing went.
        """
        often = self.on(day, taper)
        if often in {WEEKLY, NONE}:
            return True
        return weeks_between(self._counted_from(often, taper), day) % EVERY[often] == 0

    def _counted_from(self, often: str, taper: Taper) -> date:
        if self.returned_on is None or self.cadence:
            return self.returned_on or FIRST_MONDAY
        weekly = max(taper.weekly_weeks, 1) - 1
        after = taper.fortnightly_weeks // 2 * 2 if often == MONTHLY else 0
        return self.returned_on + timedelta(weeks=weekly + after)


def thins_out(rhythm: Rhythm) -> bool:
    """Say whether a family may be asked less often than every week, now or later."""
    return bool(rhythm.cadence or rhythm.returned_on)


def weeks_between(first: date, day: date) -> int:
    """Count the weeks from the week of one day to that of another."""
    return (_monday(day) - _monday(first)).days // 7


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def most_frequent(rhythms: Collection[Rhythm], day: date, taper: Taper) -> Rhythm | None:
    """Choose among siblings on one phone whose rhythm counts; None: nobody said anything.

    Of two that are as frequent it is whoever returned last: theirs lasts the longer.
    """

    def often(rhythm: Rhythm) -> tuple[int, int]:
        returned_on = rhythm.returned_on or date.min
        return OFTEN.index(rhythm.on(day, taper)), -returned_on.toordinal()

    return min(rhythms, key=often, default=None)


def cadence_of(rhythms: Collection[Rhythm], day: date, taper: Taper) -> str:
    """Say how often one phone is asked in the week of a day."""
    chosen = most_frequent(rhythms, day, taper)
    return WEEKLY if chosen is None else chosen.on(day, taper)


def asks_in(rhythms: Collection[Rhythm], day: date, taper: Taper) -> bool:
    """Say whether one phone is asked in the week of a day."""
    chosen = most_frequent(rhythms, day, taper)
    return chosen is None or chosen.asks(day, taper)


def in_words(rhythm: Rhythm, today: date, taper: Taper) -> str:
    """Tell staff how often, until when, and what then: "fortnightly until 8 Feb, then monthly"."""
    now = rhythm.on(today, taper)
    if rhythm.cadence or rhythm.returned_on is None or now == MONTHLY:
        return "no check-ins" if now == NONE else f"check-ins {now}"
    weeks = taper.weekly_weeks + (taper.fortnightly_weeks if now == FORTNIGHTLY else 0)
    ends = _monday(rhythm.returned_on) + timedelta(weeks=weeks)
    return f"check-ins {now} until {ends.day} {ends:%b}, then {rhythm.on(ends, taper)}"
