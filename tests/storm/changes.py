"""T1: London's clocks change under what is due: each thing happens once, when the wall says so."""

from __future__ import annotations

import time as stopwatch
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from random import Random

from sqlalchemy import Connection, delete, select, update

from bot.dispatch import Dispatcher
from bot.rules.practice import FRIDAY, SUNDAY, Calendar, CheckInRhythm, Span
from bot.scene.family import family_of
from bot.scene.scene import Scene, Taskforce
from scheduler.check_ins import NAME, plan_first
from scheduler.clock import Ticker
from storage.addresses import person_by_id
from storage.conversations import set_due
from storage.database import Database
from storage.staff import week_to_json
from storage.tables import Due, NotSent, Staff
from tests.storage.rows import Home, a_home
from tests.storm.ground import Ground, ground
from tests.storm.ledger import Ledger
from tests.storm.outbound import Outcome, Scale

# The moments are worked out by hand: they are what the code under test is held against.
SPRING, AUTUMN = datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC)
ALL_WEEK = dict.fromkeys(range(7), Span(time(0), time(23, 59)))
STEPS = (1, 60, 7 * 60, 20 * 60, 29 * 60, 29 * 60)  # seconds from one tick to the next
LATEST = timedelta(minutes=29)
SHOWN = 4
FAMILIES = 2


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is due at which wall time, and at which moments that is, each time the clocks change."""

    name: str
    weekday: int
    at: time
    moments: dict[datetime, tuple[datetime, ...]]


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


SCHEDULES = (
    # Half past one is skipped in spring, and comes twice in autumn: then the first one counts.
    Schedule("01:30", SUNDAY, time(1, 30), {
        SPRING: (_utc("2027-03-28 01:00"),), AUTUMN: (_utc("2027-10-31 00:30"),)}),
    Schedule("08:55", SUNDAY, time(8, 55), {
        SPRING: (_utc("2027-03-28 07:55"),), AUTUMN: (_utc("2027-10-31 08:55"),)}),
    Schedule("16:00", SUNDAY, time(16), {
        SPRING: (_utc("2027-03-28 15:00"),), AUTUMN: (_utc("2027-10-31 16:00"),)}),
    # Asked on Friday, and asked again two days later at the same time by the wall.
    Schedule("days apart", FRIDAY, time(9), {
        SPRING: (_utc("2027-03-26 09:00"), _utc("2027-03-28 08:00")),
        AUTUMN: (_utc("2027-10-29 08:00"), _utc("2027-10-31 09:00"))}),
)  # fmt: skip


async def t1(engine: str, scale: Scale, seed: int) -> Outcome:
    """Step over both clock changes in many sizes of step, and restart at them: all fires once."""
    began, dice, wrong, cases = stopwatch.monotonic(), Random(seed), [], 0
    async with ground(engine) as laid:
        database = laid.open()
        await database.write(_everybody_always_works)
        await database.close()
        for number in range(scale.messages):
            for change in (SPRING, AUTUMN):
                for schedule in SCHEDULES:
                    walk = Walk(laid, change, schedule, Random(dice.random()), cases)
                    found = await walk.passes()
                    cases += FAMILIES
                    wrong += [f"walk {number} {schedule.name} {what}" for what in found]
    words = "; ".join(wrong[:SHOWN]) or "each once, at the right time by the wall"
    seconds = stopwatch.monotonic() - began
    return Outcome(
        "T1", cases, len(wrong), f"changes 2 schedules 4 ({words}) seconds {seconds:.0f}"
    )


def _everybody_always_works(connection: Connection) -> None:
    connection.execute(update(Staff).values(hours=week_to_json(ALL_WEEK)))


@dataclass
class Walk:
    """One walk of the clock over one change, with a restart in the middle."""

    laid: Ground
    change: datetime
    schedule: Schedule
    dice: Random
    first: int

    async def passes(self) -> list[str]:
        """Let two days pass; returns what was wrong, in words."""
        begins = self.schedule.moments[self.change][0] - timedelta(hours=2)
        database, shows = self.laid.open(), begins
        homes = await database.write(partial(self._planned, now=begins))
        ticks = list(self._ticks(begins))
        fired: dict[str, list[datetime]] = {home.number: [] for home in homes}
        for shows in ticks:
            if shows == self.change:  # another process goes on from here
                await database.close()
                database = self.laid.open()
            for number in await self._tick(database, shows):
                fired[number].append(shows)
        noted = await database.read(partial(self._noted, homes=homes))
        await database.close()
        expected = self.schedule.moments[self.change]
        wrong = [what for times in fired.values() for what in self._judged(times, expected)]
        return wrong + noted

    def _ticks(self, begins: datetime) -> Iterator[datetime]:
        """Walk in steps of every size, and stand at the very moment of the change once."""
        shows, ends = begins, self.change + timedelta(hours=17)
        while shows < ends:
            yield shows
            following = shows + timedelta(seconds=self.dice.choice(STEPS))
            shows = self.change if shows < self.change < following else following

    def _taskforce(self) -> Taskforce:
        days = frozenset(self.change.date() + timedelta(days=n) for n in range(-3, 4))
        practice = replace(
            self.laid.taskforce().practice,
            calendar=Calendar(school_days=days), sending_week=ALL_WEEK, proven_on_import=True,
            check_in=CheckInRhythm(weekday=self.schedule.weekday, at=self.schedule.at),
        )  # fmt: skip
        return replace(self.laid.taskforce(), practice=practice)

    def _planned(self, connection: Connection, now: datetime) -> list[Home]:
        """Put families on record, and plan their first check-in as an import does."""
        connection.execute(delete(Due))
        homes = [a_home(connection, self.first + number) for number in range(FAMILIES)]
        scene = Scene(connection, self._taskforce(), now, f"t1:{self.first}")
        for home in homes:
            person = person_by_id(connection, home.person)
            family = family_of(scene, person)
            assert family is not None
            set_due(connection, NAME, person.ref, plan_first(scene, family))
        return homes

    async def _tick(self, database: Database, now: datetime) -> list[str]:
        """Run what is due and send what may go; returns the numbers that got something."""
        ledger, taskforce = Ledger(self.laid.folder / "ledger"), self._taskforce()
        if not await Ticker(database, taskforce).run_due(now):
            return []
        before = len(ledger.lines())
        await Dispatcher(database, {"sms": ledger}, taskforce, lambda: now, "t1").drain()
        return [line["to"] for line in ledger.lines()[before:] if line["to"].startswith("+4477008")]

    def _noted(self, connection: Connection, homes: list[Home]) -> list[str]:
        """List in words what was noted as not sent."""
        people = [home.person for home in homes]
        query = select(NotSent.reason).where(NotSent.person_id.in_(people))
        return [f"not sent: {reason}" for reason in connection.execute(query).scalars()]

    def _judged(self, fired: list[datetime], expected: tuple[datetime, ...]) -> list[str]:
        if len(fired) != len(expected):
            return [f"fired {len(fired)} times, not {len(expected)}"]
        late = fired[0] - expected[0]  # what follows is counted from when the question left
        moments = [expected[0], *(due + late for due in expected[1:])]
        return [
            f"fired at {was:%d %b %H:%M}Z, not at {due:%H:%M}Z"
            for was, due in zip(fired, moments, strict=True)
            if not due <= was <= due + LATEST
        ]
