"""One family and its visits, from the first text to the last, on a clock of its own.

Jobs and gate are the service's; only what has to do with visits is due here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.dispatch.claiming import Claiming, claim
from bot.dispatch.results import Result, keep
from bot.dispatch.timing import Timing
from bot.domain import Inbound, Sent
from bot.rules.calendar import moment_at, wall
from bot.rules.visits import BOOKED, CANCELLED, OFFERED, Coming, NewVisit, Plan, Visit
from bot.scene.family import family_of
from bot.scene.scene import Scene, Taskforce
from bot.turns import hear, start, visit_news
from scheduler.silence import silence
from scheduler.visit_reminders import visit_reminder
from storage.addresses import lines_of, person_by_ref
from storage.booking import Taken, change_visit, make_visit
from storage.conversations import Moment, load_state
from storage.tables import Due, Outbox
from storage.visits import find_visit

JOBS = {"visit_reminder": visit_reminder, "silence": silence}
ON_AT = re.compile(r"on (\w{3} \d{1,2} \w{3}) at (\d\d:\d\d)")
WAITS = ("waiting", "held")
MINUTE = timedelta(minutes=1)


@dataclass
class History:
    """What has happened so far, and every text the family has received."""

    connection: Connection
    taskforce: Taskforce
    case: str
    person: str
    now: datetime
    visit: Visit | None = None
    received: list[str] = field(default_factory=list)
    pressed: list[tuple[str, int]] = field(default_factory=list)  # buttons there ever were
    reminded: list[tuple[int, int, str]] = field(default_factory=list)
    count: int = 0

    def scene(self) -> Scene:
        self.count += 1
        return Scene(self.connection, self.taskforce, self.now, f"history:{self.count}")

    def does(self, what: str, number: int) -> None:
        """Let one thing happen, then look whether everything is still as it must be."""
        if what == "wait":
            self.waits(self.now + timedelta(hours=number * 3))
        elif what == "write":
            self.writes(("1", "2", "3", "4", "see you then", "not thurs, next week?")[number % 6])
        elif what == "press" and self.pressed:
            key, turn = self.pressed[number % len(self.pressed)]
            self._hears(key=key, turn=turn)
        elif what == "book":
            self.books(number)
        elif what == "other":
            self.asks_something_else()
        elif what in {"move", "cancel"}:
            self.changes(number if what == "move" else None)
        self.dispatches()
        self.looks()

    def time(self, number: int) -> datetime:
        """Make a time within nine days, by day, quarter past something."""
        day = wall(self.now).date() + timedelta(days=number % 9)
        return moment_at(day, wall(self.now).time().replace(hour=9 + number % 8, minute=15))

    def books(self, number: int) -> None:
        """Book a visit, or offer times for one, unless there is one already."""
        if self.visit is not None and self.visit.is_live:
            return
        at = self.time(number)
        if at <= self.now:
            return
        offers = number % 3 == 0
        plan = Plan(60, "learning_centre", (Coming("DO"),), None if offers else at)
        new = NewVisit("home_visit", (self.case,), self.person, plan)
        try:
            self.visit = make_visit(self.connection, new, "DO", self.now)
        except Taken:
            return
        scene = self.scene()
        visit_news.plan_visit(scene, self.visit)
        if offers:
            times = [at, at + timedelta(days=1), at + timedelta(days=2)]
            visit_news.tell_offer(scene, self.visit, times)
        else:
            visit_news.tell_booked(scene, self.visit)

    def asks_something_else(self) -> None:
        """Open another question: what is said of visits beside it has no numbers."""
        person = person_by_ref(self.connection, self.person)
        family = family_of(self.scene(), person) if person else None
        assert family is not None
        start(self.scene(), family, "holiday_wish", {}, not_after=None)

    def changes(self, number: int | None) -> None:
        """Move a visit, or call it off."""
        visit = self.visit
        at = self.time(number) if number is not None else None
        if visit is None or not visit.is_live or (at is not None and at <= self.now):
            return
        plan = visit.plan if at is None else replace(visit.plan, starts_at=at)
        state = CANCELLED if at is None else BOOKED
        reason = "by_us" if at is None else "moved"
        changed = change_visit(self.connection, visit, plan, state, reason, "DO", self.now)
        assert changed is not None
        self.visit, scene = changed, self.scene()
        visit_news.plan_visit(scene, changed)
        if at is None:
            visit_news.tell_cancelled(scene, changed)
        else:
            visit_news.tell_booked(scene, changed, moved=True)

    def writes(self, words: str) -> None:
        self._hears(words=words)

    def _hears(self, **deed: Any) -> None:
        self.now += timedelta(seconds=10)
        person = person_by_ref(self.connection, self.person)
        assert person is not None
        [line] = lines_of(self.connection, person.id)
        self.count += 1
        inbound = Inbound(line.channel, f"history-{self.count}", line.address, **deed)
        hear(self.connection, self.taskforce, inbound, self.now)

    def waits(self, until: datetime) -> None:
        """Let time pass; whatever is due on the way happens at its moment."""
        while self.now < until and (at := self._next(until)) is not None:
            self.now = max(self.now + MINUTE, at)
            for row in self._due():
                JOBS[row.job](self.scene(), Moment(row.id, row.job, row.subject, row.turn, row.at))
            self.dispatches()
        self.now = max(self.now, until)

    def _next(self, until: datetime) -> datetime | None:
        mine = select(Due.at).where(Due.job.in_(list(JOBS)), Due.at <= until)
        out = select(Outbox.due_at).where(Outbox.status.in_(WAITS), Outbox.due_at <= until)
        moments = [*self.connection.execute(mine).scalars()]
        moments += [*self.connection.execute(out.where(Outbox.kind != "staff")).scalars()]
        return min(moments, default=None)

    def _due(self) -> list[Row[Any]]:
        query = select(Due).where(Due.job.in_(list(JOBS)), Due.at <= self.now)
        rows = self.connection.execute(query.order_by(Due.at, Due.id))
        return [row[0] if isinstance(row[0], Due) else row for row in rows]

    def dispatches(self) -> None:
        """Send what may go; news for staff is no part of this history."""
        staff = (Outbox.kind == "staff", Outbox.status.in_(WAITS))
        self.connection.execute(update(Outbox).where(*staff).values(status="cancelled"))
        claims = claim(Claiming(self.connection, self.taskforce, "history", self.now)).claims
        for each in claims:
            row = self.connection.execute(
                select(Outbox.purpose, Outbox.recipe, Outbox.text, Outbox.person_id).where(
                    Outbox.id == each.outbox_id
                )
            ).one()
            self.is_so(row)
            self.received.append(each.outgoing.shown.text)
            self.received += [label for _key, label in each.outgoing.shown.choices]
            if each.outgoing.turn is not None:
                keys = [key for key, _label in each.outgoing.shown.choices]
                self.pressed += [(key, each.outgoing.turn) for key in keys]
            self.count += 1
            result = Result(each, Sent(f"sent-{self.count}", each.outgoing.shown.text))
            keep(self.connection, self.taskforce, "history", result, self.now, 0.5, Timing())

    def is_so(self, row: Row[Any]) -> None:
        """Everything that leaves is so at this very moment."""
        about = (row.recipe or {}).get("answers", {}).get("visit")
        visit = find_visit(self.connection, int(about)) if about else None
        if visit is None:
            return
        begins = visit.plan.starts_at
        for day, at in ON_AT.findall(row.text):
            assert begins is not None, row.text
            assert _shown(begins) == (day, at), row.text
            assert visit.state == (CANCELLED if "is off" in row.text else BOOKED), row.text
            assert self.now < begins, row.text
        if row.purpose in {"visit_3d", "visit_1d", "visit_2h"} and "Reminder" in row.text:
            assert visit.state == BOOKED
            self.reminded.append((visit.id, visit.version, f"{wall(self.now):%Y-%m-%d}"))

    def looks(self) -> None:
        """Nothing is due of an older version; a yes is one to a time they have seen."""
        if self.visit is None:
            return
        now = self.visit = find_visit(self.connection, self.visit.id)
        assert now is not None
        assert len(set(self.reminded)) == len(self.reminded)
        waits = select(Due.subject).where(Due.job.in_(("visit_reminder", "visit_outcome")))
        for subject in self.connection.execute(waits).scalars():
            assert subject.partition(":")[0] == f"{now.id}.{now.version}"
            assert now.state == BOOKED
        if now.confirmed_at is not None and now.plan.starts_at is not None:
            day, at = _shown(now.plan.starts_at)
            assert any(f"{day} at {at}" in said or f"{day} {at}" in said for said in self.received)
        if now.state == OFFERED:
            assert now.plan.starts_at is None
        self._asks_of_now(now)

    def _asks_of_now(self, now: Visit) -> None:
        """No question stays open about a visit as it was before."""
        state = load_state(self.connection, now.person_id) if now.person_id else None
        if state is not None and state.answers.get("visit") == str(now.id):
            assert state.answers["version"] == str(now.version)


def _shown(moment: datetime) -> tuple[str, str]:
    here = wall(moment)
    return f"{here:%a} {here.day} {here:%b}", f"{here:%H:%M}"


def steps() -> Iterator[str]:
    """Name what may happen, what happens most often more often."""
    yield from ("wait", "wait", "wait", "write", "write", "write", "press", "book", "move")
    yield from ("move", "cancel", "other")
