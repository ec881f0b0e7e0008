"""What can go wrong with a request to Twilio, before a message is taken and after."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Literal, get_args

from aiohttp import web

Before = Literal["error", "html", "redirect", "dropped", "hang"]
After = Literal[
    "truncated", "no_id", "empty", "drip",
    "taken_then_dropped", "taken_then_error", "taken_then_hang",
]  # fmt: skip
AFTER: frozenset[str] = frozenset(get_args(After))


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with messages to one number; `times`: how often, 0 for always."""

    code: int = 0
    status: int = 400
    kind: Before | After = "error"
    retry_after: str = ""
    times: int = 0

    @property
    def takes(self) -> bool:
        """Whether the message is taken all the same."""
        return self.kind in AFTER


BUSY = Fault(20429, 429, retry_after="7")
BROKEN = Fault(20500, 500)
HTML_502 = Fault(status=502, kind="html")
HANG = Fault(kind="hang")


async def fails(
    request: web.Request, fault: Fault, private: str, over: asyncio.Event
) -> web.StreamResponse:
    """Answer a request that came to nothing. `private` is repeated, as the real one does."""
    if fault.kind == "dropped":
        return _dropped(request)
    if fault.kind == "hang":
        await over.wait()
    if fault.kind == "redirect":
        return web.Response(status=307, headers={"Location": request.path})
    if fault.kind == "html":
        page = f"<html><h1>{fault.status}</h1>{private}</html>"
        return web.Response(status=fault.status, text=page, content_type="text/html")
    return refused(fault, f"Invalid 'To' Phone Number: {private}")


async def spoils(
    request: web.Request, fault: Fault, answer: dict[str, Any], over: asyncio.Event
) -> web.StreamResponse:
    """Answer badly for a message that was taken."""
    if fault.kind == "taken_then_dropped":
        return _dropped(request)
    if fault.kind == "taken_then_hang":
        await over.wait()
    if fault.kind == "taken_then_error":
        return refused(Fault(fault.code or 20500, 500), "Internal error")
    if fault.kind == "no_id":
        return web.json_response({**answer, "sid": None}, status=201)
    if fault.kind == "drip":
        return await _dripping(request, over)
    text = web.json_response(answer).text or ""
    short = text[: len(text) // 2] if fault.kind == "truncated" else ""
    return web.Response(status=201, text=short, content_type="application/json")


def refused(fault: Fault, message: str) -> web.Response:
    body = {"code": fault.code, "message": message, "more_info": "", "status": fault.status}
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
    return web.json_response(body, status=fault.status, headers=headers)


async def _dripping(request: web.Request, over: asyncio.Event) -> web.StreamResponse:
    """A byte now and then, for ever: no pause is ever long enough to look like silence."""
    answer = web.StreamResponse(status=201, headers={"Content-Type": "application/json"})
    await answer.prepare(request)
    while not over.is_set():
        try:
            await answer.write(b" ")
        except ConnectionError:
            break
        await asyncio.sleep(0.02)
    return answer


def _dropped(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
