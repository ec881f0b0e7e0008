"""Two SMS providers as one channel: the second stands in when the first definitely did not take it.

Never on a time-out: a text that may have left is not handed to somebody else.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.domain import (
    Misconfigured,
    Outgoing,
    Pace,
    PartlyAsked,
    Receipt,
    SendError,
    Sent,
    SmsProvider,
    Unexplained,
    Unreachable,
)

REST = 60.0  # seconds during which a provider that failed is not tried first
TRUST = 3  # failures in a row before it rests; a wrong setting needs only one


class Failover:
    """Texts through the first provider; through the second where the first cannot be used."""

    def __init__(
        self,
        first: SmsProvider,
        second: SmsProvider,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.first, self.second = first, second
        self._monotonic = monotonic
        self._failures = 0
        self._rests_until = float("-inf")
        self._why: SendError | None = None

    @property
    def pace(self) -> Pace:
        return self.first.pace

    def laid_out(self, message: Outgoing) -> str:
        """Say how the words will look; on both they look alike."""
        return self.first.laid_out(message)

    async def send(self, message: Outgoing) -> Sent:
        """Hand one text over, once, or raise `SendError`."""
        if self._why is not None and self._monotonic() < self._rests_until:
            sent = await self._stand_in(message, self._why)
            return replace(sent, instead_of=None)  # the usual one was not asked: nothing is news
        try:
            sent = await self.first.send(message)
        except Unexplained:
            raise
        except (Unreachable, Misconfigured) as error:
            self._note(error)
            return await self._stand_in(message, error)
        self._failures, self._why = 0, None
        return replace(sent, provider=self.first.name, usual=self.first.name)

    async def look_up(self, message: Outgoing, since: datetime) -> tuple[Receipt, ...]:
        """List what either took that may be this message.

        Raises `PartlyAsked` where one of them cannot be asked, with what the other said.
        """
        found: list[Receipt] = []
        silent: SendError | None = None
        for provider in (self.first, self.second):
            try:
                found += await provider.look_up(message, since)
            except SendError as error:
                silent = error
        if silent is not None:
            raise PartlyAsked(str(silent), found)
        return tuple(found)

    async def close(self) -> None:
        """Close both."""
        await self.first.close()
        await self.second.close()

    async def _stand_in(self, message: Outgoing, why: SendError) -> Sent:
        try:
            sent = await self.second.send(message)
        except (Unreachable, Misconfigured):
            raise why from None  # neither took it: what the usual one said decides
        return replace(sent, provider=self.second.name, usual=self.first.name, instead_of=why)

    def _note(self, error: SendError) -> None:
        self._failures += 1
        if isinstance(error, Misconfigured) or self._failures >= TRUST:
            self._why, self._rests_until = error, self._monotonic() + REST
