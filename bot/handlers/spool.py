"""Where genuine calls wait while the database is away, and come in from when it is back.

While anything waits, what families send later waits behind it: one family's messages are heard
in the order in which they came.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn, Protocol

from bot.domain import WebhookRequest
from bot.scene.scene import Taskforce
from bot.turns import quarantine
from storage.database import Database, away
from storage.spool import Spoiled, Spool, Spooled

logger = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 0.5, 15.0  # seconds


class Hears(Protocol):
    """A provider's door, where a call may be acted on later than it came."""

    async def hear(self, kind: str, asked: WebhookRequest) -> None:
        """Act on one genuine call. Raises when the database is away."""
        ...


@dataclass(slots=True)
class WaitingRoom:
    """What has come and is not acted on yet. Each file goes only when its words are kept."""

    spool: Spool
    database: Database
    taskforce: Taskforce
    now: Callable[[], datetime]
    pause: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, repr=False)
    _doors: dict[str, Hears] = field(default_factory=dict, repr=False)
    _coming: int = 0  # calls that are being written down
    _in_turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    _filled: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def admit(self, provider: str, door: Hears) -> None:
        """Say through which door the calls of a provider come in."""
        self._doors[provider] = door

    @property
    def occupied(self) -> bool:
        """Somebody waits, so that whoever comes now has to wait behind them."""
        return self._coming > 0 or self.spool.waits()

    async def keep(self, provider: str, kind: str, asked: WebhookRequest) -> None:
        """Write one call down, to be acted on later; raises `OSError` if it cannot be."""
        self._coming += 1
        try:
            async with self._in_turn:
                call, at = Spooled(provider, kind, asked), self.now()
                await asyncio.to_thread(self.spool.put, call, at)
        finally:
            self._coming -= 1
        self._filled.set()

    async def let_in(self) -> NoReturn:
        """Act on what waits as soon as the database is there, for ever."""
        wait = FIRST_WAIT
        while True:
            self._filled.clear()
            try:
                await self.empty()
                wait = FIRST_WAIT
                await self._filled.wait()
            except Exception as error:  # noqa: BLE001  what waits must come in one day
                logger.warning("What waits in the spool cannot come in: %s", type(error).__name__)
                await self.pause(wait)
                wait = min(wait * 2, LONGEST_WAIT)

    async def empty(self) -> None:
        """Act on everything that waits, in order. Raises when the database is away."""
        while names := await asyncio.to_thread(self.spool.names):
            for name in names:
                await self._take(name)
            logger.info("%d calls came in from the spool", len(names))

    async def _take(self, name: str) -> None:
        try:
            call = await asyncio.to_thread(self.spool.read, name)
        except Spoiled as error:
            await self._keep_for_a_person(name, error.raw, str(error))
            await asyncio.to_thread(self.spool.set_aside, name)
            return
        try:
            await self._doors[call.provider].hear(call.kind, call.request)
        except Exception as error:
            if away(error):
                raise
            # One call that cannot be acted on must not hold back all that came after it.
            logger.error("A spooled call failed: %s", type(error).__name__)  # noqa: TRY400
            body = call.request.body.decode("utf-8", "backslashreplace")
            await self._keep_for_a_person(name, body, "acting on it failed")
        await asyncio.to_thread(self.spool.remove, name)

    async def _keep_for_a_person(self, name: str, body: str, reason: str) -> None:
        await quarantine(
            self.database, self.taskforce, "sms", f"spool:{name}", body, reason, self.now()
        )
