"""The attendance of a team's pupils together: starters, bands then and now, Day 6. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.rules.attendance import Tally
from bot.rules.attendance_picture import Picture
from bot.rules.weeks import BANDS, Week, band

BANDED_WEEKS = 6


@dataclass(frozen=True, slots=True)
class Pupil:
    """One pupil of a report."""

    case: str
    child: str
    tier: int
    starts_on: date | None
    picture: Picture


@dataclass(frozen=True, slots=True)
class Starter:
    """One pupil who started in a period, and how the first weeks went."""

    pupil: Pupil
    start: int | None  # in tenths of a per cent
    weeks: tuple[int | None, ...]  # of the first six, as far as they have come
    gained: int | None  # in tenths of a point


@dataclass(frozen=True, slots=True)
class Banded:
    """How many pupils were in each band in one week."""

    monday: date
    pupils: Mapping[str, int]
    without: int  # pupils with no session that counts

    @property
    def known(self) -> int:
        return sum(self.pupils.values())


@dataclass(frozen=True, slots=True)
class Team:
    """What the report on a period shows."""

    starters: tuple[Starter, ...]
    bands: tuple[Banded, ...]  # oldest week first
    day_six: tuple[Pupil, ...]  # those to whom education was owed

    @property
    def gained(self) -> int | None:
        """The mean change of the starters, in tenths of a point, half a tenth rounded up."""
        known = [one.gained for one in self.starters if one.gained is not None]
        return (2 * sum(known) + len(known)) // (2 * len(known)) if known else None

    @property
    def risen(self) -> tuple[int, int]:
        """How many starters come more often than at their start, of how many that is known of."""
        known = [one.gained for one in self.starters if one.gained is not None]
        return sum(each > 0 for each in known), len(known)


def team_of(pupils: Sequence[Pupil], first: date, last: date) -> Team:
    """Put the pupils of a team together for the starters of a period."""
    started = (one for one in pupils if one.starts_on and first <= one.starts_on <= last)
    owed = (one for one in pupils if one.picture.owed is not None)
    return Team(
        tuple(
            _starter(one) for one in sorted(started, key=lambda each: (each.starts_on, each.case))
        ),
        tuple(_bands(pupils)),
        tuple(owed),
    )


def _starter(pupil: Pupil) -> Starter:
    seen = pupil.picture
    weeks = tuple(step.week.tally.tenths for step in seen.steps)
    return Starter(pupil, seen.own_start, weeks, seen.gained)


def _bands(pupils: Sequence[Pupil]) -> Iterable[Banded]:
    """Count the pupils in each band in the last six weeks of which anything is known."""
    shown = (week for one in pupils for week in one.picture.weeks)
    weeks = {week.monday for week in shown if week.tally.possible}
    for monday in sorted(weeks)[-BANDED_WEEKS:]:
        found = [_in_week(one.picture.weeks, monday) for one in pupils]
        counted = Counter(band(one) for one in found)
        named = {name: counted[name] for name in BANDS}
        yield Banded(monday, named, counted[None])


def _in_week(weeks: Iterable[Week], monday: date) -> Tally:
    return next((week.tally for week in weeks if week.monday == monday), Tally())
