"""Many at once reach for the same things: for messages that wait, for moments that are due."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

from sqlalchemy import Connection, func, select

from bot.dispatch.claim import Claim
from bot.dispatch.claiming import Claiming, claim
from scheduler.check_ins import NAME
from scheduler.clock import Ticker
from storage import leases
from storage.conversations import set_due
from storage.database import Database
from storage.tables import Due, NotSent, Outbox, Person
from tests.stage import london
from tests.storage.rows import Home, a_home
from tests.storm.crew import FORK, PRELOADED, Orders, crew
from tests.storm.ground import Ground, ground, waiting_messages, waits
from tests.storm.ledger import Ledger, doubles, out_of_order
from tests.storm.outbound import Outcome, Scale

HANDS = 8
HOMES = 250
PATIENCE = 1800  # seconds
REPLICAS = (2, 4, 8)
NOBODY = "http://127.0.0.1:9"


async def c7(engine: str, scale: Scale, seed: int) -> Outcome:
    """Let eight workers claim at once: no message is claimed twice, or before an earlier one."""
    began = time.monotonic()
    async with ground(engine) as laid:
        await waiting_messages(laid, scale.messages, min(HOMES, scale.messages))
        hands = _tasks if engine == "sqlite" else _processes
        await hands(laid)
        taken = Ledger(book_of(laid)).lines()
        lines = [line for line in taken if line["body"].startswith("storm ")]  # the rest: notices
        database = laid.open()
        left = await waits(database)
        await database.close()
    twice, wrong = doubles(lines), out_of_order(lines)
    never = scale.messages - len({line["ref"] for line in lines})
    shares = [sum(line["by"] == f"hand-{n}" for line in lines) for n in range(HANDS)]
    said = (
        f"double_claims {twice} out_of_order {wrong} never_claimed {never} unfinished {left} "
        f"shares {min(shares)}-{max(shares)} seconds {time.monotonic() - began:.0f}"
    )
    return Outcome("C7", scale.messages, twice + wrong + never + left, said)


def book_of(laid: Ground) -> Path:
    return laid.folder / "ledger"


async def _tasks(laid: Ground) -> None:
    """Eight tasks of the one process that may write an SQLite file."""
    database = laid.open()
    await asyncio.gather(*(_claims(laid, database, number) for number in range(HANDS)))
    await database.close()


async def _processes(laid: Ground) -> None:
    """Eight processes on one PostgreSQL."""
    FORK.set_forkserver_preload(PRELOADED)
    Ledger(book_of(laid))
    hired = [FORK.Process(target=_hand, args=(laid, n), daemon=True) for n in range(HANDS)]
    for one in hired:
        one.start()
    for one in hired:
        await asyncio.to_thread(one.join, PATIENCE)
        assert one.exitcode == 0, f"a worker ended with {one.exitcode}"


def _hand(laid: Ground, number: int) -> None:
    async def live() -> None:
        database = laid.open()
        await _claims(laid, database, number)
        await database.close()

    asyncio.run(live())


async def _claims(laid: Ground, database: Database, number: int) -> None:
    """Claim and take, until nothing waits."""
    ledger, worker = Ledger(book_of(laid)), f"hand-{number}"
    while True:
        asked = partial(_claimed, laid=laid, worker=worker)
        claims, handled = await database.write(asked)
        taken = [(one, ledger.take(one.outgoing, by=worker)) for one in claims]
        await database.write(partial(_kept, laid=laid, worker=worker, taken=taken))
        if not handled:
            if not await waits(database):
                return
            await asyncio.sleep(0.02)


def _claimed(connection: Connection, laid: Ground, worker: str) -> tuple[list[Claim], int]:
    haul = claim(Claiming(connection, laid.taskforce(), worker, laid.now()))
    return haul.claims, haul.handled


def _kept(
    connection: Connection, laid: Ground, worker: str, taken: list[tuple[Claim, str]]
) -> None:
    for one, sid in taken:
        leases.handed_over(connection, one.outbox_id, worker, one.attempt, sid, laid.now())


async def c11(engine: str, scale: Scale, seed: int) -> Outcome:
    """Let two to eight clocks find the same moments due, and kill some: each fires exactly once."""
    began, found, kills = time.monotonic(), [0, 0, 0], 0
    each = scale.messages // len(REPLICAS)
    async with ground(engine) as laid:
        database = laid.open()
        try:
            for round_, replicas in enumerate(REPLICAS):
                dice = Random(seed + round_)
                numbers = range(round_ * each, (round_ + 1) * each)
                homes = await database.write(partial(_due_now, numbers=numbers))
                kills += await _tick(laid, database, replicas, scale, dice)
                for place, more in enumerate(await database.read(partial(_fired, homes=homes))):
                    found[place] += more
        finally:
            await database.close()
    never, twice, others = found
    replicas = f"replicas {'/'.join(map(str, REPLICAS))}"
    said = f"{replicas} kills {kills} never {never} twice {twice} other {others}"
    seconds = f"seconds {time.monotonic() - began:.0f}"
    return Outcome("C11", each * len(REPLICAS), sum(found), f"{said} {seconds}")


def _due_now(connection: Connection, numbers: range) -> list[Home]:
    """Put families on record whose weekly check-in is due at this moment."""
    homes = [a_home(connection, number) for number in numbers]
    for home in homes:
        set_due(connection, NAME, _ref(connection, home), SHOWS)
    return homes


SHOWS = london("2026-12-03 15:45")  # the Thursday on which every clock stands still


def _ref(connection: Connection, home: Home) -> str:
    return connection.execute(select(Person.ref).where(Person.id == home.person)).scalar_one()


async def _tick(laid: Ground, database: Database, replicas: int, scale: Scale, dice: Random) -> int:
    """Let so many clocks tick until nothing is due, and kill one now and then."""
    orders, until = Orders(laid, NOBODY), time.monotonic() + PATIENCE
    processes, tasks = (1, replicas) if laid.engine == "sqlite" else (replicas, 1)
    most = scale.strikes // len(REPLICAS)
    whole = max(1, await database.read(_still_due))
    with crew(orders, processes, dice, partial(begin, tasks=tasks)) as hired:
        while left := await database.read(_still_due):
            assert time.monotonic() < until, f"{left} moments stay due"
            if hired.strikes < most and left <= whole * (1 - hired.strikes / (most + 1)):
                await asyncio.to_thread(hired.strike)
            await asyncio.sleep(scale.every)
        return hired.strikes


def begin(orders: Orders, tasks: int) -> None:
    """Be one process with so many clocks in it."""

    async def live() -> None:
        database = orders.ground.open()
        taskforce = orders.ground.taskforce()
        tickers = [Ticker(database, taskforce) for _ in range(tasks)]
        while True:
            await asyncio.gather(*(ticker.run_due(SHOWS) for ticker in tickers))
            await asyncio.sleep(0.01)

    asyncio.run(live())


def _still_due(connection: Connection) -> int:
    ours = select(func.count()).select_from(Due).where(Due.job == NAME, Due.at <= SHOWS)
    return connection.execute(ours).scalar_one()


def _fired(connection: Connection, homes: list[Home]) -> tuple[int, int, int]:
    """Count who was never asked, who was asked twice, and to whom anything else happened."""
    never = twice = others = 0
    for home in homes:
        said = select(func.count()).select_from(Outbox).where(Outbox.person_id == home.person)
        sent = connection.execute(said).scalar_one()
        turns = select(Person.turns).where(Person.id == home.person)
        begun = connection.execute(turns).scalar_one()
        put_off = select(func.count()).select_from(NotSent)
        odd = connection.execute(put_off.where(NotSent.person_id == home.person)).scalar_one()
        following = select(Due.at).where(Due.job == NAME, Due.subject == _ref(connection, home))
        planned = connection.execute(following).scalar_one()
        never += sent == 0
        twice += max(sent, begun) > 1
        others += odd + (planned != SHOWS + timedelta(weeks=1))
    return never, twice, others
