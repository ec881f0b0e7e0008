"""T3: one machine's clock is wrong: nothing goes twice, or early, or not at all; somebody hears."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import Connection, delete, select

from bot.app import assemble
from bot.channels.notify import Notify
from bot.dispatch import Dispatcher
from bot.service import Service
from bot.timekeeping import ALLOWED, Timekeeper
from scheduler.check_ins import NAME
from storage import outbox
from storage.conversations import set_due
from storage.database import Database
from storage.tables import Due, Outbox, Person, Task
from tests.fakes.notify import FakeNotify, settings
from tests.stage import london
from tests.storage.rows import a_home, a_letter
from tests.storm.ground import Ground, ground
from tests.storm.ledger import Ledger
from tests.storm.outbound import Outcome, Scale

SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86_400))
JUMPS = (SECOND, 30 * SECOND, 5 * MINUTE, HOUR, DAY)
SKEWS = (-31, -29, 0, 29, 31)  # seconds; Notify turns away whose clock is off by more than 30
BEGINS = london("2026-12-03 15:30")  # a Thursday in term; the check-in is at 15:45
STEP = 5 * MINUTE
UNTIL = 45 * MINUTE
# So far a clock may be off, and so early or late a message may be, without anybody minding.
SLACK = 5 * MINUTE


@dataclass
class Harm:
    """What a wrong clock did."""

    early: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    doubled: Counter[str] = field(default_factory=Counter)
    unheard: list[str] = field(default_factory=list)  # nobody was told of it

    @property
    def count(self) -> int:
        harm = (self.early, self.lost, self.doubled)
        return sum(one.total() for one in harm) + len(self.unheard)

    def said(self) -> str:
        named = {"early": self.early, "lost": self.lost, "doubled": self.doubled}
        found = [
            f"{what} {one.total()} ({', '.join(f'{n} {k}' for k, n in one.items()) or 'none'})"
            for what, one in named.items()
        ]
        return f"{' '.join(found)} nobody_told {', '.join(self.unheard) or 'none'}"


async def t3(engine: str, scale: Scale, seed: int) -> Outcome:
    """Let one replica's clock jump, and Notify's turn us away: no harm is done, and it is told."""
    began, harm, cases = time.monotonic(), Harm(), 0
    dice = Random(seed)
    async with ground(engine) as laid:
        database = laid.open()
        try:
            for jump in (sign * jump for jump in JUMPS for sign in (1, -1)):
                cases += await _jumps(laid, database, jump, scale.messages, dice, harm)
            for skew in SKEWS:
                cases += await _turned_away(laid, database, skew, scale.messages, harm)
        finally:
            await database.close()
    said = f"jumps {2 * len(JUMPS)} notify_skews {len(SKEWS)} {harm.said()}"
    return Outcome("T3", cases, harm.count, f"{said} seconds {time.monotonic() - began:.0f}")


def _named(jump: timedelta) -> str:
    return f"{jump.total_seconds():+g}s"


async def _jumps(
    laid: Ground, database: Database, jump: timedelta, families: int, dice: Random, harm: Harm
) -> int:
    """Two replicas share the work, and one of them has a clock that has jumped."""
    due = await database.write(partial(_waiting, jump=jump, families=families))
    ledger = Ledger(laid.folder / "ledger")
    begun, shows = len(ledger.lines()), BEGINS
    taken: dict[str, list[datetime]] = {ref: [] for ref in due}
    while shows <= BEGINS + UNTIL:
        clocks = [shows, shows + jump]
        dice.shuffle(clocks)
        for clock in clocks:
            service = _replica(laid, database, ledger, clock, shows)
            await service.tick()
            await service.settle()
            lines = ledger.lines()
            for line in lines[begun:]:
                name = line["ref"] if line["ref"] in taken else line["to"]
                if name in taken:
                    taken[name].append(shows)
            begun = len(lines)
        shows += STEP
    if abs(jump) > ALLOWED and not await database.read(_heard_of_the_clock):
        harm.unheard.append(_named(jump))
    for ref, moment in due.items():
        times = taken[ref]
        harm.lost[_named(jump)] += not times
        harm.doubled[_named(jump)] += max(0, len(times) - 1)
        harm.early[_named(jump)] += any(one < moment - SLACK for one in times)
    for one in (harm.lost, harm.doubled, harm.early):
        one += Counter()  # what is nought is not listed
    return len(due)


def _replica(
    laid: Ground, database: Database, ledger: Ledger, clock: datetime, shows: datetime
) -> Service:
    """Make one of the processes that share the work; all of them read the database's clock."""
    service = assemble(database, laid.taskforce(), {"sms": ledger}, lambda: clock)
    service.timekeeper = Timekeeper(
        database, laid.taskforce(), lambda: clock, f"at {clock}", lambda _connection: shows
    )
    return service


def _waiting(connection: Connection, jump: timedelta, families: int) -> dict[str, datetime]:
    """For each family: a message due now, one due later, one of use for an hour, and a check-in."""
    connection.execute(delete(Due))
    connection.execute(delete(Task))
    first = 1000 * (2 * JUMPS.index(abs(jump)) + (jump < timedelta(0)))
    due = {}
    for number in range(first, first + 4 * families, 4):
        at_once, later, soon, asked = (a_home(connection, number + n) for n in range(4))
        for home, moment, not_after in (
            (at_once, BEGINS, None), (later, BEGINS + 20 * MINUTE, None),
            (soon, BEGINS + 10 * MINUTE, BEGINS + HOUR),
        ):  # fmt: skip
            key = f"t3:{home.person}"
            a_letter(
                connection, home.line, key, kind="safety", at=BEGINS, due_at=moment,
                person_id=home.person, text="storm 1", not_after=not_after,
            )  # fmt: skip
            due[outbox.ref_of(key)] = moment
        ref = connection.execute(select(Person.ref).where(Person.id == asked.person)).scalar_one()
        due[asked.number] = london("2026-12-03 15:45")
        set_due(connection, NAME, ref, due[asked.number])
    return due


async def _turned_away(
    laid: Ground, database: Database, skew: int, families: int, harm: Harm
) -> int:
    """Send through Notify with a clock that is off; then it is put right, and everything goes."""
    name = f"notify {skew:+d}s"
    # Later each time: how fast texts may leave is counted on in the database.
    shows = [BEGINS + (1 + SKEWS.index(skew)) * 3 * HOUR]
    async with FakeNotify(clock=lambda: shows[0]) as fake:
        off = [timedelta(seconds=skew)]
        channel = Notify(settings(fake.base_url), clock=lambda: shows[0] + off[0], total=5)
        first = 20_000 + 1000 * SKEWS.index(skew)
        letters = await database.write(
            partial(_letters, now=shows[0], first=first, families=families)
        )
        one = Dispatcher(
            database, {"sms": channel}, laid.taskforce(), lambda: shows[0], "notify",
            jitter=lambda: 1.0,
        )  # fmt: skip
        for _ in range(12):
            await one.drain()
            shows[0] += MINUTE
        refused = not fake.records.taken
        if refused != (abs(skew) > 30):
            harm.lost[name] += refused
        if refused and not await database.read(_heard_of_the_clock):
            harm.unheard.append(name)
        off[0] = timedelta(0)
        for _ in range(4):
            shows[0] += HOUR / 2
            await one.drain()
        await channel.close()
        times = Counter(one["reference"] for one in fake.records.taken)
    harm.lost[name] += sum(times[ref] == 0 for ref in letters)
    harm.doubled[name] += sum(max(0, times[ref] - 1) for ref in letters)
    harm.lost += Counter()
    harm.doubled += Counter()
    return len(letters)


def _letters(connection: Connection, now: datetime, first: int, families: int) -> list[str]:
    connection.execute(delete(Task))
    for number in range(first, first + families):
        home = a_home(connection, number)
        a_letter(
            connection, home.line, f"t3:{home.person}", kind="safety", at=now, due_at=now,
            person_id=home.person, text="storm 1", purpose="storm",
        )  # fmt: skip
    query = select(Outbox.ref).where(Outbox.purpose == "storm", Outbox.status == "waiting")
    return list(connection.execute(query).scalars())


def _heard_of_the_clock(connection: Connection) -> bool:
    """Say whether any open task tells somebody that this machine's clock is wrong."""
    words = connection.execute(select(Task.words).where(Task.done_at.is_(None))).scalars()
    return any("clock" in one for one in words)
