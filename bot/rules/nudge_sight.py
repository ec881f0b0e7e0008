"""One child on one day, for one adult: the registers as one, and where the child is expected."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from bot.rules.attendance import Counts, Reading, Session, together
from bot.rules.calendar import wall
from bot.rules.expected import not_expected
from bot.rules.marks import CUSTODY, HALVES, Half
from bot.rules.nudges import Adult, Child, Rules, Schooled
from bot.rules.practice import Calendar
from bot.rules.school_days import calendars_of

CUSTODY_FOR = timedelta(days=14)  # a mark as old as this may still stand for today


@dataclass(frozen=True)
class Sight:
    """One child on one day, for one adult."""

    child: Child
    adult: Adult
    rules: Rules
    now: datetime

    @property
    def today(self) -> date:
        return wall(self.now).date()

    @cached_property
    def read(self) -> Mapping[Session, Reading]:
        """Read every register as one."""
        return together(self.child.marks, self.rules.codes, self.child.settled)

    def code(self, day: date, half: str) -> str:
        """Give the mark that counts; empty: none does."""
        found = self.read.get((day, half))
        return found.code if isinstance(found, Counts) else ""

    def expected(self, day: date) -> list[Half]:
        """List the halves of a day in which the child is expected anywhere."""
        return [half for half in HALVES if not self.why_not(day, half)]

    def schools_on(self, day: date) -> list[Schooled]:
        """List the schools the child is at on a day: a former one decides nothing any more."""
        schools = self.child.schools
        return [s for s in schools if s.schooling.from_on <= day <= s.schooling.until_on]

    def why_not(self, day: date, half: Half) -> str:
        """Say why the child is expected nowhere then; empty: somewhere they are."""
        said = [not_expected(each.schooling, day, half) for each in self.child.schools]
        return "" if "" in said else next(iter(said), "at no school we know of")

    @cached_property
    def calendars(self) -> Collection[Calendar]:
        """List the calendars by which the child has school now, or will have."""
        schoolings = (each.schooling for each in self.child.schools)
        return calendars_of(schoolings, self.rules.practice.calendar, self.today)

    @property
    def in_custody(self) -> bool:
        """Say whether the registers of the last fortnight know of custody."""
        since = self.today - CUSTODY_FOR
        return any(mark.code == CUSTODY and mark.day >= since for mark in self.child.marks)
