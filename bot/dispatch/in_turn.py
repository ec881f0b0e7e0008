"""Messages that would be sent again blindly leave one by one: a crash then doubles one, not ten."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from bot.dispatch import calls
from bot.dispatch.claim import Claim
from bot.dispatch.doubts import RESENT
from bot.domain import Channel
from bot.scene.chats import CHATS

PATIENCE_SECONDS = 1.0  # a call that hangs keeps the next waiting no longer than this


def blindly_again(one: Claim, channel: Channel | None) -> bool:
    """Say whether a message is sent again although nobody can ask whether it left."""
    chat = one.outgoing.channel in CHATS
    return chat and one.kind in RESENT and calls.asker(channel) is None


@dataclass(frozen=True, slots=True)
class _Turn:
    """One message's turn: it has begun, and its result is kept."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    kept: asyncio.Event = field(default_factory=asyncio.Event)

    async def over(self) -> None:
        await self.begun.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self.kept.wait()


class InTurn:
    """A queue for each channel, in the order in which messages were claimed."""

    def __init__(self) -> None:
        self._last: dict[str, _Turn] = {}

    @asynccontextmanager
    async def turn(self, channel: str) -> AsyncIterator[None]:
        """Wait until the message before has been answered and its result kept, or hangs."""
        before, mine = self._last.get(channel), _Turn()
        self._last[channel] = mine
        try:
            if before is not None:
                await before.over()
            mine.begun.set()
            yield
        finally:
            mine.begun.set()
            mine.kept.set()
