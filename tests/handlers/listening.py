"""The ears of both bots as tests listen with them: pauses last until a test ends them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bot.handlers.ear import Ear
from tests.fakes.telegram import HANG, FakeTelegram
from tests.handlers.bots import BotPlay, Mode
from tests.handlers.chat_people import connected
from tests.stage import Play

SOON = 15.0  # seconds; a test that waits longer has failed


@dataclass
class Pauses:
    """Every pause of an ear: it lasts until a test ends it."""

    asked: list[float] = field(default_factory=list)
    _begun: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    _over: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        self._begun.release()
        await self._over.acquire()

    async def begun(self) -> float:
        """Wait for the next pause; returns how long it was meant to be."""
        await asyncio.wait_for(self._begun.acquire(), SOON)
        return self.asked[-1]

    async def next(self) -> float:
        """End the pause, and wait for the one after it."""
        self._over.release()
        return await self.begun()

    def over(self) -> None:
        self._over.release()


@asynccontextmanager
async def listening(play: BotPlay, bot: str) -> AsyncIterator[tuple[Ear, Pauses]]:
    """One of the service's ears, which listens until the block ends."""
    pauses = Pauses()
    ears = tuple(replace(ear, pause=pauses) for ear in play.service.ears)
    play.service.ears = ears
    ear = next(ear for ear in ears if ear.door.bot.name == bot)
    task = asyncio.create_task(ear.listen())
    try:
        yield ear, pauses
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def unopened(
    play: Play, mode: Mode, bot: str = "family", *, silent: bool = False
) -> AsyncIterator[tuple[BotPlay, FakeTelegram, Ear, Pauses]]:
    """A service that begins to listen while Telegram is not there, or does not answer."""
    async with FakeTelegram() as fake:
        fake.goes_wrong(HANG) if silent else await fake.goes_away()
        opened = await connected(BotPlay(play.database, fake, mode), "P01", "DO")
        try:
            async with listening(opened, bot) as (ear, pauses):
                yield opened, fake, ear, pauses
        finally:
            await opened.close()


async def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so that nothing tells of."""
    async with asyncio.timeout(SOON):
        while not is_so():  # noqa: ASYNC110 - the service offers no event for it
            await asyncio.sleep(0.005)


async def health(play: BotPlay) -> tuple[int, dict[str, str]]:
    """What the service says of its database and its bots; figures are somebody else's tests."""
    answer = await play.http.get("/health/ready")
    parts = {name: said for name, said in answer.json().items() if isinstance(said, str)}
    return answer.status_code, parts
