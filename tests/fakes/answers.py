"""Whoever may be asked by `check-config`, on 127.0.0.1: answers each path as it is told to.

It runs in a thread of its own, because a command has an event loop of its own.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Told = tuple[int, Any] | str  # status and JSON; or a page that is no JSON


@dataclass
class Answers:
    """What is answered, by the end of a path; and what was asked, with its proof."""

    told: dict[str, Told] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    base_url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.path_qs, request.headers.get("Authorization", "")))
        for end, told in self.told.items():
            if request.path.endswith(end):
                if isinstance(told, str):
                    return web.Response(text=told, content_type="text/html")
                return web.json_response(told[1], status=told[0])
        return web.json_response({}, status=404)


@contextmanager
def served(app: web.Application) -> Iterator[str]:
    """Serve an application until the block ends; yields its address."""
    loop, runner = (
        asyncio.new_event_loop(),
        web.AppRunner(app, access_log=None, shutdown_timeout=0.1),
    )

    async def open_door() -> None:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()

    loop.run_until_complete(open_door())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@contextmanager
def answering() -> Iterator[Answers]:
    """Answer until the block ends."""
    answers, app = Answers(), web.Application()
    app.router.add_route("*", "/{path:.*}", answers.answer)
    with served(app) as answers.base_url:
        yield answers
