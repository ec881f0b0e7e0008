"""One running process: what it is made of, and how it lives and closes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NoReturn

from sqlalchemy import Connection

from bot import metrics
from bot.counters import Counters
from bot.dispatch import Dispatcher
from bot.domain import Channel, NotReady
from bot.exposition import exposition
from bot.handlers.ear import IDLE, Ear
from bot.handlers.poller import Poller
from bot.handlers.spool import WaitingRoom
from bot.health import OK, Health, Pulse, ask, channel_states
from bot.scene.scene import Scene, Taskforce
from bot.timekeeping import RIGHT, Timekeeper
from scheduler.clock import DemoClock, Ticker, ticking
from scheduler.days_missed import plan as plan_days_missed
from scheduler.digests import plan as plan_digests
from scheduler.holidays import plan as plan_holidays
from scheduler.missing_reasons import plan as plan_missing_reasons
from scheduler.pack import plan as plan_pack
from scheduler.retention import plan_nights
from storage.database import Database
from storage.received import remember
from storage.rolls import fill_rolls_once
from storage.vitals import Vitals, read_vitals

logger = logging.getLogger(__name__)

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
    pollers: tuple[Poller, ...] = ()
    waiting: WaitingRoom | None = None
    timekeeper: Timekeeper | None = None  # where other machines share the database
    counters: Counters = field(default_factory=Counters)
    pulse: Pulse = field(default_factory=Pulse)
    patience: float = 75.0  # seconds that what is in flight has to land in when the service stops
    _working: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def tick(self) -> None:
        """Run what is due, and let the dispatcher know."""
        if self._working.locked():
            return
        async with self._working:
            self.dispatcher.halted = not await self._clock_is_right()
            if self.dispatcher.halted:
                return
            await self.ticker.run_due(self.now())
            await self._keep_clock()
            await self.pulse.beat(self.database)
        self.dispatcher.wake()

    async def _clock_is_right(self) -> bool:
        return self.timekeeper is None or await self.timekeeper.is_right()

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
            following = await self.ticker.next_moment(clock.now())
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

    async def ready(self) -> Health:
        """Say for each part whether it is well."""
        now = self.now()
        health = self._health(
            await ask(self.database, lambda connection: read_vitals(connection, now))
        )
        if self.waiting is None or health.parts["database"] == OK:
            return health
        return replace(health, spool=await self.waiting.state())

    def _health(self, found: Vitals | str) -> Health:
        here, spooled = self.pulse.age, self.waiting.count() if self.waiting else None
        if isinstance(found, str):
            return Health({"database": found}, here is not None, here, spooled=spooled)
        parts: tuple[Ear | Poller, ...] = (*self.ears, *self.pollers)
        listening = {part.name: part.state for part in parts if part.state != IDLE}
        if self.timekeeper is not None and self.timekeeper.state != RIGHT:
            listening["clock"] = self.timekeeper.state
        return Health(
            {"database": OK, **listening},
            here is not None,
            found.heartbeat if here is None else here,
            found.oldest_due,
            channel_states(self.channels, found.troubles, self.counters.troubles),
            spooled,
        )

    async def figures(self) -> str:
        """Write down for a monitor how much is done, how much is open, and how late it is."""
        now = self.now()
        found = await ask(self.database, lambda c: metrics.read_figures(c, now))
        away = isinstance(found, str)
        health = self._health(found if isinstance(found, str) else found.vitals)
        parts = metrics.of_parts(
            database=not away, heartbeat=health.heartbeat, spooled=health.spooled
        )
        shared = () if isinstance(found, str) else metrics.of_service(found, health.channels)
        return exposition((*metrics.of_process(self.counters, self.database), *parts, *shared))

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Tick and send until the block ends; then finish what is in flight."""
        self.dispatcher.halted = not await self._clock_is_right()
        if not self.dispatcher.halted:
            await self.database.write(self._plan)
        scheduler = ticking(self.tick)
        scheduler.start()
        self.pulse.begin()
        asking = (poller.ask() for poller in self.pollers)
        work = (self.dispatcher.run(), *(ear.listen() for ear in self.ears), *asking)
        running = [asyncio.create_task(one) for one in (*work, *self._letting_in())]
        try:
            yield
        finally:
            scheduler.pause()
            for one in running:
                one.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await self._landed()
            # A tick that has begun is let finish: shutting the scheduler down would cut it short.
            async with self._working:
                await self._keep_clock()
                scheduler.shutdown(wait=False)
            self.pulse.end()

    def _plan(self, connection: Connection) -> None:
        """Set what is due by itself, once: the night's work, digests, the meeting's pack."""
        scene = Scene(connection, self.taskforce, self.now(), "start")
        fill_rolls_once(connection, scene.today)  # of pupils who came before there were registers
        plan_nights(connection, self.now())
        plan_digests(scene)
        plan_pack(scene)
        plan_holidays(scene)
        plan_days_missed(scene)
        plan_missing_reasons(scene)

    def _letting_in(self) -> list[Coroutine[Any, Any, NoReturn]]:
        return [self.waiting.let_in()] if self.waiting else []

    @contextlib.asynccontextmanager
    async def at_the_door(self) -> AsyncIterator[None]:
        """Only take what is brought, until the block ends: others tick and send."""
        running = [asyncio.create_task(one) for one in self._letting_in()]
        try:
            yield
        finally:
            for one in running:
                one.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _landed(self) -> None:
        """Let what is in flight land, for so long; what does not is looked into by its lease."""
        landing = asyncio.create_task(self.dispatcher.landed())
        await asyncio.wait({landing}, timeout=self.patience)
        if not landing.done():
            logger.warning("Something in flight did not land in time; its lease will tell")
            landing.cancel()
        (fault,) = await asyncio.gather(landing, return_exceptions=True)
        if isinstance(fault, Exception):
            logger.error("What was in flight landed badly: %s", type(fault).__name__)

    async def close(self) -> None:
        """Close channels, then the database."""
        for ear in self.ears:
            await ear.door.landed()
        for channel in set(self.channels.values()):
            await channel.close()
        await self.database.close()
