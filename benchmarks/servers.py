"""The servers that are measured, each in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from urllib.parse import parse_qsl

import uvicorn
from fastapi import FastAPI, Request

from benchmarks.ground import NOW, taskforce
from bot.app import assemble, real_web, simulated_channels
from bot.channels.twilio import Twilio, TwilioSettings
from scheduler.clock import DemoClock
from storage.database import open_database
from storage.folder import demo_keyring

TOKEN, SID, SENDER = "0123456789abcdef0123456789abcdef", "AC" + "0" * 32, "+447700900000"
PUBLIC_URL = "https://keyworker.example"


def noop() -> FastAPI:
    """Read a form and do nothing: what the framework alone costs."""
    app = FastAPI()

    @app.post("/webhooks/twilio/message")
    async def message(request: Request) -> dict[str, bool]:
        parse_qsl((await request.body()).decode())
        return {"ok": True}

    return app


async def turns(port: int, url: str, folder: Path) -> None:
    """The whole turn: signature, dedupe, hold, encrypted log, flow, outbox, commit."""
    database = open_database(url, demo_keyring(folder))
    clock = DemoClock(NOW)
    service = assemble(database, taskforce(), simulated_channels(), clock.now, clock)
    settings = TwilioSettings(SID, (TOKEN,), SENDER, public_url=PUBLIC_URL)
    web = real_web(service, (Twilio(settings, clock.now),))
    await uvicorn.Server(_config(web, port)).serve()
    await service.close()


async def textbook(port: int, url: str, folder: Path) -> None:
    """The same turn as a textbook writes it."""
    from benchmarks import textbook as book  # noqa: PLC0415  what the others do not need

    app = book.textbook(url, demo_keyring(folder), TOKEN, PUBLIC_URL, DemoClock(NOW).now)
    await uvicorn.Server(_config(app, port)).serve()


def _config(app: FastAPI, port: int) -> uvicorn.Config:
    return uvicorn.Config(app, port=port, log_level="error", access_log=False)


if __name__ == "__main__":
    kind, number = sys.argv[1], int(sys.argv[2])
    if kind == "noop":
        uvicorn.Server(_config(noop(), number)).run()
    else:
        make = {"turns": turns, "textbook": textbook}[kind]
        asyncio.run(make(number, sys.argv[3], Path(sys.argv[4])))
