"""What can go wrong with a call to Notify, before a text is taken and after."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong: an answer of Notify's own, or of something else on the way."""

    status: int = 400
    name: str = ""  # the type of error
    message: str = ""
    kind: Literal[
        "error", "html", "empty", "truncated", "no_id", "redirect", "hang", "dropped", "taken"
    ] = "error"
    retry_after: str = ""


BROKEN = Fault(500, "Exception", "Internal server error")
HTML_502 = Fault(502, kind="html")
HANG = Fault(kind="hang")
DROPPED = Fault(kind="dropped")
TAKEN = Fault(kind="taken")  # and the answer is lost
BUSY = Fault(429, "RateLimitError", "Exceeded rate limit for key type LIVE of 3000 requests")
USED_UP = Fault(429, "TooManyRequestsError", "Exceeded send limits (250000) for today")
BAD_NUMBER = Fault(400, "ValidationError", "phone_number Not enough digits")
CLOCK = Fault(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds")
NO_KEY = Fault(403, "AuthError", "Invalid token: API key not found")
GONE = Fault(404, "NoResultFound", "No result found")
ODD = frozenset({"truncated", "no_id", "taken"})  # taken all the same


async def fails(
    request: web.Request, fault: Fault, told: str, over: asyncio.Event
) -> web.StreamResponse:
    """Answer a request that came to nothing."""
    if fault.kind == "dropped":
        return _dropped(request)
    if fault.kind == "hang":
        await over.wait()
    if fault.kind == "redirect":
        return web.Response(status=307, headers={"Location": request.path})
    if fault.kind == "empty":
        return web.Response(status=201)
    if fault.kind == "truncated":
        return web.Response(text=told[: len(told) // 2], content_type="application/json")
    if fault.kind == "html":
        page = f"<html><h1>{fault.status}</h1>{told}</html>"
        return web.Response(status=fault.status, text=page, content_type="text/html")
    # Nothing stops the real one from repeating what it was sent; so this one does.
    return error(fault, told)


def error(fault: Fault, told: str = "") -> web.Response:
    errors = [{"error": fault.name, "message": f"{fault.message} {told}".strip()}]
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
    body = {"status_code": fault.status, "errors": errors}
    return web.json_response(body, status=fault.status, headers=headers)


def _dropped(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def spoils(request: web.Request, answer: dict[str, Any], fault: Fault) -> web.Response:
    if fault.kind == "taken":
        return _dropped(request)
    if fault.kind == "no_id":
        return web.json_response({**answer, "id": None}, status=201)
    text = json.dumps(answer)
    return web.Response(status=201, text=text[: len(text) // 2], content_type="application/json")
