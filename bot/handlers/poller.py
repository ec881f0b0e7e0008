"""Asking a provider again and again: by one process at a time, and for ever, whatever happens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NoReturn

from bot.domain import SendError
from bot.handlers.ear import IDLE, OK
from storage import rounds
from storage.database import Database, away

logger = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(minutes=5)
LOOK_EVERY = 30.0  # seconds; another process may have given its round up
SOONEST = 0.5


@dataclass(slots=True)
class Poller:
    """One thing a provider is asked for. Whoever has the round asks; the others look on."""

    name: str  # stored for ever
    every: timedelta
    work: Callable[[datetime], Awaitable[None]]
    database: Database
    now: Callable[[], datetime]
    lease: timedelta = timedelta(minutes=1)  # another process takes over from one that died
    pause: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, repr=False)
    state: str = IDLE  # another process of this service asks
    _wait: timedelta = FIRST_WAIT

    async def ask(self) -> NoReturn:
        """Ask for ever; whatever happens, try again."""
        while True:
            try:
                await self.run_due()
                due = await self.database.read(lambda c: rounds.due(c, self.name))
                wait = (due - self.now()).total_seconds()
            except Exception as error:  # noqa: BLE001  one bad moment must not make us deaf
                self._note("the database is away" if away(error) else type(error).__name__)
                wait = FIRST_WAIT.total_seconds()
            await self.pause(min(LOOK_EVERY, max(SOONEST, wait)))

    async def run_due(self) -> bool:
        """Ask if it is time, and nobody else is asking. Raises when the database is away."""
        began = self.now()
        if await self.database.read(lambda c: rounds.due(c, self.name)) > began:
            return False
        until = began + self.lease
        if not await self.database.write(lambda c: rounds.begin(c, self.name, began, until)):
            return False
        following = began + await self._asked(began)
        await self.database.write(lambda c: rounds.end(c, self.name, until, following))
        return True

    async def _asked(self, began: datetime) -> timedelta:
        """Ask once; returns after how long to ask again."""
        try:
            await self.work(began)
        except SendError as error:
            self._note(f"away ({error.code or type(error).__name__})")
        except Exception as error:
            if away(error):
                raise
            logger.error("A poll failed: %s", type(error).__name__, extra={"job": self.name})  # noqa: TRY400
            self._note(type(error).__name__)
        else:
            self._note(OK)
            self._wait = FIRST_WAIT
            return self.every
        wait = min(self._wait, self.every)
        self._wait = min(self._wait * 2, LONGEST_WAIT)
        return wait

    def _note(self, state: str) -> None:
        if state != self.state:
            level = logging.INFO if state == OK else logging.WARNING
            logger.log(level, "Polling %s: %s", self.name, state)
        self.state = state
