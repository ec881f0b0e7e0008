"""A Telegram that takes messages, as fast as it is sent them, and remembers each."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import time
from random import Random
from typing import Any

from aiohttp import web

BOT = {"id": 700000001, "is_bot": True, "first_name": "Key worker", "username": "StormBot"}


class Telegram:
    """Answers `sendMessage`; now and then it takes a message and its answer is lost."""

    def __init__(self, faults: float, seed: int) -> None:
        self.taken: list[dict[str, str]] = []
        self._faults, self._chance, self._numbers = faults, Random(seed), itertools.count(1)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._called)
        app.router.add_get("/_taken", self._list)
        return app

    async def _called(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["method"] != "sendMessage":
            return _good(BOT)
        form = await request.post()
        to, text = str(form["chat_id"]), str(form["text"])
        if self._chance.random() < self._faults:
            error = {"ok": False, "error_code": 429, "description": "Too Many Requests"}
            return web.json_response({**error, "parameters": {"retry_after": 1}}, status=429)
        took = {"to": to, "body": text, "sid": str(next(self._numbers)), "ref": ""}
        self.taken.append(took)
        if self._chance.random() < self._faults and request.transport is not None:
            took["answer"] = "lost"
            request.transport.abort()
            return web.Response()
        chat = {"id": int(to), "type": "private", "first_name": "A"}
        made = {"message_id": len(self.taken), "date": int(time.time()), "chat": chat}
        return _good({**made, "text": text, "from": BOT})

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response(self.taken)


def _good(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


async def serve(faults: float, seed: int) -> None:
    runner = web.AppRunner(Telegram(faults, seed).app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A Telegram for storms.")
    parser.add_argument("--faults", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    asyncio.run(serve(given.faults, given.seed))
