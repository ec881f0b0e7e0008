"""The loop: claim under the gate, send with no transaction open, keep the result."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.dispatch import results
from bot.dispatch.claim import Claim
from bot.dispatch.gatekeeping import claim
from bot.dispatch.pacing import paces_of
from bot.domain import Channel, SendError, Uncertain, Unreachable
from bot.scene.scene import Taskforce
from storage.database import Database

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

POLL_SECONDS = 0.5
IN_FLIGHT = 100


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
    ) -> None:
        self.database = database
        self.channels = channels
        self.taskforce = taskforce
        self.now = now
        self.worker = worker
        self.jitter = jitter
        self.turnstile = asyncio.Lock()  # held by whoever moves a demo's clock
        self._woken = asyncio.Event()
        self._flying: set[asyncio.Task[Any]] = set()

    def wake(self) -> None:
        """Say that something may be waiting."""
        self._woken.set()

    async def claim_and_send(self) -> int:
        """Claim what may go and begin to send it; returns how many messages that is."""
        # A claim commits even if its caller is cancelled: what it took has to be sent.
        return await asyncio.shield(self._fly(self._claim_and_begin()))

    async def _claim_and_begin(self) -> int:
        now = self.now()
        paces = paces_of(self.channels)
        claims = await self.database.write(
            lambda connection: claim(connection, self.taskforce, self.worker, now, paces)
        )
        for one in claims:
            self._fly(self._send(one))
        return len(claims)

    def _fly(self, work: Coroutine[Any, Any, Answer]) -> asyncio.Task[Answer]:
        task = asyncio.create_task(work)
        self._flying.add(task)
        task.add_done_callback(self._flying.discard)
        return task

    async def drain(self) -> None:
        """Send until nothing may go now."""
        while True:
            claimed = await self.claim_and_send()
            await self.landed()
            if not claimed:
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
        now = self.now()
        await self.database.write(
            lambda connection: results.give_up_lost(connection, self.taskforce, now)
        )
        async with self.turnstile:
            room = len(self._flying) < IN_FLIGHT
            if room and await self.claim_and_send():
                return
        self._woken.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), POLL_SECONDS)

    async def _send(self, one: Claim) -> None:
        result = await self._result(one)
        now, jitter = self.now(), self.jitter()

        def keep(connection: Connection) -> None:
            results.keep(connection, self.taskforce, self.worker, result, now, jitter)

        await self.database.write(keep)
        self.wake()

    async def _result(self, one: Claim) -> results.Result:
        channel = self.channels.get(one.outgoing.channel)
        if channel is None:
            missing = Unreachable("this channel is not connected", after=3600)
            return results.Result(one, error=missing)
        try:
            return results.Result(one, sent=await channel.send(one.outgoing))
        except SendError as error:
            return results.Result(one, error=error)
        except Exception as error:  # noqa: BLE001  whatever it was, the message may have left
            logger.error("A channel failed oddly: %s", type(error).__name__)  # noqa: TRY400
            return results.Result(one, error=Uncertain("the channel failed oddly"))
