"""A Twilio in a process of its own, all of it in memory, for tests that kill the service.

    python -m tests.fakes.twilio_server --port 5060 --faults 0.05 --lag 2 \
        --reports-to http://127.0.0.1:8000 --rough

Account and token are `ACCOUNT` and `TOKEN` of `tests/fakes/twilio_calls.py`. Beside Twilio's own
paths: GET /_taken lists what was taken, POST /_inbound {"from", "body"} keeps a family's text that
only a poll finds, POST /_weather {"faults": 0} changes how often things go wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from aiohttp import web

from tests.fakes.twilio_calls import SENDER
from tests.fakes.twilio_exchange import FakeTwilio
from tests.fakes.twilio_faults import BROKEN, HTML_502, Fault
from tests.fakes.twilio_reports import NEAT, ROUGH, Postman

STORMS = (
    Fault(20429, 429, retry_after="1"),  # a storm's lengths of time are short ones
    Fault(20429, 429),
    BROKEN,
    HTML_502,
    Fault(kind="dropped"),
    Fault(kind="taken_then_dropped"),
    Fault(kind="taken_then_error"),
    Fault(kind="truncated"),
    Fault(kind="empty"),
)


class Standalone(FakeTwilio):
    """The stand-in with a door of its own, weather, and somebody who reports back."""

    postman: Postman | None = None
    share = 0.0

    def began(self, asked: argparse.Namespace) -> None:
        chance = Random(asked.seed)
        self.share, self.store.lag = asked.faults, timedelta(seconds=asked.lag)
        if asked.at is not None:
            ahead = asked.at - datetime.now(UTC)
            self.store.now = lambda: datetime.now(UTC) + ahead
        self.weather = lambda: chance.choice(STORMS) if chance.random() < self.share else None
        if asked.reports_to:
            habits = ROUGH if asked.rough else NEAT
            self.postman = Postman(self.store, asked.reports_to, habits, chance)

    def took(self, sid: str) -> None:
        if self.postman is not None:
            self.postman.sets_out(sid)

    def app(self) -> web.Application:
        app = super().app()
        app.router.add_get("/_taken", self._taken)
        app.router.add_post("/_inbound", self._inbound)
        app.router.add_post("/_weather", self._weather)
        return app

    async def _taken(self, _request: web.Request) -> web.Response:
        out = [kept for kept in self.store.kept.values() if kept.form]
        return web.json_response([_seen(kept) for kept in out])

    async def _inbound(self, request: web.Request) -> web.Response:
        said = await request.json()
        sid = self.store.hear(said["from"], said["body"], said.get("to", SENDER))
        return web.json_response({"sid": sid})

    async def _weather(self, request: web.Request) -> web.Response:
        self.share = float((await request.json())["faults"])
        return web.json_response({"faults": self.share})


def _seen(kept: Any) -> dict[str, str]:
    form = kept.form
    return {"to": form["To"], "body": form["Body"], "sid": kept.said["sid"], "ref": kept.ref}


async def serve(asked: argparse.Namespace) -> None:
    fake, over = Standalone(checked=False), asyncio.Event()
    fake.began(asked)
    runner = web.AppRunner(fake.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", asked.port)
    await site.start()
    for stop in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(stop, over.set)
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await over.wait()
    if fake.postman is not None:
        await fake.postman.close()
    await runner.cleanup()


def read_arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--port", type=int, default=0, help="0: any that is free; it is printed")
    parser.add_argument("--faults", type=float, default=0, help="share of messages that go wrong")
    parser.add_argument("--lag", type=float, default=0, help="seconds until a message is listed")
    parser.add_argument("--reports-to", default="", help="where the service listens")
    moment = datetime.fromisoformat
    parser.add_argument("--at", type=moment, help="what its clock shows at the start, with a zone")
    parser.add_argument("--rough", action="store_true", help="reports get lost, doubled, shuffled")
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args(given)


if __name__ == "__main__":
    asyncio.run(serve(read_arguments()))
