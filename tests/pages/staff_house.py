"""The real service behind the staff page, on a free port: Marlbridge with something to read."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from bot.app import demo_web
from tests.stage import Play

PASSPORT = {
    "sentence_length": "Short. One thing at a time.",
    "processing_time": "Count to ten before you ask again.",
    "say": "Shall we look at it together?",
    "avoid": "Calm down. Why did you…?",
    "best_mode": "Walking, side by side",
}


@asynccontextmanager
async def open_house(play: Play) -> AsyncIterator[str]:
    """Serve the demonstration's own web application; give its address."""
    # Open before anybody knocks: whoever is early waits.
    with socket.create_server(("127.0.0.1", 0)) as door:
        web = uvicorn.Config(demo_web(play.service), log_level="error", lifespan="off")
        server = uvicorn.Server(web)
        running = asyncio.create_task(server.serve(sockets=[door]))
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


async def a_week_in(play: Play) -> None:
    """Thursday afternoon: check-ins have gone, some were answered, one in fear."""
    await play.at("2026-12-03 15:46")
    await play.writes("P01", "3")
    await play.writes("P01", "he wont get out of the car in the mornings, can we talk")
    await play.writes("P02", "dziękuję, ale mam pytanie o autobus")
    await play.writes("P12", "nu mai pot, vreau sa mor")
    await play.later(minutes=4)
