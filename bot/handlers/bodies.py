"""Reading a request's body without being flooded by it."""

from __future__ import annotations

from starlette.requests import Request

from bot.domain import WebhookRequest

LIMIT = 64 * 1024
LONGEST_LENGTH = 18  # digits


class TooLarge(Exception):
    """The body is over the limit."""


async def read_body(request: Request, limit: int = LIMIT) -> bytes:
    """Read a body up to a limit; raises `TooLarge` without reading the rest."""
    declared = request.headers.get("content-length", "0")
    # Python refuses to read a number of thousands of digits, so its length is looked at first.
    if declared.isdecimal() and (len(declared) > LONGEST_LENGTH or int(declared) > limit):
        raise TooLarge
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


def as_webhook(request: Request, body: bytes) -> WebhookRequest:
    """Take a request as it arrived: raw path and query, header names in lower case."""
    raw_path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    return WebhookRequest(
        path=raw_path.decode("latin-1").partition("?")[0],
        query=request.scope.get("query_string", b"").decode("latin-1"),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
    )
