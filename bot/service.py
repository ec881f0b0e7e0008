"""One running process: what it is made of, and how it lives and closes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.dispatch import Dispatcher
from bot.domain import Channel, NotReady
from bot.handlers.ear import IDLE, Ear
from bot.scene.scene import Taskforce
from scheduler.clock import DemoClock, Ticker, ticking
from storage.database import Database
from storage.received import remember

CLOCK = "demo_clock"
STEP = timedelta(seconds=1)


@dataclass
class Service:
    """One running process: what it is made of, and how it lives."""

    database: Database
    taskforce: Taskforce
    channels: Mapping[str, Channel]
    now: Callable[[], datetime]
    ticker: Ticker
    dispatcher: Dispatcher
    demo_clock: DemoClock | None = None
    ears: tuple[Ear, ...] = ()
    _working: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def tick(self) -> None:
        """Run what is due, and let the dispatcher know."""
        if self._working.locked():
            return
        async with self._working:
            await self.ticker.run_due(self.now())
            await self._keep_clock()
        self.dispatcher.wake()

    async def settle(self) -> None:
        """Send what may go now, and wait until it has gone."""
        async with self._working, self.dispatcher.turnstile:
            await self.dispatcher.drain()

    async def move_clock(self, to: datetime) -> None:
        """Move a demo's clock on: every due moment on the way runs and is sent at its own time."""
        clock = self.demo_clock
        if clock is None:
            raise NotReady("Only a demonstration's clock can be moved.")
        async with self._working, self.dispatcher.turnstile:
            try:
                clock.stop_at(clock.now())
                await self._walk(clock, to)
            finally:
                clock.go_on()
            await self._keep_clock()

    async def _walk(self, clock: DemoClock, to: datetime) -> None:
        while True:
            await self.ticker.run_due(clock.now())
            await self.dispatcher.drain()
            following = await self.ticker.next_moment()
            if following is None or following > to or clock.now() >= to:
                break
            # A moment that is due and stays due must not hold the clock for ever.
            clock.stop_at(following if following > clock.now() else clock.now() + STEP)
        clock.stop_at(to)
        await self.ticker.run_due(to)
        await self.dispatcher.drain()

    async def _keep_clock(self) -> None:
        if self.demo_clock is not None:
            shown = self.demo_clock.now().isoformat()
            await self.database.write(lambda connection: remember(connection, CLOCK, shown))

    async def ready(self) -> dict[str, str]:
        """Say for each part whether it is well."""
        try:
            await asyncio.wait_for(self.database.ready(), 2)
        except Exception as error:  # noqa: BLE001  whatever it is, the answer is "not ready"
            return {"database": type(error).__name__}
        return {"database": "ok", **{ear.name: ear.state for ear in self.ears if ear.state != IDLE}}

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Tick and send until the block ends; then finish what is in flight."""
        scheduler = ticking(self.tick)
        scheduler.start()
        work = (self.dispatcher.run(), *(ear.listen() for ear in self.ears))
        running = [asyncio.create_task(one) for one in work]
        try:
            yield
        finally:
            scheduler.pause()
            for one in running:
                one.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await self.dispatcher.landed()
            # A tick that has begun is let finish: shutting the scheduler down would cut it short.
            async with self._working:
                await self._keep_clock()
                scheduler.shutdown(wait=False)

    async def close(self) -> None:
        """Close channels, then the database."""
        for ear in self.ears:
            await ear.door.landed()
        for channel in set(self.channels.values()):
            await channel.close()
        await self.database.close()
