"""Keeping in touch with Telegram: started without it, tried again for ever, and health says so."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal, NoReturn

from sqlalchemy import Connection

from bot.domain import SendError
from bot.handlers.chats import ChatDoor
from bot.handlers.touch import Touch
from storage import rounds
from storage.database import Database, away
from storage.received import FAMILY_BOT, remember

logger = logging.getLogger(__name__)

Mode = Literal["webhook", "polling"]
IDLE, STARTING, OK = "idle", "starting", "ok"
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds
LOOK_EVERY = 60.0  # seconds between two looks at a bot that is brought its updates
TURN = timedelta(seconds=60)  # longer than one fetch takes
FAR = datetime(9999, 1, 1, tzinfo=UTC)
POLL = 25  # seconds one fetch waits for the first update


@dataclass(slots=True)
class Turn:
    """Whose turn it is to fetch: Telegram lets one process do so, and cuts off the other."""

    name: str  # stored for ever
    database: Database
    now: Callable[[], datetime]
    _until: datetime | None = None

    async def is_ours(self) -> bool:
        """Take the turn on, or keep it. False: another process fetches."""
        if not self.database.shared:
            return True  # nobody else can be there, and after a crash nobody waits for anybody
        now, held = self.now(), self._until
        until = now + TURN

        def take(connection: Connection) -> bool:
            if rounds.due(connection, self.name) > until + TURN:
                return rounds.begin(connection, self.name, FAR, until)  # by a clock that was wrong
            if held is not None and rounds.end(connection, self.name, held, until):
                return True
            return rounds.begin(connection, self.name, now, until)

        self._until = until if await self.database.write(take) else None
        return self._until is not None

    async def is_over(self) -> None:
        """Let another process fetch at once. Never raises: it can wait the turn out as well."""
        held, self._until = self._until, None
        if held is not None:
            with suppress(Exception):
                await self.database.write(
                    lambda connection: rounds.end(connection, self.name, held, self.now())
                )


@dataclass(slots=True)
class Ear:
    """One bot's connection to Telegram, kept up in the background."""

    door: ChatDoor
    mode: Mode
    public_url: str = ""
    pause: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, repr=False)
    state: str = IDLE  # another process of this service listens
    _touch: Touch = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._touch = Touch(self.door)

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
            await self._well()
        else:
            await bot.call_us_no_more()

    async def _go_on(self) -> NoReturn:
        if self.mode == "polling":
            await self._fetch()
        while True:
            await self.pause(LOOK_EVERY)
            await self.door.bot.open()
            await self._well()

    async def _fetch(self) -> NoReturn:
        """Fetch updates; they are confirmed only after they were taken.

        A confirmation goes with the next fetch and is said once: after a quiet week Telegram
        counts on from anywhere, and an old number would hide what is new.
        """
        turn = Turn(f"{self.name}_updates", self.door.database, self.door.now)
        after: int | None = None
        wait = 0  # the first answer comes at once, and says whether fetching works
        try:
            while True:
                if not await turn.is_ours():
                    self.state, after, wait = IDLE, None, 0
                    await self.pause(TURN.total_seconds() / 4)
                    continue
                updates = await self.door.bot.updates(after, wait)
                await self._well()
                after, wait = await self.door.take_batch(updates), POLL
        finally:
            await turn.is_over()

    async def _well(self) -> None:
        await self._touch.kept()
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
