"""Who ought to own a message, in the words of the rules: plain loops over days and covers.

It shares no line with `bot.rules.routing`, whose answers it judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.rules.routing import Standin, owners, paged, standing_owner
from tests.routes.worlds import HOLIDAYS, LONDON, Caller, World, key_workers

HERE_BY = 2  # working days a family waits for its own key worker
SATURDAY = 5
RING = "everybody covers for the next"


class Judge:
    """Says who ought to own a message, in the words of the rules."""

    def __init__(self, world: World, now: datetime) -> None:
        self.world, self.now = world, now.astimezone(LONDON)
        self.today = self.now.date()
        self.workers = world.team.workers

    def works(self, ref: str | None) -> bool:
        return ref in self.workers and self.workers[ref].active

    def away(self, ref: str) -> Standin | None:
        """The newest cover that runs today for somebody."""
        found = None
        for cover in self.world.team.covers:
            begun = cover.from_on <= self.today
            over = cover.to_on is not None and cover.to_on < self.today
            if cover.staff == ref and begun and not over and (not found or cover.id > found.id):
                found = cover
        return found

    def owner(self, key_worker: str | None) -> str:
        """Key worker, else cover, else duty, else manager; a deputy for whoever is off for long."""
        found = self.at_the_end_of_covers(key_worker)
        if found is RING:
            return self.top()
        if found is None:
            return self.nobody_of_theirs()
        if self.later_today(found) or self.in_by(found):
            return found
        deputy = self.workers[found].deputy
        return deputy if deputy and self.works(deputy) and not self.away(deputy) else found

    def at_the_end_of_covers(self, key_worker: str | None) -> str | None:
        """Whoever is left when everybody who is away has handed over; None: nobody of theirs."""
        been: list[str] = []
        at = key_worker
        while at is not None and at in self.workers:
            if at in been:
                return RING
            cover = self.away(at)
            if cover is None:
                return at if self.workers[at].active else None
            been.append(at)
            at = cover.substitute
        return None

    def later_today(self, ref: str) -> bool:
        hours = self.workers[ref].hours.get(self.today.weekday())
        if hours is None or self.today in HOLIDAYS:
            return False
        return self.now.time() < hours.end

    def in_by(self, ref: str) -> bool:
        """Is the worker in on any day up to and including the second working day from now?"""
        day, left = self.today, HERE_BY
        while left:
            day += timedelta(days=1)
            if day.weekday() in self.workers[ref].hours and day not in HOLIDAYS:
                return True
            left -= day.weekday() < 5 and day not in HOLIDAYS
        return False

    def nobody_of_theirs(self) -> str:
        for ref in self.world.practice.duty:
            if self.works(ref) and not self.away(ref):
                return ref
        return self.top()

    def top(self) -> str:
        """The manager, working or not; else duty, else whoever there is."""
        practice = self.world.practice
        named = (
            practice.manager, *practice.duty, practice.manager, practice.safeguarding_lead,
            *practice.out_of_hours, *practice.duty, *self.workers,
        )  # fmt: skip
        return next((ref for ref in named if self.works(ref)), practice.manager)


def judged(world: World, caller: Caller, now: datetime) -> Iterator[str]:
    """Say what is wrong with the answer to one message."""
    today = now.astimezone(LONDON).date()
    theirs = key_workers(caller, today)
    judge = Judge(world, now)
    wanted = list(dict.fromkeys(judge.owner(who) for who in (theirs or [None])))
    got = owners(world.team, world.practice, theirs, now)
    if not got:
        yield "ownerless"
    if got != wanted:
        yield "misrouted"
    anybody = any(worker.active for worker in world.team.workers.values())
    if anybody and not all(world.team.workers[ref].active for ref in got):
        yield "to a leaver"
    for who in theirs or [None]:
        if anybody and not paged(world.team, world.practice, who, now):
            yield "danger with nobody"
        standing = standing_owner(world.team, world.practice, who, now).staff
        if anybody and not world.team.workers[standing].active:
            yield "standing with a leaver"
