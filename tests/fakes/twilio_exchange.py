"""A Twilio on 127.0.0.1: takes messages, lists them, and fails as it is told to.

Every request is held against Twilio's own OpenAPI description.
"""

from __future__ import annotations

import asyncio
import base64
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl

from aiohttp import web

from tests.fakes.twilio_calls import ACCOUNT, TOKEN
from tests.fakes.twilio_described import description
from tests.fakes.twilio_faults import Fault, fails, refused, spoils
from tests.fakes.twilio_store import FINAL, Store

HOME = "/2010-04-01/Accounts/{account}/Messages"


@dataclass
class FakeTwilio:
    """The server. On leaving, it fails the test if a request broke Twilio's own description."""

    account: str = ACCOUNT
    token: str = TOKEN
    checked: bool = True  # hold every request against the description: a millisecond each
    hits: list[list[tuple[str, str]]] = field(default_factory=list)  # every POST, taken or not
    questions: list[str] = field(default_factory=list)  # every list, fetch and redaction
    faults: dict[str, Fault] = field(default_factory=dict)  # by number
    asked: Fault | None = None  # what goes wrong with questions
    weather: Callable[[], Fault | None] = lambda: None  # what goes wrong with anybody's message
    violations: list[str] = field(default_factory=list)
    base_url: str = ""

    def __post_init__(self) -> None:
        self.store = Store(self.account)
        self._described = description() if self.checked else None
        self._over = asyncio.Event()
        self._spent: Counter[Fault] = Counter()

    @property
    def messages(self) -> list[dict[str, str]]:
        """What was taken, as forms."""
        return [kept.form for kept in self.store.kept.values() if kept.form]

    @property
    def unchecked(self) -> str:
        """Why requests are not held against Twilio's description here; empty if they are."""
        return "" if self._described else "no twilio_messages.openapi.json: set KEYWORKER_SPECS"

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post(f"{HOME}.json", self._create)
        app.router.add_get(f"{HOME}.json", self._list)
        app.router.add_get(f"{HOME}/{{sid}}.json", self._single)
        app.router.add_post(f"{HOME}/{{sid}}.json", self._single)
        return app

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self.app(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *problem: object) -> None:
        self._over.set()
        await self._runner.cleanup()
        if problem[0] is None:
            assert not self.violations, self.violations

    async def _create(self, request: web.Request) -> web.StreamResponse:
        fields = await _fields(request)
        self.hits.append(fields)
        form = dict(fields)
        if not self._signed_in(request):
            return refused(Fault(20003, 401), "Authenticate")
        if wrong := self._described and self._described.create.faults(fields):
            self.violations += wrong
            return refused(Fault(21604), str(wrong))
        fault = self._comes_up(self.faults.get(form["To"])) or self.weather()
        if fault and not fault.takes:
            # The real one repeats the number in its message; so does this, to catch who repeats it.
            return await fails(request, fault, f"{form['To']}: {form.get('Body')}", self._over)
        kept = self.store.take(form)
        answer = self.store.record(kept)
        self.took(kept.said["sid"])
        if self._described:
            self.violations += self._described.message.faults(answer)
        if fault:
            return await spoils(request, fault, answer, self._over)
        return web.json_response(answer, status=201)

    def took(self, sid: str) -> None:
        """What else follows from a message that was taken; a server of its own reports back."""

    async def _list(self, request: web.Request) -> web.StreamResponse:
        if (said_no := await self._turned_away(request)) is not None:
            return said_no
        page = self.store.listed(request.query)
        if self._described:
            self.violations += self._described.query_faults({*request.query})
            self.violations += self._described.page_faults(page)
        return web.json_response(page)

    async def _single(self, request: web.Request) -> web.StreamResponse:
        if (said_no := await self._turned_away(request)) is not None:
            return said_no
        kept = self.store.kept.get(request.match_info["sid"])
        if kept is None:
            return refused(Fault(20404, 404), "The requested resource was not found")
        if request.method == "POST":
            fields = await _fields(request)
            if self._described:
                self.violations += self._described.update.faults(fields)
            if fields != [("Body", "")]:
                return refused(Fault(20001, 400), "Only the body can be changed here")
            if kept.said["status"] not in FINAL:
                return refused(Fault(20009, 409), "Delivery has not been completed")
            kept.said["body"] = ""
        return web.json_response(self.store.record(kept))

    async def _turned_away(self, request: web.Request) -> web.StreamResponse | None:
        self.questions.append(request.path_qs)
        if not self._signed_in(request):
            return refused(Fault(20003, 401), "Authenticate")
        if fault := self._comes_up(self.asked):
            private = f"{request.query_string} {self.store.kept}"
            if fault.takes:
                return await spoils(request, fault, {}, self._over)
            return await fails(request, fault, private, self._over)
        return None

    def _comes_up(self, fault: Fault | None) -> Fault | None:
        if fault is None or (fault.times and self._spent[fault] >= fault.times):
            return None
        self._spent[fault] += 1
        return fault

    def _signed_in(self, request: web.Request) -> bool:
        basic = base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        known = request.match_info["account"] == self.account
        return known and request.headers.get("Authorization") == f"Basic {basic}"


async def _fields(request: web.Request) -> list[tuple[str, str]]:
    raw = (await request.read()).decode("ascii")
    return parse_qsl(raw, keep_blank_values=True, errors="strict")
