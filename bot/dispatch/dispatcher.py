"""The loop: claim under the gate, send with no transaction open, keep the result."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.dispatch import calls, doubts, poison, results
from bot.dispatch.claim import Claim, Question
from bot.dispatch.claiming import Claiming, Haul, claim
from bot.dispatch.finding import Finding
from bot.dispatch.lots import Lots
from bot.dispatch.pacing import paces_of
from bot.dispatch.timing import Timing
from bot.domain import Channel
from bot.scene.chats import CHATS
from bot.scene.scene import Taskforce
from storage.database import Database, away
from storage.sqlite_writer import Closed

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

POLL_SECONDS = 0.5
IN_FLIGHT = 100  # calls to one channel
IN_FLIGHT_CHAT = 10  # enough for all a chat service takes; nobody can ask what became of them


def in_flight(channel: str) -> int:
    """Say how many calls one worker makes to a channel at the same time."""
    return IN_FLIGHT_CHAT if channel in CHATS else IN_FLIGHT


class Dispatcher:
    """One worker that empties the outbox; any number of them may run on PostgreSQL."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        taskforce: Taskforce,
        now: Callable[[], datetime],
        worker: str,
        jitter: Callable[[], float] = random.random,
        timing: Timing | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.database = database
        self.channels = channels
        self.taskforce = taskforce
        self.now = now
        self.worker = worker
        self.jitter = jitter
        self.timing = timing or Timing()
        self.monotonic = monotonic
        self.turnstile = asyncio.Lock()  # held by whoever moves a demo's clock
        self.halted = False  # while the clock of this machine is wrong
        self._woken = asyncio.Event()
        self._flying: set[asyncio.Task[Any]] = set()
        self._looked_at = float("-inf")
        # In flight, by channel: one that hangs stops no other.
        self._calls: Counter[str] = Counter()
        self._lots = Lots(self._surely)

    def wake(self) -> None:
        """Say that something may be waiting."""
        self._woken.set()

    async def claim_and_send(self) -> Haul:
        """Claim what may go and begin to send it; returns what was found."""
        if self.halted:
            return Haul()
        # A claim commits even if its caller is cancelled: what it took has to be sent.
        return await asyncio.shield(self._fly(self._claim_and_begin()))

    async def _claim_and_begin(self) -> Haul:
        begun = self.monotonic()
        now, paces = self.now(), paces_of(self.channels)
        full = frozenset(name for name, many in self._calls.items() if many >= in_flight(name))

        def take(connection: Connection, *, carefully: bool = False) -> Haul:
            lease = self.timing.lease
            claiming = Claiming(connection, self.taskforce, self.worker, now, paces, lease, full)
            return claim(claiming, carefully=carefully)

        haul = await self._twice(take)
        for one in haul.claims:
            self._fly(self._send(one, begun))
        return haul

    async def _twice(self, work: Callable[..., Answer]) -> Answer:
        """Do what is done to many messages; if one of them breaks it, once more with care."""
        try:
            return await self.database.write(work)
        except Exception as error:
            if away(error):
                raise
            logger.error("One by one, for together it failed: %s", type(error).__name__)  # noqa: TRY400
            return await self.database.write(partial(work, carefully=True))

    def _fly(self, work: Coroutine[Any, Any, Answer]) -> asyncio.Task[Answer]:
        task = asyncio.create_task(work)
        self._flying.add(task)
        task.add_done_callback(self._flying.discard)
        return task

    async def drain(self) -> None:
        """Send until nothing may go now."""
        while True:
            haul = await self.claim_and_send()
            await self.landed()
            if not haul.handled:
                return

    async def landed(self) -> None:
        """Wait for everything in flight; a fault of ours in keeping a result is raised."""
        while self._flying:
            await asyncio.gather(*self._flying)

    async def run(self) -> None:
        """Send for ever; a fault is logged and tried again, never the end of sending."""
        while True:
            try:
                await self._step()
            except Exception as error:  # noqa: BLE001  one bad moment must not silence the service
                logger.error("Dispatch failed: %s", type(error).__name__)  # noqa: TRY400
                await asyncio.sleep(POLL_SECONDS)

    async def _step(self) -> None:
        await self._look_around()
        wait = POLL_SECONDS
        async with self.turnstile:
            haul = await self.claim_and_send()
            if haul.handled:
                return
            wait = self._until(haul)
        self._woken.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), wait)

    def _until(self, haul: Haul) -> float:
        """Say how long to wait: no longer than until a channel lets more leave."""
        if haul.more_at is None:
            return POLL_SECONDS
        return min(POLL_SECONDS, max(0.001, (haul.more_at - self.now()).total_seconds()))

    async def _look_around(self) -> None:
        """Now and then: find what was lost, and ask about what is in doubt."""
        recently = self.monotonic() - self._looked_at < self.timing.look_every.total_seconds()
        if recently or self.halted:
            return
        self._looked_at = self.monotonic()
        try:
            await self.look_up()
        except Exception as error:  # noqa: BLE001  what is in doubt must not keep the rest waiting
            logger.error("Looking around failed: %s", type(error).__name__)  # noqa: TRY400

    async def look_up(self) -> int:
        """Find messages whose sender never came back, and ask about all that are in doubt."""
        now = self.now()
        askable = frozenset(name for name, one in self.channels.items() if calls.asker(one))

        def find(connection: Connection, *, carefully: bool = False) -> list[Question]:
            about = (connection, self.taskforce, self.worker, now, askable, self.timing)
            return Finding(*about).find(carefully=carefully)

        asked = await self._twice(find)
        for question in asked:
            self._fly(self._ask(question))
        return len(asked)

    async def _ask(self, question: Question) -> None:
        """Ask the provider what it took, and keep the answer."""
        outgoing, timing = question.outgoing, self.timing
        channel = self.channels.get(outgoing.channel)
        found = await calls.look_up(channel, outgoing, question.since)
        text = channel.laid_out(outgoing) if channel else ""
        now = self.now()

        def keep(connection: Connection) -> None:
            asked = (question, text, found, now, timing)
            doubts.answered(connection, self.taskforce, self.worker, *asked)

        def keep_barely(connection: Connection) -> None:
            asked = (question, found, now)
            poison.answer_barely(connection, self.taskforce, self.worker, *asked)

        await self._keep(keep, keep_barely)

    async def _send(self, one: Claim, begun: float) -> None:
        self._calls[one.outgoing.channel] += 1
        try:
            result = await self._result(one, begun)
        finally:
            self._calls[one.outgoing.channel] -= 1
        now, jitter = self.now(), self.jitter()

        def keep(connection: Connection) -> None:
            results.keep(connection, self.taskforce, self.worker, result, now, jitter, self.timing)

        def keep_barely(connection: Connection) -> None:
            taken = (one.outbox_id, self.worker, one.attempt, result.sent, result.error)
            poison.keep_barely(connection, self.taskforce, *taken, now)

        await self._keep(keep, keep_barely)

    async def _keep(
        self, whole: Callable[[Connection], None], barely: Callable[[Connection], None]
    ) -> None:
        """Write down what was found out: with everything that follows from it, or else barely."""
        try:
            await self._lots.keep(whole)
        except Exception as error:
            if away(error):
                raise
            logger.error("A result could not be kept: %s", type(error).__name__)  # noqa: TRY400
            await self._surely(barely)
        self.wake()

    async def _surely(self, work: Callable[[Connection], None]) -> None:
        """Write a result down, and go on trying while the database is away."""
        until = self.monotonic() + self.timing.lease.total_seconds()
        while True:
            try:
                return await self.database.write(work)
            except Exception as error:
                if isinstance(error, Closed) or not away(error) or self.monotonic() > until:
                    raise
                logger.warning("A result waits: the database is away")
            await asyncio.sleep(POLL_SECONDS)

    async def _result(self, one: Claim, begun: float) -> results.Result:
        if self.monotonic() - begun > self.timing.may_call_for.total_seconds():
            # This process stood still: by now somebody else may take the message for lost.
            return results.Result(one, unsent=True)
        return await calls.hand_over(self.channels.get(one.outgoing.channel), one)
