"""Row 8: two web and three worker processes on PostgreSQL, one killed every second.

Texts come in and go out all the while, and what the health page says is held against the truth.
"""

from __future__ import annotations

import asyncio
import itertools
import signal
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp
import uvicorn
from sqlalchemy import Connection

from bot.app import assemble, real_web
from storage.addresses import hold_line
from storage.database import Database
from storage.outbox import Letter, put
from storage.vitals import read_vitals
from tests.storm.crew import Crew, Orders, crew, texts_of
from tests.storm.ground import a_free_port, families, ground, standing, waits
from tests.storm.inbound import logged, postman, shared_port
from tests.storm.outbound import Outcome, Scale
from tests.storm.provider import harm, taken, twilio

WEBS, WORKERS = 2, 3
HOMES = 100
LOOKS_EVERY = 0.5  # seconds between two looks at the health page
SILENT_FOR = 9.0  # seconds without any worker, so that the page has something to say
BEATS_WITHIN = 15.0  # seconds; with three workers a heartbeat is never older
TOLERANCE = 3.0  # seconds by which the page and the database may differ: both move on


def be_a_worker(orders: Orders) -> None:
    """Tick and send, until killed or asked to stop."""
    asyncio.run(_work(orders))


async def _work(orders: Orders) -> None:
    database, provider = orders.ground.open(), texts_of(orders)
    service = assemble(database, orders.ground.taskforce(), {"sms": provider}, orders.ground.now)
    service.dispatcher.timing = orders.timing
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    async with service.at_work():
        await over.wait()
    await service.close()


def be_a_web(orders: Orders) -> None:
    """Take calls, until killed."""
    asyncio.run(_serve(orders))


async def _serve(orders: Orders) -> None:
    database, provider = orders.ground.open(), texts_of(orders)
    service = assemble(database, orders.ground.taskforce(), {"sms": provider}, orders.ground.now)
    config = uvicorn.Config(real_web(service, (provider,)), log_level="error", access_log=False)
    async with service.at_the_door():
        await uvicorn.Server(config).serve(sockets=[shared_port(orders.port)])


@dataclass
class Watch:
    """What the health page said, held against the database."""

    looks: int = 0
    unanswered: int = 0  # the process that was asked was killed meanwhile
    slow: int = 0
    untrue: list[str] = field(default_factory=list)
    silence_seen: float = 0.0

    def look(self, said: dict[str, Any], oldest_due: float, *, workers: bool) -> None:
        self.looks += 1
        if said.get("database") == "TimeoutError":
            self.slow += 1  # it says that it could not find out in time: that is true
            return
        beat = float(said.get("heartbeat_seconds", 0.0))
        if said.get("database") != "ok":
            self.untrue.append(f"database {said.get('database')}")
        if abs(float(said.get("oldest_due_seconds", 0.0)) - oldest_due) > TOLERANCE:
            self.untrue.append(f"oldest_due said {said.get('oldest_due_seconds')} is {oldest_due}")
        if workers and beat > BEATS_WITHIN:
            self.untrue.append(f"heartbeat said {beat} while three worked")
        if not workers:
            self.silence_seen = max(self.silence_seen, beat)


async def replicas(engine: str, scale: Scale, seed: int) -> Outcome:
    """Kill one of five processes every second under traffic both ways; PostgreSQL only."""
    if engine == "sqlite":
        return Outcome("ROW8", 0, 0, "one SQLite file takes one process: see C1, C4 and C6")
    chance, began = Random(seed), time.monotonic()
    async with ground(engine) as laid:
        phones, port = await families(laid, HOMES), a_free_port()
        with twilio(
            laid, faults=0.02, lag=0.4, seed=seed, reports_to=f"http://127.0.0.1:{port}"
        ) as base:
            orders = Orders(laid, base, port=port)
            watch, kills = await _rage(orders, phones, scale, chance)
            found, stands = harm(scale.messages, await taken(base)), await standing(laid)
        arrived, twice = await logged(laid)
    missing = scale.messages - arrived
    unlogged = scale.messages - stands.logged - stands.by_status.get("uncertain", 0)
    silent = watch.silence_seen < SILENT_FOR - BEATS_WITHIN / 3
    failures = found.lost + found.doubled + found.out_of_order + abs(missing) + twice
    failures += abs(unlogged) + len(watch.untrue) + silent
    said = (
        f"kills {kills} out: lost {found.lost} doubled {found.doubled} out_of_order "
        f"{found.out_of_order} unlogged {unlogged} in: missing {missing} logged_twice {twice} "
        f"health: looks {watch.looks} unanswered {watch.unanswered} slow {watch.slow} "
        f"untrue {len(watch.untrue)} {watch.untrue[:3]} silence_seen {watch.silence_seen:.0f}s "
        f"seconds {time.monotonic() - began:.0f}"
    )
    return Outcome("ROW8", 2 * scale.messages, failures, said)


async def _rage(
    orders: Orders, phones: list[str], scale: Scale, chance: Random
) -> tuple[Watch, int]:
    """Let it rage; then without workers; then until all is done. Returns the watch and kills."""
    watch, database = Watch(), orders.ground.open()
    with (
        crew(orders, WEBS, chance, be_a_web) as webs,
        crew(orders, WORKERS, chance, be_a_worker) as workers,
    ):
        limit = aiohttp.ClientTimeout(total=15)  # Twilio's own
        async with aiohttp.ClientSession(timeout=limit) as session:
            watching = asyncio.create_task(_look(session, database, orders, watch, workers))
            traffic = asyncio.gather(
                _bring(session, orders, phones, scale), _write(database, orders, phones, scale)
            )
            await _strike(webs, workers, scale, chance)
            await traffic
            workers.send_home()
            await asyncio.sleep(SILENT_FOR)
            workers.call_back()
            await _done(database)
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        kills = webs.strikes + workers.strikes
    await database.close()
    return watch, kills


async def _strike(webs: Crew, workers: Crew, scale: Scale, chance: Random) -> None:
    while webs.strikes + workers.strikes < scale.strikes:
        await asyncio.sleep(scale.every)
        victim = webs if chance.randrange(WEBS + WORKERS) < WEBS else workers
        await asyncio.to_thread(victim.strike)


async def _bring(
    session: aiohttp.ClientSession, orders: Orders, phones: list[str], scale: Scale
) -> None:
    """Bring families' texts over as long as the storm is to last; each until it is taken."""
    numbers, base = iter(range(scale.messages)), f"http://127.0.0.1:{orders.port}"
    pause = _pause(scale)
    await asyncio.gather(
        *(postman(session, base, phones, numbers, times=2, pause=4 * pause) for _ in range(4))
    )


async def _write(database: Database, orders: Orders, phones: list[str], scale: Scale) -> None:
    """Let messages to families fall due, evenly over the storm."""
    for number in range(scale.messages):

        def work(connection: Connection, number: int = number) -> None:
            now = orders.ground.now()
            line = hold_line(connection, "sms", phones[number % len(phones)], now)
            letter = Letter(
                key=f"storm:{number}", address_id=line.id, kind="safety", purpose="storm",
                language="en", text=f"storm {number}", at=now, due_at=now,
                person_id=line.person_id, heard_at=now,
            )  # fmt: skip
            put(connection, letter)

        await database.write(work)
        await asyncio.sleep(_pause(scale))


def _pause(scale: Scale) -> float:
    return scale.strikes * scale.every / scale.messages


async def _look(
    session: aiohttp.ClientSession, database: Database, orders: Orders, watch: Watch, workers: Crew
) -> None:
    """Look at the health page again and again, and at the database behind it."""
    address = f"http://127.0.0.1:{orders.port}/health/ready"
    for _look in itertools.count():
        await asyncio.sleep(LOOKS_EVERY)
        present = workers.present
        try:
            async with session.get(address, headers={"Connection": "close"}) as answer:
                said = await answer.json()
        except (aiohttp.ClientError, TimeoutError, OSError):
            watch.unanswered += 1
            continue
        truth = await database.read(lambda c: read_vitals(c, orders.ground.now()))
        watch.look(said, truth.oldest_due, workers=present and workers.present)


async def _done(database: Database) -> None:
    """Wait until nothing is on its way any more."""
    async with asyncio.timeout(600):
        while await waits(database):  # noqa: ASYNC110 - other processes work it off
            await asyncio.sleep(0.5)
