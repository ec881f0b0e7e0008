"""A GOV.UK Notify on 127.0.0.1: takes texts, fails as it is told to, and answers questions.

Nothing here uses the code under test: tokens are read by PyJWT, and every request and every answer
is held against the schemas Notify publishes with its own client.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import jwt
from aiohttp import web

from bot.channels.notify import Notify, NotifySettings
from bot.domain import WebhookRequest
from tests.fakes import notify_faults as faults
from tests.fakes.notify_calls import OLD_TOKEN, TOKEN, arrived, inbound, receipt
from tests.fakes.notify_faults import ODD, Fault, error, fails, spoils
from tests.fakes.notify_records import API, OUR_NUMBER, SERVICE, TEMPLATE, Records, wrong_with

SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"school-live-{SERVICE}-{SECRET}"
SOON = 30  # seconds a token is good for


@dataclass
class FakeNotify:
    """The server. On leaving, it fails the test if anything was not as Notify describes it."""

    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    records: Records = field(default_factory=Records)
    template: str = "((message))"
    lag: timedelta = timedelta(0)  # before what it took can be looked up
    hits: list[dict[str, Any]] = field(default_factory=list)  # every POST, taken or not
    questions: list[str] = field(default_factory=list)  # every GET
    faults: dict[str, Fault] = field(default_factory=dict)  # by number
    asking: Fault | None = None  # what goes wrong with every question
    violations: list[str] = field(default_factory=list)
    checked: bool = True  # hold answers against their description; some tests spoil them
    base_url: str = ""

    def __post_init__(self) -> None:
        self._over = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/v2/notifications/sms", self._post)
        app.router.add_get("/v2/notifications", self._list)
        app.router.add_get("/v2/notifications/{id}", self._one)
        app.router.add_get("/v2/received-text-messages", self._received)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *problem: object) -> None:
        self._over.set()
        await self._runner.cleanup()
        if problem[0] is None:
            assert not self.violations, self.violations

    async def _post(self, request: web.Request) -> web.StreamResponse:
        form = await request.json()
        self.hits.append(form)
        if refused := self._turned_away(request):
            return error(refused)
        if wrong := wrong_with("post_sms_request", form):
            self.violations += wrong
            return error(Fault(400, "ValidationError", str(wrong)))
        fault = self.faults.get(form["phone_number"])
        if fault and fault.kind not in ODD:
            return await fails(request, fault, str(form), self._over)
        body = self.template.replace("((message))", form["personalisation"]["message"])
        answer = self._taken(self.records.take(form, body, self.clock()))
        return spoils(request, answer, fault) if fault else web.json_response(answer, status=201)

    def _taken(self, record: dict[str, Any]) -> dict[str, Any]:
        answer = {
            "id": record["id"],
            "reference": record["reference"],
            "content": {"body": record["body"], "from_number": OUR_NUMBER},
            "uri": f"{API}/v2/notifications/{record['id']}",
            "template": record["template"],
        }
        self.violations += wrong_with("post_sms_response", answer)
        return answer

    def _turned_away(self, request: web.Request) -> Fault | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or jwt.get_unverified_header(token) != {"typ": "JWT", "alg": "HS256"}:
            return Fault(401, "AuthError", "Unauthorized: authentication token must be provided")
        try:
            claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": False})
        except jwt.InvalidTokenError:
            return faults.NO_KEY
        if claims.keys() != {"iss", "iat"} or claims["iss"] != SERVICE:
            return faults.NO_KEY
        return faults.CLOCK if abs(claims["iat"] - self.clock().timestamp()) > SOON else None

    async def _list(self, request: web.Request) -> web.StreamResponse:
        asked = request.query.get("reference", "")
        same = [one for one in self._shown() if one["reference"] == asked]
        page = self.records.listed(same, self.clock())
        return await self._answered(
            request, "get_notifications_response", {"notifications": page, "links": _links(page)}
        )

    async def _one(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["id"]
        found = [one for one in self._shown() if one["id"] == name]
        if not found and not self.asking:
            return error(faults.GONE)
        return await self._answered(request, "get_notification_response", dict(*found))

    async def _received(self, request: web.Request) -> web.StreamResponse:
        older_than = request.query.get("older_than", "")
        page = self.records.listed(self.records.received, self.clock(), older_than)
        told = {"received_text_messages": page, "links": _links(page)}
        return await self._answered(request, "get_inbound_sms_response", told)

    async def _answered(self, request: web.Request, name: str, told: Any) -> web.StreamResponse:
        self.questions.append(request.path_qs)
        if refused := self._turned_away(request):
            return error(refused)
        if self.asking:
            return await fails(request, self.asking, json.dumps(told), self._over)
        self.violations += wrong_with(name, told) if self.checked else []
        return web.json_response(told)

    def _shown(self) -> list[dict[str, Any]]:
        by = self.clock() - self.lag
        return [
            one for one in self.records.taken if datetime.fromisoformat(one["created_at"]) <= by
        ]


def _links(page: list[dict[str, Any]]) -> dict[str, str]:
    older = {"next": f"{API}/v2/?older_than={page[-1]['id']}"} if page else {}
    return {"current": f"{API}/v2/", **older}


def settings(api_base: str = "", **other: Any) -> NotifySettings:
    return NotifySettings(
        **{
            "api_key": KEY,
            "template_id": TEMPLATE,
            "callback_token": f"{TOKEN},{OLD_TOKEN}",
            "api_base": api_base,
            **other,
        }
    )


THEIR_WORDS = {"delivered": "delivered", "undelivered": "permanent-failure", "sent": "sent"}


class AtWork:
    """Notify as the shared tests of every provider want to see it."""

    never = frozenset({"opted_out", "forgets"})  # it keeps no list, and deletes nothing when asked

    def __init__(self, fake: FakeNotify, provider: Notify) -> None:
        self.fake, self.provider = fake, provider

    def taken(self) -> list[tuple[str, str]]:
        return [(one["phone_number"], one["body"]) for one in self.fake.records.taken]

    def tries(self) -> int:
        return len(self.fake.hits)

    def goes_wrong(self, address: str, how: str) -> None:
        self.fake.faults[address] = HOW[how]

    def cannot_be_asked(self, how: str) -> None:
        """The same faults, with questions; an empty word: it can be asked again."""
        self.fake.asking = HOW[how] if how else None

    def shows_late(self, *, late: bool = True) -> None:
        self.fake.lag = timedelta(hours=1) if late else timedelta(0)

    def becomes(self, external_id: str, state: str) -> None:
        for one in self.fake.records.taken:
            if one["id"] == external_id:
                one["status"] = THEIR_WORDS[state]

    def loses(self, external_id: str) -> None:
        """Its time is over: the provider keeps nothing of it."""
        kept = self.fake.records.taken
        kept[:] = [one for one in kept if one["id"] != external_id]

    def remembers(self, external_id: str) -> str:
        return next(one["body"] for one in self.fake.records.taken if one["id"] == external_id)

    def keeps(self, address: str, words: str, at: datetime) -> str:
        """A family's text that the provider kept and nobody told us of; gives its name."""
        return self.fake.records.receive(address, words, at)

    def keeps_unreadable(self, words: str, at: datetime) -> None:
        self.fake.records.receive("", words, at)

    def text_in(self, address: str, words: str, external_id: str) -> WebhookRequest:
        return arrived(inbound(address, words, name=external_id))

    def receipt_in(self, ref: str, state: str) -> WebhookRequest:
        return arrived(receipt(ref, THEIR_WORDS[state]))

    def unreadable(self) -> WebhookRequest:
        """A call that is genuine, and has no sender."""
        return arrived(inbound(""))


HOW = {
    "busy": faults.BUSY,
    "broken": faults.BROKEN,
    "unreadable": Fault(kind="truncated"),
    "hangs": faults.HANG,
    "dropped": faults.DROPPED,
    "taken": faults.TAKEN,
    "gone": faults.BAD_NUMBER,
    "not_signed_in": faults.NO_KEY,
}


@asynccontextmanager
async def at_work() -> AsyncIterator[AtWork]:
    """A provider of ours, linked to a server of theirs, with little patience."""
    async with FakeNotify() as fake:
        provider = Notify(settings(fake.base_url), clock=lambda: datetime.now(UTC), total=1.5)
        try:
            yield AtWork(fake, provider)
        finally:
            await provider.close()
