"""Keeping in touch with Telegram: started without it, tried again for ever, and health says so."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal, NoReturn

from bot.domain import SendError
from bot.handlers.chats import ChatDoor
from storage.database import away
from storage.received import FAMILY_BOT, remember

logger = logging.getLogger(__name__)

Mode = Literal["webhook", "polling"]
IDLE, STARTING, OK = "idle", "starting", "ok"
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds
LOOK_EVERY = 60.0  # seconds between two looks at a bot that is brought its updates
POLL = 25  # seconds one fetch waits for the first update


@dataclass(slots=True)
class Ear:
    """One bot's connection to Telegram, kept up in the background."""

    door: ChatDoor
    mode: Mode
    public_url: str = ""
    pause: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, repr=False)
    state: str = IDLE  # another process of this service listens

    @property
    def name(self) -> str:
        return f"{self.door.bot.name}_bot"

    async def listen(self) -> NoReturn:
        """Listen for ever; whatever happens, try again."""
        self.state, wait = STARTING, FIRST_WAIT
        while True:
            try:
                await self._begin()
                await self._go_on()
            except Exception as error:  # noqa: BLE001  one bad moment must not make us deaf
                wait = FIRST_WAIT if self.state == OK else wait
                self._note(error)
            await self.pause(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _begin(self) -> None:
        """Find out who the bot is, and say how updates are to come."""
        bot = self.door.bot
        username = await bot.open()
        if bot.name == "family":
            await self.door.database.write(lambda c: remember(c, FAMILY_BOT, username))
        if self.mode == "webhook":
            await bot.call_us_at(f"{self.public_url}{self.door.path}", self.door.secret)
            self._well()
        else:
            await bot.call_us_no_more()

    async def _go_on(self) -> NoReturn:
        if self.mode == "polling":
            await self._fetch()
        while True:
            await self.pause(LOOK_EVERY)
            await self.door.bot.open()

    async def _fetch(self) -> NoReturn:
        """Fetch updates; they are confirmed only after they were taken.

        A confirmation goes with the next fetch and is said once: after a quiet week Telegram
        counts on from anywhere, and an old number would hide what is new.
        """
        after: int | None = None
        wait = 0  # the first answer comes at once, and says whether fetching works
        while True:
            updates = await self.door.bot.updates(after, wait)
            self._well()
            after, wait = await self.door.take_batch(updates), POLL

    def _well(self) -> None:
        if self.state != OK:
            logger.info("The %s bot is in touch with Telegram", self.door.bot.name)
        self.state = OK

    def _note(self, error: Exception) -> None:
        why = "the database is away" if away(error) else type(error).__name__
        if isinstance(error, SendError):
            why = f"Telegram is away ({error.code or type(error).__name__})"
        if self.state != why:
            logger.warning("The %s bot: %s", self.door.bot.name, why)
        self.state = why
