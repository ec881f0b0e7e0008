"""P3 and P4: messages leave, each under the gate, with its intent and its result kept."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Mapping
from contextlib import suppress

from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from benchmarks import fill, provider
from benchmarks.asked import Asked
from benchmarks.disk import NoSlowDisk, slow_disk
from benchmarks.ground import NOW, Ground, a_folder, laid, taskforce
from benchmarks.postgres import durable_postgres
from benchmarks.queues import VARIABLE, PlainQueue, Procrastinate, plain_queue, procrastinate
from benchmarks.report import at_least, figure, heading, rate, ratio, said, skipped
from benchmarks.servers import SENDER, SID, TOKEN
from bot.channels.twilio import Twilio, TwilioSettings
from bot.dispatch import Dispatcher
from bot.domain import Channel
from storage.database import Database

HOMES = 10_000
IN_FLIGHT = 100
JOBS = 3000


class Outbox:
    """Messages that wait in one database, a fresh lot for every round."""

    def __init__(self, ground: Ground) -> None:
        self._database: Database = ground.open()
        self._next = 0

    async def drained(self, count: int, channel: Channel) -> float:
        """Let as many messages wait and send them all; returns messages per second."""
        numbers = range(self._next, self._next + count)
        self._next += count
        await self._database.write(lambda c: fill.messages(c, numbers, HOMES, NOW))
        dispatcher = Dispatcher(self._database, {"sms": channel}, taskforce(), lambda: NOW, "bench")
        began = time.perf_counter()
        running = asyncio.create_task(dispatcher.run())
        while await self._database.read(fill.some_wait):  # noqa: ASYNC110  as any observer would
            await asyncio.sleep(0.02)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await dispatcher.landed()
        took = time.perf_counter() - began
        if await self._database.read(fill.unsent):
            raise SystemExit("not every message was sent: figures are void")
        return count / took

    async def close(self) -> None:
        await self._database.close()


async def _rounds(
    stack: contextlib.AsyncExitStack, asked: Asked, sockets: Mapping[str, str]
) -> dict[str, list[float]]:
    """Drain every queue in turns, round after round."""
    folder = stack.enter_context(a_folder())
    lots: dict[str, Outbox] = {}
    queues: dict[str, PlainQueue | Procrastinate] = {}
    for disk, socket in sockets.items():
        ground = await laid(folder, socket, lambda c: fill.families(c, HOMES, NOW))
        lots[f"ours{disk}"] = Outbox(ground)
        queues[f"plain{disk}"] = await plain_queue(socket)
        if (real := await procrastinate(socket)) is not None:
            queues[f"procrastinate{disk}"] = real
    found: dict[str, list[float]] = {name: [] for name in (*lots, *queues)}
    for _round in range(asked.rounds + 1):
        for name, lot in lots.items():
            found[name].append(await lot.drained(asked.messages, provider.InProcess()))
        for name, queue in queues.items():
            found[name].append(await queue.drained(JOBS))
    for lot in lots.values():
        await lot.close()
    for queue in queues.values():
        await queue.close()
    return {name: rates[1:] for name, rates in found.items()}  # the first round only warms up


async def p3(asked: Asked) -> None:
    """Measure dispatch to a provider that takes everything at once."""
    heading("P3  dispatch to a stand-in in this process, PostgreSQL; gate, intent, result kept")
    async with contextlib.AsyncExitStack() as stack:
        sockets = {"": stack.enter_context(durable_postgres())}
        if asked.slow_disk:
            try:
                under = slow_disk(stack.enter_context(a_folder()))
                sockets[" slow"] = stack.enter_context(durable_postgres(under))
            except NoSlowDisk as reason:
                skipped("1 ms under each fsync", reason)
        found = await _rounds(stack, asked, sockets)
    if "procrastinate" not in found:
        said(f"procrastinate: install it anywhere and name its Python in {VARIABLE}")
    for disk, words, times in (("", "", 5), (" slow", ", 1 ms under each fsync", 10)):
        ours = found.get(f"ours{disk}")
        if ours:
            _show(found, disk, words, times)


def _show(found: Mapping[str, list[float]], disk: str, words: str, times: float) -> None:
    rate(f"dispatch{words}", found[f"ours{disk}"])
    for name, label in (("procrastinate", "procrastinate, 10 at a time"), ("plain", "plain queue")):
        if f"{name}{disk}" in found:
            rate(f"{label}, no-op jobs{words}", found[f"{name}{disk}"])
            real = at_least(times) if name == "procrastinate" else None
            share = ratio(found[f"ours{disk}"], found[f"{name}{disk}"])
            figure(f"dispatch / {label}{words}", share, real)


async def _bare(base: str, count: int) -> float:
    """Send as many texts with nothing but the SDK; returns messages per second."""
    http = AsyncTwilioHttpClient()
    client = Client(SID, TOKEN, http_client=http)
    client.api.base_url = base
    numbers = itertools.count(1)

    async def worker() -> None:
        while (number := next(numbers)) <= count:
            to = fill.number_of(number)
            await client.messages.create_async(to=to, from_=SENDER, body="Hi Leanne, how is Kai?")

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))
    took = time.perf_counter() - began
    await http.close()
    return count / took


async def p4(asked: Asked) -> None:
    """Measure dispatch to a provider 100 ms away."""
    heading("P4  dispatch with the provider 100 ms away, 100 in flight")
    with a_folder() as folder, durable_postgres() as socket, provider.away() as base:
        lots = {}
        for name, place in (("PostgreSQL", socket), ("SQLite", None)):
            lots[name] = Outbox(await laid(folder, place, lambda c: fill.families(c, HOMES, NOW)))
        found: dict[str, list[float]] = {name: [] for name in ("bare", *lots)}
        for _round in range(asked.rounds):
            found["bare"].append(await _bare(base, asked.messages))
            for name, lot in lots.items():
                settings = TwilioSettings(SID, (TOKEN,), SENDER, api_base=base)
                channel = Twilio(settings, lambda: NOW, pace=provider.PACE)
                found[name].append(await lot.drained(asked.messages, channel))
                await channel.close()
        for lot in lots.values():
            await lot.close()
    rate("bare twilio SDK, asynchronous", found["bare"])
    for name in lots:
        rate(f"dispatch, {name}", found[name])
        share = ratio(found[name], found["bare"])
        figure(f"dispatch / bare SDK, {name}", share, at_least(0.95))
