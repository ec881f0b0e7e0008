"""A Twilio on 127.0.0.1: takes messages, fails as it is told to, and signs webhooks.

Nothing here uses the code under test: the signature is worked out a second time, from Twilio's
guide ("Validating requests"), and every request is held against Twilio's own OpenAPI description.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Self
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from bot.channels.twilio import Twilio, TwilioSettings
from bot.domain import WebhookRequest
from tests.fakes.openapi import twilio_messages

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "a-token-for-tests"
OLD_TOKEN = "the-token-before"
SENDER = "+447700900999"
PUBLIC_URL = "https://texts.example.org"

Call = tuple[str, dict[str, str], bytes]  # path with its query, headers, body


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with messages to one number."""

    code: int = 0
    status: int = 400
    kind: Literal[
        "error", "html", "truncated", "no_id", "redirect", "hang", "dropped", "taken_then_dropped"
    ] = "error"
    retry_after: str = ""


BUSY = Fault(20429, 429, retry_after="7")
BROKEN = Fault(20500, 500)
HTML_502 = Fault(status=502, kind="html")
HANG = Fault(kind="hang")


def sign(url: str, params: Iterable[tuple[str, str]], token: str = TOKEN) -> str:
    """Sign a webhook: the address, then names and values in the order of names."""
    line = url
    for name, value in sorted({*params}):
        line += name + value
    mac = hmac.new(token.encode(), line.encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()


def webhook(path: str, params: Iterable[tuple[str, str]], token: str = TOKEN) -> Call:
    """A signed call as it leaves Twilio."""
    fields = list(params)
    headers = {
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        "i-twilio-idempotency-token": "d6e6d1ee-9b6d-4f0e-8f0c-2d2f5b1f4a11",
        "x-twilio-signature": sign(PUBLIC_URL + path, fields, token),
    }
    return path, headers, urlencode(fields).encode()


def inbound(
    from_: str,
    body: str | None = "Hello",
    *,
    sid: str = "SM" + "a" * 32,
    to: str = SENDER,
    media: tuple[str, ...] = (),
    **more: str,
) -> Call:
    """A family's text on its way to us; Twilio sends many fields that are blank."""
    params = [
        ("ToCountry", "GB"), ("ToState", ""), ("SmsMessageSid", sid), ("NumMedia", str(len(media))),
        ("ToCity", ""), ("FromZip", ""), ("SmsSid", sid), ("FromState", ""),
        ("SmsStatus", "received"), ("FromCity", ""), ("FromCountry", "GB"), ("To", to),
        ("ToZip", ""), ("NumSegments", "1"), ("MessageSid", sid), ("AccountSid", ACCOUNT),
        ("From", from_), ("ApiVersion", "2010-04-01"),
    ]  # fmt: skip
    params += [("Body", body)] if body is not None else []
    for n, kind in enumerate(media):
        params += [(f"MediaContentType{n}", kind), (f"MediaUrl{n}", f"https://media.invalid/{n}")]
    return webhook("/webhooks/twilio/message", [*params, *more.items()])


def status(ref: str, state: str, *, sid: str = "SM" + "b" * 32, code: str = "", to: str) -> Call:
    """What became of a message of ours; the address is the one given when it was sent."""
    params = [
        ("SmsSid", sid), ("SmsStatus", state), ("MessageStatus", state), ("To", to),
        ("MessageSid", sid), ("AccountSid", ACCOUNT), ("From", SENDER),
        ("ApiVersion", "2010-04-01"),
    ]  # fmt: skip
    params += [("ErrorCode", code)] if code else []
    return webhook(f"/webhooks/twilio/status?m={ref}", params)


def arrived(call: Call) -> WebhookRequest:
    """The same call, as our handlers pass it on."""
    path, headers, body = call
    address, _, query = path.partition("?")
    return WebhookRequest(address, query, headers, body)


@dataclass
class FakeTwilio:
    """The server. On leaving, it fails the test if a request broke Twilio's own description."""

    account: str = ACCOUNT
    token: str = TOKEN
    messages: list[dict[str, str]] = field(default_factory=list)  # what was taken, as forms
    hits: list[list[tuple[str, str]]] = field(default_factory=list)  # every POST, taken or not
    faults: dict[str, Fault] = field(default_factory=dict)  # by number
    violations: list[str] = field(default_factory=list)
    base_url: str = ""

    def __post_init__(self) -> None:
        self._described = twilio_messages()
        self._over = asyncio.Event()

    @property
    def unchecked(self) -> str:
        """Why requests are not held against Twilio's description here; empty if they are."""
        return "" if self._described else "no twilio_messages.openapi.json: set KEYWORKER_SPECS"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/2010-04-01/Accounts/{sid}/Messages.json", self._post)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
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

    async def _post(self, request: web.Request) -> web.StreamResponse:
        raw = (await request.read()).decode("ascii")
        fields = parse_qsl(raw, keep_blank_values=True, errors="strict")
        self.hits.append(fields)
        form = dict(fields)
        if not self._signed_in(request):
            return _error(Fault(20003, 401), "Authenticate")
        if wrong := self._described and self._described[0].faults(fields):
            self.violations += wrong
            return _error(Fault(21604), str(wrong))
        fault = self.faults.get(form["To"])
        if fault and fault.kind in {"error", "html", "redirect", "dropped", "hang"}:
            return await self._failed(request, fault, form)
        self.messages.append(form)
        answer = self._answer(form)
        if fault and fault.kind == "taken_then_dropped":
            return _dropped(request)
        return _odd(answer, fault) if fault else web.json_response(answer, status=201)

    def _signed_in(self, request: web.Request) -> bool:
        basic = base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        known = request.match_info["sid"] == self.account
        return known and request.headers.get("Authorization") == f"Basic {basic}"

    async def _failed(self, request: web.Request, fault: Fault, form: dict[str, str]) -> Any:
        if fault.kind == "dropped":
            return _dropped(request)
        if fault.kind == "hang":
            await self._over.wait()
        if fault.kind == "redirect":
            return web.Response(status=307, headers={"Location": request.path})
        if fault.kind == "html":
            page = f"<html><h1>{fault.status}</h1>{form['To']} {form.get('Body')}</html>"
            return web.Response(status=fault.status, text=page, content_type="text/html")
        # The real one repeats the number in its message; so does this, to catch what repeats it.
        return _error(fault, f"Invalid 'To' Phone Number: {form['To']}: {form.get('Body')}")

    def _answer(self, form: dict[str, str]) -> dict[str, Any]:
        sid = f"SM{len(self.messages):032x}"
        now = "Thu, 03 Dec 2026 15:45:00 +0000"
        answer = {
            "account_sid": self.account, "api_version": "2010-04-01", "body": form.get("Body"),
            "date_created": now, "date_sent": None, "date_updated": now,
            "direction": "outbound-api", "error_code": None, "error_message": None,
            "from": form.get("From"), "messaging_service_sid": form.get("MessagingServiceSid"),
            "num_media": "0", "num_segments": "1", "price": None, "price_unit": "GBP", "sid": sid,
            "status": "queued" if form.get("From") else "accepted", "subresource_uris": {},
            "to": form["To"], "uri": f"/2010-04-01/Accounts/{self.account}/Messages/{sid}.json",
        }  # fmt: skip
        if self._described:
            self.violations += self._described[1].faults(answer)
        return answer


def _error(fault: Fault, message: str) -> web.Response:
    body = {"code": fault.code, "message": message, "more_info": "", "status": fault.status}
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
    return web.json_response(body, status=fault.status, headers=headers)


def _dropped(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def _odd(answer: dict[str, Any], fault: Fault) -> web.Response:
    if fault.kind == "no_id":
        return web.json_response({**answer, "sid": None}, status=201)
    text = web.json_response(answer).text or ""
    return web.Response(status=201, text=text[: len(text) // 2], content_type="application/json")


class AtWork:
    """Twilio as the shared tests of every provider want to see it."""

    def __init__(self, fake: FakeTwilio, provider: Twilio) -> None:
        self.fake, self.provider = fake, provider

    def taken(self) -> list[tuple[str, str]]:
        return [(form["To"], form["Body"]) for form in self.fake.messages]

    def tries(self) -> int:
        return len(self.fake.hits)

    def goes_wrong(self, address: str, how: str) -> None:
        """`how`: busy, broken, unreadable, hangs, dropped, gone, opted_out, not_signed_in."""
        self.fake.faults[address] = {
            "busy": BUSY,
            "broken": BROKEN,
            "unreadable": Fault(kind="truncated"),
            "hangs": HANG,
            "dropped": Fault(kind="dropped"),
            "gone": Fault(21211),
            "opted_out": Fault(21610),
            "not_signed_in": Fault(20003, 401),
        }[how]

    def text_in(self, address: str, words: str, external_id: str) -> WebhookRequest:
        return arrived(inbound(address, words, sid=external_id))

    def receipt_in(self, ref: str, state: str) -> WebhookRequest:
        return arrived(status(ref, state, to="+447700900123"))

    def unreadable(self) -> WebhookRequest:
        """A call that is genuine, and has no sender."""
        return arrived(inbound(""))


@asynccontextmanager
async def at_work() -> AsyncIterator[AtWork]:
    """A provider of ours, linked to a server of theirs, with little patience."""
    async with FakeTwilio() as fake:
        provider = Twilio(settings(fake.base_url), clock=lambda: datetime.now(UTC), total=0.5)
        try:
            yield AtWork(fake, provider)
        finally:
            await provider.close()


def settings(api_base: str = "", **other: Any) -> TwilioSettings:
    return TwilioSettings(
        **{
            "account_sid": ACCOUNT,
            "auth_tokens": (TOKEN, OLD_TOKEN),
            "sender": SENDER,
            "api_base": api_base,
            "public_url": PUBLIC_URL,
            **other,
        }
    )
