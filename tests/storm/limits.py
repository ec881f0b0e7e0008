"""F5: what every provider lets leave, measured: four workers share it, and none goes beyond."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random

from bot.channels.notify import PACE as NOTIFY_PACE
from bot.channels.telegram_words import TELEGRAM_PACE
from bot.channels.twilio import PACE as TWILIO_PACE
from bot.dispatch import Dispatcher
from bot.domain import Outgoing, Pace, Sent
from storage.leases import earliest_waiting
from tests.fakes.channels import Obedient
from tests.storm.found import Found
from tests.storm.knock import quietly
from tests.storm.office import Clock, Office, opened
from tests.storm.outbound import Outcome, Scale

WORKERS = 4
STEP = timedelta(seconds=0.02)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """No more than so many within any stretch of this length; to one address, or over all."""

    most: int
    within: timedelta
    each: str = "all"  # "address", "words"


@dataclass(frozen=True, slots=True)
class Trial:
    """One provider's pace, what it has to keep to, and what is waiting to leave."""

    name: str
    channel: str
    pace: Pace
    limits: tuple[Limit, ...]
    families: int
    each: int  # messages to one family
    same: bool = False  # all in the same words


class Timed(Obedient):
    """Takes everything, and remembers when."""

    def __init__(self, pace: Pace, clock: Clock) -> None:
        super().__init__()
        self.pace, self.clock = pace, clock
        self.left: list[tuple[datetime, str, str]] = []

    async def send(self, message: Outgoing) -> Sent:
        self.left.append((self.clock.now(), message.address, message.shown.text))
        await asyncio.sleep(0)
        return await super().send(message)


@dataclass
class _Run:
    trial: Trial
    found: Found
    channel: Timed
    office: Office
    workers: list[Dispatcher] = field(default_factory=list)


def trials(messages: int) -> tuple[Trial, ...]:
    """What is measured, so large that it takes some seconds of the service's time each."""
    many = max(40, messages)
    telegram = (Limit(30, SECOND), Limit(1, SECOND, "address"))
    notify = (Limit(3000, MINUTE),)
    hourly = (Limit(60, HOUR, "address"), Limit(15, HOUR, "words"))
    return (
        Trial("telegram 30/s", "telegram", TELEGRAM_PACE, telegram, many, 1),
        Trial("telegram 1/s chat", "telegram", TELEGRAM_PACE, telegram, 3, 5),
        Trial("twilio 10/s", "sms", TWILIO_PACE, (Limit(10, SECOND), *hourly), many, 1),
        Trial("notify 3000/min", "sms", NOTIFY_PACE, notify, many * 2, 1),
        Trial("15/h same words", "sms", TWILIO_PACE, hourly, 1, 17, same=True),
        Trial("60/h one number", "sms", TWILIO_PACE, hourly, 1, 62),
    )


async def f5(engine: str, scale: Scale, seed: int) -> Outcome:
    """Let four workers empty an outbox; count every stretch in which more left than may."""
    found, chance, said = Found("F5"), Random(seed), list[str]()
    async with opened(engine) as (laid, database):
        for trial in trials(scale.messages):
            clock = Clock()
            channel = Timed(trial.pace, clock)
            office = Office(laid, database, clock, {trial.channel: channel})
            office.begins_at = len(said) * 5_000
            run = _Run(trial, found, channel, office)
            with quietly():
                await _measure(run, chance)
            said.append(_judge(run))
    return found.outcome(f"workers {WORKERS} {', '.join(said)} (no group is ever written to)")


async def _measure(run: _Run, chance: Random) -> None:
    """Let the clock go on, by little steps, until everything has left."""
    trial, office = run.trial, run.office
    await office.forgets_trouble()
    homes = await office.homes(trial.families, trial.channel)
    for _ in range(trial.each):
        await office.write_to(homes, text="the same words" if trial.same else "")
    others = [office.laid.open() for _ in range(WORKERS - 1)] if _many(office) else []
    databases = [office.database, *others] if others else [office.database] * WORKERS
    first = office.dispatcher
    run.workers = [
        Dispatcher(one, first.channels, first.taskforce, office.clock.now, f"worker-{n}",
                   timing=first.timing, jitter=chance.random)
        for n, one in enumerate(databases)
    ]  # fmt: skip
    wanted = trial.families * trial.each
    while len(run.channel.left) < wanted and office.clock.now() < _too_late():
        hauls = await asyncio.gather(*(worker.claim_and_send() for worker in run.workers))
        await asyncio.gather(*(worker.landed() for worker in run.workers))
        now = office.clock.now()
        moments = [haul.more_at for haul in hauls if haul.more_at is not None]
        moments.append(await office.database.read(partial(earliest_waiting, now=now)))
        ahead = [moment - now for moment in moments if moment is not None and moment > now]
        # Now and then a little later than the first moment at which more may leave.
        office.clock.at += max(min(ahead, default=STEP), STEP / 10) * chance.choice((1, 1, 1.05))
    for one in others:
        await one.close()
    run.found.cases += wanted
    left = len(run.channel.left)
    run.found.expect(left == wanted, f"{trial.name}: {left} of {wanted} left")


def _many(office: Office) -> bool:
    return office.laid.engine != "sqlite"


def _too_late() -> datetime:
    return Clock().at + 6 * HOUR


def _judge(run: _Run) -> str:
    """Look at every stretch of every limit; say how much was used of the first."""
    for limit in run.trial.limits:
        for moments in _apart(run.channel.left, limit.each):
            over = _most_within(moments, limit.within) - limit.most
            words = f"{run.trial.name}: {over} beyond {limit.most} in {limit.within} ({limit.each})"
            run.found.expect(over <= 0, words)
    moments = [moment for moment, _, _ in run.channel.left]
    seconds = (max(moments) - min(moments)).total_seconds() if moments else 0
    return f"{run.trial.name}: {len(moments)} in {seconds:.1f}s"


def _apart(left: Iterable[tuple[datetime, str, str]], each: str) -> list[list[datetime]]:
    found: dict[tuple[str, ...], list[datetime]] = defaultdict(list)
    for moment, address, words in left:
        key = {"all": (), "address": (address,), "words": (address, words)}[each]
        found[key].append(moment)
    return [sorted(moments) for moments in found.values()]


def _most_within(moments: list[datetime], within: timedelta) -> int:
    """The most that left in any stretch of this length, both ends not counted together."""
    most = first = 0
    for last, moment in enumerate(moments):
        while moments[first] <= moment - within:
            first += 1
        most = max(most, last - first + 1)
    return most
