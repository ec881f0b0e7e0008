"""T5: a provider is away for longer than a message is of use."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

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


def _harm(
    how: str, letters: list[Letter], lines: list[Line], told: set[int | None]
) -> Counter[str]:
    taken = {line["ref"] for line in lines}
    found = Counter({f"{how}: went twice": doubles(lines)})
    for letter in letters:
        about = f"{how}: {letter.kind}"
        found[f"{about} stale sent"] += letter.short and letter.ref in taken
        found[f"{about} still of use but lost"] += not letter.short and letter.ref not in taken
        found[f"{about} stale and nobody told"] += letter.short and letter.person not in told
    return +found


@dataclass(frozen=True, slots=True)
class Outage:
    """One outage of one kind, with messages that it makes stale, and others that it does not."""

    laid: Ground
    database: Database
    how: str
    begins: datetime
    families: int

    async def passes(self) -> tuple[list[Letter], list[Line], set[int | None]]:
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


def _told(connection: Connection) -> set[int | None]:
    """List about whom somebody was told, in words, that a message did not go."""
    kinds = ("undelivered", "not_sent", "uncertain", "delayed")
    return set(connection.execute(select(Task.person_id).where(Task.kind.in_(kinds))).scalars())
