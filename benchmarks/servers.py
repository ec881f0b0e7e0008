"""The servers that are measured, each in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request

from bot.app import DEMO_BEGINS, assemble, open_migrated, real_web, simulated_channels
from bot.channels.twilio import Twilio, TwilioSettings
from bot.demo import settle_in
from bot.scene.scene import Taskforce
from bot.settings import DEMO, read_lexicon, read_practice
from scheduler.clock import DemoClock
from storage.folder import demo_keyring

TOKEN, SID, SENDER = "0123456789abcdef0123456789abcdef", "AC" + "0" * 32, "+447700900000"
PUBLIC_URL = "https://keyworker.example"


def noop() -> FastAPI:
    """Read a form and do nothing: what the framework alone costs."""
    app = FastAPI()

    @app.post("/webhooks/twilio/message")
    async def message(request: Request) -> dict[str, bool]:
        await request.body()
        return {"ok": True}

    return app


async def turns(port: int, url: str) -> None:
    """The whole turn: signature, dedupe, hold, encrypted log, flow, outbox, commit."""
    folder = Path(sys.argv[4])
    database = await open_migrated(url, demo_keyring(folder))
    clock = DemoClock(DEMO_BEGINS)
    taskforce = Taskforce(read_practice(DEMO / "taskforce.toml"), read_lexicon())
    service = assemble(database, taskforce, simulated_channels(), clock.now, clock)
    await settle_in(service)
    settings = TwilioSettings(SID, (TOKEN,), SENDER, public_url=PUBLIC_URL)
    web = real_web(service, (Twilio(settings, clock.now),))
    await uvicorn.Server(_config(web, port)).serve()
    await service.close()


def _config(app: FastAPI, port: int) -> uvicorn.Config:
    return uvicorn.Config(app, port=port, log_level="error", access_log=False)


if __name__ == "__main__":
    kind, port = sys.argv[1], int(sys.argv[2])
    if kind == "noop":
        uvicorn.Server(_config(noop(), port)).run()
    else:
        asyncio.run(turns(port, sys.argv[3]))
