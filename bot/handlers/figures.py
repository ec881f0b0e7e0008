"""`GET /metrics` for whoever watches the service, and the counting of calls."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.counters import Counters
from bot.exposition import MEDIA_TYPE

PATH = "/metrics"
FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class FiguresDoor:
    """Shows figures to whoever holds the token; without a token, to this machine alone."""

    figures: Callable[[], Awaitable[str]]
    token: str = field(default="", repr=False)

    def routes(self) -> list[Route]:
        """Name the route."""
        return [Route(PATH, self.show, methods=["GET"])]

    async def show(self, request: Request) -> Response:
        """Answer with the figures; anybody else is told that there is nothing here."""
        if not (holds(request, self.token) if self.token else from_here(request)):
            raise HTTPException(404)
        return Response(await self.figures(), media_type=MEDIA_TYPE)


def holds(request: Request, token: str) -> bool:
    """Say whether a request carries the token."""
    given = request.headers.get("authorization", "").encode("latin-1")
    return hmac.compare_digest(given, f"Bearer {token}".encode())


def from_here(request: Request) -> bool:
    """Say whether a request was made on this machine: a proxy's are somebody else's."""
    host = request.client.host if request.client else ""
    brought = any(name in request.headers for name in FORWARDED)
    try:
        return not brought and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class CountedCalls:
    """Counts calls to the routes it is told of; any other address could be anything at all."""

    def __init__(
        self,
        app: Callable[[Scope, Receive, Send], Awaitable[None]],
        counters: Counters,
        paths: Collection[str],
    ) -> None:
        self.app, self.counters, self.paths = app, counters, frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in self.paths:
            await self.app(scope, receive, send)
            return
        status = 500

        async def noted(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            self.counters.webhooks[scope["path"], outcome(status)] += 1


def outcome(status: int) -> str:
    """Say in a word what came of a call."""
    known = {401: "refused", 403: "refused", 413: "too_large", 503: "try_again"}
    return known.get(status, "taken" if status < 400 else "failed")
