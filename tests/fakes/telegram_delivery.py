"""Bringing updates to a webhook, one at a time for each chat, until they are acknowledged."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import aiohttp

from tests.fakes.telegram_account import Account, Waiting

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
NO_ANSWER = 0  # instead of a status: refused, dropped, or too slow
PATIENCE = 10  # seconds; Telegram has more, a test has not

Deliver = Callable[[str, dict[str, str], bytes], Awaitable[int]]


class Pushed(NamedTuple):
    """One update that was brought, and what was answered."""

    token: str
    update_id: int
    status: int


class Delivery:
    """Brings updates; a test may bring them another way by setting `deliver`."""

    def __init__(self) -> None:
        self.deliver: Deliver = self._post
        self.pushed: list[Pushed] = []
        self._client: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def bring(self, bot: Account, waiting: Waiting) -> None:
        """Bring a new update, unless an older one of the same chat still waits."""
        async with bot.turns[waiting.chat]:
            first = next((w for w in bot.queue if w.chat == waiting.chat), None)
            if first is waiting:
                await self._try(bot, waiting)

    async def bring_all(self, bot: Account) -> None:
        """Try everything that waits again; a chat stops at the first that fails."""
        for chat in dict.fromkeys(waiting.chat for waiting in bot.queue):
            async with bot.turns[chat]:
                for waiting in [w for w in bot.queue if w.chat == chat]:
                    if not await self._try(bot, waiting):
                        break

    async def push(self, bot: Account, update: Any) -> int:
        """Bring one update, whatever became of it before, and return the answer's status."""
        headers = {"Content-Type": "application/json"}
        if bot.webhook.secret:
            headers[SECRET_HEADER] = bot.webhook.secret
        status = await self.deliver(bot.webhook.url, headers, json.dumps(update).encode())
        update_id = update.get("update_id", 0) if isinstance(update, dict) else 0
        self.pushed.append(Pushed(bot.token, update_id, status))
        return status

    async def _try(self, bot: Account, waiting: Waiting) -> bool:
        status = await self.push(bot, waiting.update)
        taken = 200 <= status < 300
        if taken and waiting in bot.queue:
            bot.queue.remove(waiting)
        bot.webhook.last_error = "" if taken else f"Wrong response from the webhook: {status}"
        return taken

    async def _post(self, url: str, headers: dict[str, str], body: bytes) -> int:
        if self._client is None:
            self._client = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(force_close=True),
                timeout=aiohttp.ClientTimeout(total=PATIENCE),
            )
        try:
            async with self._client.post(url, headers=headers, data=body) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return NO_ANSWER
