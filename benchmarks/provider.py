"""A provider 100 milliseconds away: takes every text, in a process of its own."""

from __future__ import annotations

import asyncio
import itertools
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from aiohttp import web

from bot.domain import Outgoing, Pace, Sent

AWAY = 0.1  # seconds
# Everything a provider's limits ask of the database, and no waiting for them.
PACE = Pace(1_000_000, timedelta(0), per_hour=60, same_per_hour=15)


class InProcess:
    """A channel that takes a message at once: what dispatch itself costs."""

    pace = PACE

    def __init__(self) -> None:
        self.taken = 0

    def laid_out(self, message: Outgoing) -> str:
        return message.shown.text

    async def send(self, message: Outgoing) -> Sent:
        self.taken += 1
        return Sent(f"bench{message.ref}", message.shown.text, "bench")

    async def close(self) -> None: ...


def application() -> web.Application:
    """Make Twilio's one address for new messages."""
    ids = itertools.count()

    async def create(request: web.Request) -> web.Response:
        await request.read()
        await asyncio.sleep(AWAY)
        answer = {"sid": f"SM{next(ids):032x}", "status": "queued", "error_code": None}
        return web.json_response(answer, status=201)

    app = web.Application()
    app.router.add_post("/2010-04-01/Accounts/{account}/Messages.json", create)
    return app


@contextmanager
def away() -> Iterator[str]:
    """Start the provider; yields where it listens."""
    command = [sys.executable, "-m", "benchmarks.provider"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.terminate()


async def serve() -> None:
    """Listen until told to stop, and say where."""
    runner, over = (
        web.AppRunner(application(), access_log=None, shutdown_timeout=0.1),
        asyncio.Event(),
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await over.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve())
