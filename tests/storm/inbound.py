"""C4: families' texts arrive while the web process is killed; each is brought again and again."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from random import Random

import aiohttp
import uvicorn
from sqlalchemy import Connection, func, select

from bot.app import assemble, real_web
from storage.tables import Contact
from tests.fakes.twilio_calls import inbound
from tests.storm.crew import Crew, Orders, crew, texts_of
from tests.storm.ground import Ground, a_free_port, families, ground
from tests.storm.outbound import Outcome, Scale

AT_ONCE = 16
TIMES = 3  # every text is brought so often


def serve(orders: Orders) -> None:
    """Be one web process."""
    asyncio.run(_serve(orders))


async def _serve(orders: Orders) -> None:
    database = orders.ground.open()
    provider = texts_of(orders)
    service = assemble(database, orders.ground.taskforce(), {"sms": provider}, orders.ground.now)
    config = uvicorn.Config(real_web(service, (provider,)), log_level="error", access_log=False)
    await uvicorn.Server(config).serve(sockets=[shared_port(orders.port)])


def shared_port(port: int) -> socket.socket:
    """Take a port that several processes listen on."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind(("127.0.0.1", port))
    return listening


async def c4(engine: str, scale: Scale, seed: int) -> Outcome:
    """Kill web processes under inbound texts; count what was answered 200 and is not logged."""
    chance = Random(seed)
    async with ground(engine) as laid:
        phones = await families(laid, 100)
        orders = Orders(laid, "http://127.0.0.1:9", port=a_free_port())
        began = time.monotonic()
        with crew(orders, 1 if engine == "sqlite" else 2, chance, serve) as hired:
            await _bring(hired, orders.port, phones, scale)
            kills = hired.strikes
        seconds = time.monotonic() - began
        arrived, twice = await logged(laid)
    missing = scale.messages - arrived
    said = f"brought {scale.messages * TIMES} kills {kills} missing {missing} logged_twice {twice}"
    return Outcome("C4", scale.messages, abs(missing) + twice, f"{said} seconds {seconds:.0f}")


async def _bring(hired: Crew, port: int, phones: list[str], scale: Scale) -> None:
    """Bring every text until it is answered 200, then twice more."""
    numbers = iter(range(scale.messages))
    base = f"http://127.0.0.1:{port}"
    limit = aiohttp.ClientTimeout(total=15)  # Twilio's own
    async with aiohttp.ClientSession(timeout=limit) as session:
        bringing = asyncio.gather(
            *(postman(session, base, phones, numbers) for _ in range(AT_ONCE))
        )
        while not bringing.done():
            await asyncio.sleep(scale.every)
            if hired.strikes < scale.strikes:
                await asyncio.to_thread(hired.strike)
        await bringing


async def postman(
    session: aiohttp.ClientSession,
    base: str,
    phones: list[str],
    numbers: Iterator[int],
    times: int = TIMES,
    pause: float = 0.0,
) -> None:
    """Bring one text after the other: each until it is taken, and then again."""
    for number in numbers:
        sid = f"SM{number:032x}"
        path, headers, body = inbound(phones[number % len(phones)], f"in {number}", sid=sid)
        taken = 0
        while taken < times:
            try:
                async with session.post(base + path, headers=headers, data=body) as answer:
                    await answer.read()
                    taken += answer.status == 200
            except (aiohttp.ClientError, TimeoutError):
                await asyncio.sleep(0.05)
        await asyncio.sleep(pause)


async def logged(laid: Ground) -> tuple[int, int]:
    """Count the texts that are logged, and how often one is logged once too often."""

    def count(connection: Connection) -> tuple[int, int]:
        ours = (Contact.direction == "inbound", Contact.source.like("sms:SM0%"))
        each = select(func.count()).where(*ours).group_by(Contact.source)
        found = list(connection.execute(each).scalars())
        return len(found), sum(number - 1 for number in found)

    database = laid.open()
    try:
        return await database.read(count)
    finally:
        await database.close()
