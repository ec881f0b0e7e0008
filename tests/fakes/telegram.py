"""A Telegram on 127.0.0.1: takes messages, brings updates, and fails as it is told to.

Nothing here uses a Telegram library: every request and everything this server makes itself is
held against Telegram's published description, so that both libraries meet the same server.
Texts are kept as they were sent: `parse_mode` changes nothing here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from tests.fakes.bot_api import schema
from tests.fakes.telegram_account import Account, chat_in
from tests.fakes.telegram_delivery import SECRET_HEADER, Deliver, Delivery, Pushed
from tests.fakes.telegram_door import Door, by_field, read
from tests.fakes.telegram_faults import (
    ANOTHER_POLLS,
    BLOCKED,
    BROKEN,
    CHAT_NOT_FOUND,
    DEACTIVATED,
    DROPPED,
    FLOOD,
    HANG,
    HTML_502,
    NEVER_STARTED,
    RESTARTING,
    TAKEN_THEN_DROPPED,
    TRUNCATED,
    UNAUTHORIZED,
    UNKNOWN_METHOD,
    WEBHOOK_IS_SET,
    Fault,
    Json,
    Trouble,
    cut_short,
    dropped,
    flood,
    page,
    refused,
)
from tests.fakes.telegram_methods import METHODS, parsed
from tests.fakes.telegram_people import People

__all__ = [
    "ANOTHER_POLLS", "BLOCKED", "BROKEN", "CHAT_NOT_FOUND", "DEACTIVATED", "DROPPED",
    "FAMILY_TOKEN", "FLOOD", "HANG", "HTML_502", "NEVER_STARTED", "RESTARTING", "SECRET_HEADER",
    "STAFF_TOKEN", "TAKEN_THEN_DROPPED", "TRUNCATED", "UNAUTHORIZED", "UNKNOWN_METHOD",
    "WEBHOOK_IS_SET", "Call", "FakeTelegram", "Fault", "flood",
]  # fmt: skip

FAMILY_TOKEN = "700000001:AAF-family-token-for-tests-01234567"
STAFF_TOKEN = "700000002:AAS-staff-token-for-tests-012345678"
BOTS = {FAMILY_TOKEN: "MarlbridgeFamilyBot", STAFF_TOKEN: "MarlbridgeStaffBot"}


@dataclass(slots=True)
class Call:
    """One request, taken or not."""

    token: str
    method: str
    fields: Json
    files: dict[str, bytes]
    taken: bool = False


class FakeTelegram(People):
    """The server. On leaving, it fails the test if anything broke Telegram's own description."""

    def __init__(
        self, bots: Mapping[str, str] = BOTS, now: Callable[[], float] = time.time
    ) -> None:
        self.bots = {token: Account(token, name, now) for token, name in bots.items()}
        self.names = {}
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.delivery = Delivery()
        self._api = schema()
        self._troubles: list[Trouble] = []
        self._door = Door(self._asked)
        self.base_url = f"http://127.0.0.1:{self._door.port}"

    @property
    def unchecked(self) -> str:
        """Why nothing is held against Telegram's description here; empty if it is."""
        return "" if self._api else "no Bot API description: set KEYWORKER_SPECS"

    async def __aenter__(self) -> Self:
        await self.comes_back()
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self.goes_away()
        await self._door.goes()
        await self.delivery.close()
        if problem[0] is None:
            assert not self.violations, self.violations

    # ---- What a test sees and arranges --------------------------------------------------------

    def sent(self, token: str, chat: int | None = None) -> list[Json]:
        """What the bot wrote, oldest first, as it stands now: edited, and without the deleted."""
        bot = self.bots[token]
        mine = [m for m in bot.messages.values() if m.get("from", {}).get("id") == bot.me["id"]]
        return [m for m in mine if chat is None or m["chat"]["id"] == chat]

    def waiting(self, token: str) -> list[Any]:
        """The updates that nobody has confirmed yet."""
        return [waiting.update for waiting in self.bots[token].queue]

    @property
    def deliver(self) -> Deliver:
        """How updates reach a webhook: over the network, or however a test sets it."""
        return self.delivery.deliver

    @deliver.setter
    def deliver(self, way: Deliver) -> None:
        self.delivery.deliver = way

    @property
    def pushed(self) -> list[Pushed]:
        """Every update that was brought to a webhook, and the status it answered."""
        return self.delivery.pushed

    def goes_wrong(
        self,
        fault: Fault,
        *,
        token: str | None = None,
        chat: int | None = None,
        method: str | None = None,
        times: int | None = None,
    ) -> None:
        """Let matching requests fail so many times, or until it is put right; oldest first."""
        self._troubles.append(Trouble(fault, (token, chat, method), times))

    def puts_right(self) -> None:
        """End everything that went wrong."""
        self._troubles.clear()

    async def goes_away(self) -> None:
        """Stop listening and drop every connection and long poll; the queues stay."""
        for bot in self.bots.values():
            bot.closing = True
            bot.wake()
        await self._door.shuts()

    async def comes_back(self) -> None:
        """Listen again on the same port."""
        for bot in self.bots.values():
            bot.closing = False
        await self._door.opens()

    # ---- Updates ------------------------------------------------------------------------------

    def next_update_id(self, token: str, n: int) -> None:
        """Begin another count: after a quiet week, Telegram takes any number."""
        self.bots[token].next_update_id = n

    async def happens(self, bot: Account, kind: str, chat: int, what: Json) -> Json:
        update = {"update_id": bot.next_update_id, kind: what}
        if self._api:
            self.violations += self._api.object_faults("Update", update)
        if bot.wants(kind):
            await self._goes_out(bot, chat, update)
        return update

    async def update(self, token: str, raw: Any) -> Any:
        """Send anything at all as an update; without an update_id, an object gets one."""
        bot = self.bots[token]
        if isinstance(raw, dict) and "update_id" not in raw:
            raw = {"update_id": bot.next_update_id, **raw}
        await self._goes_out(bot, chat_in(raw), raw)
        return raw

    async def redeliver(self, token: str) -> None:
        """Bring everything that waits to the webhook again."""
        await self.delivery.bring_all(self.bots[token])

    async def deliver_again(self, token: str, update: Any) -> int:
        """Bring an update once more although it was acknowledged; the status answered."""
        return await self.delivery.push(self.bots[token], update)

    async def _goes_out(self, bot: Account, chat: int, update: Any) -> None:
        waiting = bot.queued(chat, update)
        if bot.webhook.url and not bot.closing:
            await self.delivery.bring(bot, waiting)

    # ---- The server ---------------------------------------------------------------------------

    async def _asked(self, request: web.Request) -> web.StreamResponse:
        raw, files = await read(request)
        call = Call(request.match_info["token"], request.match_info["method"], parsed(raw),
                    by_field(raw, files))  # fmt: skip
        self.calls.append(call)
        wrong = self._api.request_faults(call.method, raw, files) if self._api else []
        self.violations += wrong
        fault = self._fault(call, wrong)
        if fault and not fault.takes:
            return await self._failed(request, fault, call)
        result = await self._result(call)
        if isinstance(result, Fault):
            return await self._failed(request, result, call)
        call.taken = True
        answer = {"ok": True, "result": result}
        if fault:
            return cut_short(answer) if fault.kind == "truncated" else dropped(request)
        return web.json_response(answer)

    def _fault(self, call: Call, wrong: list[str]) -> Fault | None:
        """Why a request is not simply answered."""
        if call.token not in self.bots:
            return UNAUTHORIZED
        if call.method not in {*METHODS, "getUpdates"}:
            return UNKNOWN_METHOD
        if wrong:
            return Fault(400, f"Bad Request: {wrong[0]}")
        there = (call.token, call.fields.get("chat_id"), call.method)
        trouble = next((t for t in self._troubles if t.befalls(*there)), None)
        return trouble.fault if trouble else None

    async def _result(self, call: Call) -> Any:
        """What the method gives, held against the description too."""
        bot, fields = self.bots[call.token], call.fields
        if call.method == "getUpdates":
            return await self._updates(bot, fields)
        result = METHODS[call.method](bot, fields)
        if self._api and not isinstance(result, Fault):
            self.violations += self._api.result_faults(call.method, result)
        return result

    async def _updates(self, bot: Account, fields: Json) -> list[Any] | Fault:
        bot.ask_for(fields.get("allowed_updates"))
        limit, wait = fields.get("limit", 100), fields.get("timeout", 0)
        return await bot.updates(fields.get("offset", 0), limit, wait)

    async def _failed(self, request: web.Request, fault: Fault, call: Call) -> web.StreamResponse:
        if fault.kind == "html":
            return page(fault, call.fields)
        if fault.kind == "hang":
            await self._door.shut.wait()
        return refused(fault) if fault.kind == "error" else dropped(request)
