"""Messages on their way out while workers are killed, stopped, or stand still."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from bot.channels.telegram_words import TELEGRAM_PACE
from bot.dispatch.timing import Timing
from tests.storm.crew import FAST, PATIENT, Crew, Orders, crew
from tests.storm.ground import Ground, Standing, ground, standing, waiting_messages, waits
from tests.storm.provider import Harm, harm, taken, telegram, twilio

HOMES = 400  # at most
PATIENCE = 1800.0  # seconds without an end mean that something waits for ever
FAULTS = 0.02
LAG = 0.4  # seconds until the provider shows what it took: half the grace


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a storm is."""

    messages: int
    strikes: int
    every: float  # seconds from one strike to the next, at least


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row of the report."""

    row: str
    cases: int
    failures: int
    said: str

    def line(self, seed: int, engine: str) -> str:
        what = f"{self.row} cases {self.cases} failures {self.failures}"
        return f"{what} {self.said} seed {seed} engine {engine}"


@dataclass(frozen=True, slots=True)
class Passed:
    """What a storm left behind."""

    harm: Harm
    strikes: int
    slowest: float  # seconds the slowest worker took to end
    unlogged: int
    stands: Standing
    seconds: float

    def said(self, strikes: str = "kills", shown: frozenset[int] = frozenset()) -> str:
        """Say what is left of it; what a person was asked about is shown, and so not lost."""
        found = self.harm
        return (
            f"{strikes} {self.strikes} lost {len(found.missing - shown)} doubled {found.doubled} "
            f"out_of_order {found.out_of_order} unlogged {self.unlogged} "
            f"integrity {self.stands.sound} seconds {self.seconds:.0f}"
        )

    @property
    def failures(self) -> int:
        """Count every harm a text may come to; for a chat doubles are counted apart."""
        unsound = 0 if self.stands.sound == "ok" else 1
        return len(self.harm.missing) + self.harm.out_of_order + abs(self.unlogged) + unsound


def workers(engine: str) -> int:
    """Say how many may work: one process writes an SQLite file."""
    return 1 if engine == "sqlite" else 4


def homes(scale: Scale) -> int:
    """Say how many families: each gets two or three messages, so that there is an order to keep."""
    return min(HOMES, scale.messages * 2 // 5)


async def c1(engine: str, scale: Scale, seed: int) -> Outcome:
    """Kill workers in the middle of sending texts."""
    passed = await texts(engine, scale, seed, Crew.strike, timing=PATIENT)
    failures = passed.failures + passed.harm.doubled
    return Outcome("C1", scale.messages, failures, passed.said())


async def c6(engine: str, scale: Scale, seed: int) -> Outcome:
    """Ask workers to stop, as a new release does: what is in flight is finished."""
    passed = await texts(engine, scale, seed, Crew.ask_to_stop)
    failures = passed.failures + passed.harm.doubled + (passed.slowest >= 90)
    said = f"{passed.said('restarts')} slowest_exit {passed.slowest:.1f}"
    return Outcome("C6", scale.strikes, failures, said)


async def c8(engine: str, scale: Scale, seed: int) -> Outcome:
    """Let workers stand still for longer than their lease, and go on."""
    passed = await texts(engine, scale, seed, Crew.freeze, hands=2)
    failures = passed.failures + passed.harm.doubled
    return Outcome("C8", scale.strikes, failures, passed.said("freezes"))


async def c2(engine: str, scale: Scale, seed: int, kind: str) -> Outcome:
    """Kill workers in the middle of sending to Telegram, which cannot be asked what it took."""
    async with ground(engine) as laid:
        await waiting_messages(laid, scale.messages, homes(scale), channel="telegram", kind=kind)
        with telegram(faults=FAULTS / 4, seed=seed) as base:
            orders = replace(Orders(laid, base), channel="telegram", pace=TELEGRAM_PACE)
            passed = await _passes(laid, orders, scale, seed, Crew.strike, workers(engine))
    return _of_a_chat(passed, scale, resent=kind == "safety")


def _of_a_chat(passed: Passed, scale: Scale, *, resent: bool) -> Outcome:
    """Sum up a chat's storm: one double a kill, beside one for each answer that was lost."""
    stands, harm_done = passed.stands, passed.harm
    shown = frozenset() if resent else stands.asked
    unshown = stands.uncertain - stands.asked
    lost = (harm_done.missing - shown) | unshown
    allowed = passed.strikes + harm_done.unanswered if resent else 0
    said = (
        f"policy {'resend' if resent else 'ask_staff'} {passed.said(shown=shown)} "
        f"answers_lost {harm_done.unanswered} asked {len(stands.asked)} unshown {len(unshown)} "
        f"never_arrived_but_shown {len(harm_done.missing & shown)}"
    )
    doubled = max(0, harm_done.doubled - allowed)
    return Outcome("C2", scale.messages, len(lost) + harm_done.out_of_order + doubled, said)


async def texts(
    engine: str,
    scale: Scale,
    seed: int,
    strike: Callable[[Crew], None],
    *,
    hands: int = 0,
    timing: Timing = FAST,
) -> Passed:
    """Let one storm pass over texts."""
    async with ground(engine) as laid:
        await waiting_messages(laid, scale.messages, homes(scale))
        with twilio(laid, faults=FAULTS, lag=LAG, seed=seed) as base:
            size = max(hands, workers(engine)) if engine != "sqlite" else 1
            orders = Orders(laid, base, timing=timing)
            return await _passes(laid, orders, scale, seed, strike, size)


async def _passes(
    laid: Ground,
    orders: Orders,
    scale: Scale,
    seed: int,
    strike: Callable[[Crew], None],
    size: int,
) -> Passed:
    began = time.monotonic()
    with crew(orders, size, Random(seed)) as hired:
        await _rage(laid, hired, scale, strike)
        strikes, slowest = hired.strikes, hired.slowest
    seconds = time.monotonic() - began
    found, stands = harm(scale.messages, await taken(orders.provider)), await standing(laid)
    unlogged = scale.messages - stands.logged - stands.by_status.get("uncertain", 0)
    return Passed(found, strikes, slowest, unlogged, stands, seconds)


async def _rage(laid: Ground, hired: Crew, scale: Scale, strike: Callable[[Crew], None]) -> None:
    """Strike so often while there is work, evenly over it, until all of it is done."""
    database = laid.open()
    limit, step = time.monotonic() + PATIENCE, scale.messages / (scale.strikes + 1)
    try:
        while left := await waits(database):
            assert time.monotonic() < limit, await standing(laid)
            if hired.strikes < scale.strikes and left <= scale.messages - hired.strikes * step:
                await asyncio.to_thread(strike, hired)
            await asyncio.sleep(scale.every)
    finally:
        await database.close()
