"""T5: a provider is away for longer than a message is of use."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import Connection, select

from bot.dispatch import Dispatcher
from bot.dispatch.timing import Timing
from bot.domain import Misconfigured, Outgoing, Receipt, SendError, Sent, Uncertain, Unreachable
from storage import outbox
from storage.database import Database
from storage.tables import Task
from tests.stage import london
from tests.storage.rows import a_home, a_letter
from tests.storm.ground import Ground, ground
from tests.storm.ledger import Ledger, Line, doubles
from tests.storm.outbound import Outcome, Scale

BEGINS = london("2026-12-01 10:00")  # a Tuesday in term
OF_USE = timedelta(hours=1)
AWAY = timedelta(hours=2)
STEP, UNTIL = timedelta(minutes=15), timedelta(hours=4)
TIMING = Timing(grace=timedelta(0), ask_again=timedelta(0), look_every=timedelta(0))
KINDS = ("proactive", "reply", "person", "safety")
# A notice that only follows from another one is nobody's loss; a person's own words are.
OUTAGES: dict[str, Callable[[], SendError]] = {
    "down": lambda: Unreachable("no connection"),
    "busy": lambda: Unreachable("too many at once", "429", after=600),
    "silent": lambda: Uncertain("no answer in time"),
    "account": lambda: Misconfigured("not signed in", "20003"),
}


Told: TypeAlias = defaultdict[int | None, set[str]]


class Away(Ledger):
    """A provider that is away until a moment, and cannot be asked either."""

    clock: Callable[[], datetime]
    problem: Callable[[], SendError]
    back: datetime

    async def send(self, message: Outgoing) -> Sent:
        if self.clock() < self.back:
            raise self.problem()
        return await super().send(message)

    async def look_up(self, message: Outgoing, since: datetime) -> tuple[Receipt, ...]:
        if self.clock() < self.back:
            raise Unreachable("no connection")
        return await super().look_up(message, since)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of a case: whose, of which kind, and whether it is of use for an hour only."""

    ref: str
    person: int
    kind: str
    short: bool


async def t5(engine: str, scale: Scale, seed: int) -> Outcome:
    """Let a provider be away past `not_after`: nothing stale goes, and the worker is told."""
    del seed  # every kind of outage meets every kind of message
    began, found, cases = time.monotonic(), Counter[str](), 0
    async with ground(engine) as laid:
        database = laid.open()
        try:
            for day, how in enumerate(OUTAGES):
                outage = Outage(laid, database, how, BEGINS + timedelta(days=day), scale.messages)
                letters, lines, told = await outage.passes()
                cases += len(letters)
                found += _harm(how, letters, lines, told)
        finally:
            await database.close()
    harm = [f"{what} {n}" for what, n in sorted(found.items())]
    said = f"outages {len(OUTAGES)} ({', '.join(harm) or 'nothing stale, all told, rest arrived'})"
    return Outcome("T5", cases, found.total(), f"{said} seconds {time.monotonic() - began:.0f}")


def _harm(how: str, letters: list[Letter], lines: list[Line], told: Told) -> Counter[str]:
    taken = {line["ref"] for line in lines}
    found = Counter({f"{how}: went twice": doubles(lines)})
    for letter in letters:
        about, gone = f"{how}: {letter.kind}", letter.ref in taken
        # Whoever was asked to check may have written anew: their words come back to them instead.
        back = letter.kind == "person" and {"uncertain", "undelivered"} <= told[letter.person]
        found[f"{about} stale sent"] += letter.short and gone
        found[f"{about} still of use but lost"] += not (letter.short or gone or back)
        found[f"{about} stale and nobody told"] += letter.short and not told[letter.person]
    return +found


@dataclass(frozen=True, slots=True)
class Outage:
    """One outage of one kind, with messages that it makes stale, and others that it does not."""

    laid: Ground
    database: Database
    how: str
    begins: datetime
    families: int

    async def passes(self) -> tuple[list[Letter], list[Line], Told]:
        """Let it pass; returns the messages, what was taken, and whose worker was told."""
        shows = [self.begins]
        channel = Away(self.laid.folder / f"ledger-{self.how}")
        channel.clock, channel.problem = lambda: shows[0], OUTAGES[self.how]
        channel.back = self.begins + AWAY
        letters = await self.database.write(self._waiting)
        one = Dispatcher(
            self.database, {"sms": channel}, self.laid.taskforce(), lambda: shows[0], "t5",
            jitter=lambda: 1.0, timing=TIMING,
        )  # fmt: skip
        while shows[0] < self.begins + UNTIL:
            await one.look_up()
            await one.landed()
            await one.drain()
            shows[0] += STEP
        return letters, channel.lines(), await self.database.read(_told)

    def _waiting(self, connection: Connection) -> list[Letter]:
        """For each kind: messages that are of use for an hour, and messages that stay so."""
        letters, number = [], 1000 * list(OUTAGES).index(self.how)
        for kind in KINDS:
            for short in [True] * self.families + [False] * self.families:
                home, key = a_home(connection, number), f"t5:{number}"
                a_letter(
                    connection, home.line, key, kind=kind, at=self.begins, due_at=self.begins,
                    person_id=home.person, text="storm 1", heard_at=self.begins,
                    author="DO" if kind == "person" else None,
                    not_after=self.begins + OF_USE if short else None,
                )  # fmt: skip
                letters.append(Letter(outbox.ref_of(key), home.person, kind, short))
                number += 1
        return letters


def _told(connection: Connection) -> Told:
    """Say about whom somebody was told that a message did not go, and in which kinds of words."""
    kinds = ("undelivered", "not_sent", "uncertain", "delayed")
    found: Told = defaultdict(set)
    for row in connection.execute(select(Task.person_id, Task.kind).where(Task.kind.in_(kinds))):
        found[row.person_id].add(row.kind)
    return found
