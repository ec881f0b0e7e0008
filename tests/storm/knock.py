"""Knocking on the service's doors without a socket: one call of an ASGI application."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from tests.fakes.twilio_calls import Call

HUNG = 0  # instead of a status
LONGEST = 20.0  # seconds; no provider waits longer


async def knock(app: Any, call: Call) -> int:
    """Make one call; the status it is answered with."""
    path, headers, body = call
    address, _, query = path.partition("?")
    given = [(name.lower().encode("latin-1"), _raw(said)) for name, said in headers.items()]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "https", "path": address, "raw_path": address.encode(), "root_path": "",
        "query_string": _raw(query), "headers": given,
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    answered: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    try:
        async with asyncio.timeout(LONGEST):
            await app(scope, receive, send)
    except TimeoutError:
        return HUNG
    except Exception:  # noqa: BLE001  a crash of ours is what a provider sees as 500
        return 500
    return answered[0] if answered else HUNG


async def all_knock(app_of: Callable[[int], Any], calls: list[Call], hands: int = 16) -> list[int]:
    """Make many calls, so many at the same time; their statuses in the order of the calls."""
    statuses, numbers = [HUNG] * len(calls), iter(range(len(calls)))

    async def hand() -> None:
        for number in numbers:
            statuses[number] = await knock(app_of(number), calls[number])

    await asyncio.gather(*(hand() for _ in range(hands)))
    return statuses


@contextmanager
def quietly():
    """Say nothing about what is refused, tried again or set aside: that is what is being done."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _raw(said: str) -> bytes:
    return said.encode("latin-1", "replace")
