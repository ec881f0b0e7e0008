"""C10: a task is cancelled at each place where it waits: nothing is lost, nothing goes twice."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Coroutine, Generator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, select

from bot.dispatch import Dispatcher
from bot.dispatch.timing import Timing
from bot.domain import Inbound
from bot.turns import take
from storage import outbox
from storage.addresses import mark_line
from storage.database import Database
from storage.receipts import RANK
from storage.tables import Contact, Outbox
from tests.storage.rows import Home, a_home, a_letter, status_of
from tests.storm.ground import Ground, ground, waits
from tests.storm.ledger import Ledger, Line, doubles, out_of_order
from tests.storm.outbound import Outcome, Scale

TIMING = Timing(
    lease=timedelta(seconds=2), call=timedelta(seconds=0.1), grace=timedelta(seconds=0.05),
    ask_again=timedelta(seconds=0.05), look_every=timedelta(0),
)  # fmt: skip
UNHURRIED = replace(TIMING, lease=timedelta(seconds=60))  # for whoever puts things right
PATIENCE = 60.0  # seconds in which everything has to be put right
MOST = 2000  # more than a path has places
OURS = ("Dispatcher.", "take")  # the coroutines that are driven
CRY = "he says he wants to die"
SHOWN = 4


class Cut(Coroutine[Any, Any, Any]):
    """A coroutine that is driven step by step; at the k-th wait of all its task is cancelled."""

    def __init__(self, inner: Coroutine[Any, Any, Any], knife: Knife) -> None:
        self._inner, self._knife = inner, knife

    def send(self, value: Any) -> Any:
        return self._knife.at(self._inner.send(value))

    def throw(self, *problem: Any) -> Any:
        return self._knife.at(self._inner.throw(*problem))

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        raise NotImplementedError


class Knife:
    """Counts where tasks wait, and cancels one of them at its place."""

    def __init__(self, place: int) -> None:
        self.place, self.seen = place, 0

    def at(self, waits_for: Any) -> Any:
        self.seen += 1
        if self.seen == self.place:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()  # it is in the middle of its step: what it waits for now is cut off
        return waits_for

    def tasks(self, loop: asyncio.AbstractEventLoop, work: Any, **more: Any) -> asyncio.Task[Any]:
        """Make a task, and drive it if it is one of those we count."""
        driven = work.__qualname__.startswith(OURS)
        return asyncio.Task(Cut(work, self) if driven else work, loop=loop, **more)


@dataclass
class Found:
    """What a path was like, and what went wrong on it."""

    cuts: int = 0
    places: int = 0
    wrong: list[str] = field(default_factory=list)


async def c10(engine: str, scale: Scale, seed: int) -> Outcome:
    """Cancel at every await of sending and of hearing: I1 to I7 hold after each."""
    del seed  # every place is cut, in order
    began = time.monotonic()
    async with ground(engine) as laid:
        database = laid.open()
        try:
            sending = await _sends(laid, database, scale.messages)
            hearing = await _hears(laid, database, scale.messages)
        finally:
            await database.close()
    wrong = sending.wrong + hearing.wrong
    words = "; ".join(f"{what} x{n}" for what, n in Counter(wrong).most_common(SHOWN))
    said = (
        f"awaits_sending {sending.places} awaits_hearing {hearing.places} "
        f"({words or 'I1 to I7 held'}) seconds {time.monotonic() - began:.0f}"
    )
    return Outcome("C10", sending.cuts + hearing.cuts, len(wrong), said)


async def _cut(work: Coroutine[Any, Any, Any], place: int) -> bool:
    """Run something and cut it at one place. False: it has no such place."""
    knife, loop = Knife(place), asyncio.get_running_loop()
    loop.set_task_factory(knife.tasks)
    try:
        await asyncio.gather(loop.create_task(work), return_exceptions=True)
    finally:
        loop.set_task_factory(None)
    return knife.seen >= place


async def _sends(laid: Ground, database: Database, times: int) -> Found:
    """Cut the sending of one message after another, each a place later; another comes behind it."""
    ledger, found, stood = Ledger(laid.folder / "ledger"), Found(), {}
    while found.places < MOST:
        number = 2 * found.cuts
        home = await database.write(lambda c, n=number: a_home(c, n))
        put = partial(_letter, laid=laid, home=home)
        letter = await database.write(partial(put, number=number))
        one = sender(laid, database, ledger, f"cut-{found.cuts}", TIMING)
        deep = await _cut(one.drain(), found.cuts // times + 1)
        await asyncio.gather(*one._flying, return_exceptions=True)
        stood[letter] = await database.read(lambda c, letter=letter: status_of(c, letter))
        stood[await database.write(partial(put, number=number + 1))] = "waiting"
        await sender(laid, database, ledger, "after").drain()
        if not deep:
            break
        found.cuts += 1
        found.places = -(-found.cuts // times)
    await _forbidden(laid, database)
    await _put_right(sender(laid, database, ledger, "the next"))
    found.wrong = await _judged(database, ledger.lines(), stood)
    return found


def sender(
    laid: Ground, database: Database, ledger: Ledger, name: str, timing: Timing = UNHURRIED
) -> Dispatcher:
    channels = {"sms": ledger}
    return Dispatcher(database, channels, laid.taskforce(), laid.now, name, timing=timing)


def _letter(connection: Connection, laid: Ground, home: Home, number: int) -> int:
    now = laid.now()
    return a_letter(
        connection, home.line, f"storm:{number}", kind="reply", at=now, due_at=now,
        person_id=home.person, purpose="storm", text=f"storm {number}", heard_at=now,
    )  # fmt: skip


async def _forbidden(laid: Ground, database: Database) -> None:
    """One more message, to somebody who opted out before any of it."""

    def put(connection: Connection) -> None:
        home = a_home(connection, 2 * MOST)
        mark_line(connection, home.line, opted_out_at=laid.now())
        _letter(connection, laid, home, 2 * MOST)

    await database.write(put)


async def _put_right(one: Dispatcher) -> None:
    until = time.monotonic() + PATIENCE
    while await waits(one.database) and time.monotonic() < until:
        await one.look_up()
        await one.drain()
        await asyncio.sleep(0.05)


async def _judged(database: Database, lines: list[Line], stood: dict[int, str]) -> list[str]:
    """Hold what became of every message against the invariants."""
    ours = [line for line in lines if line["body"].startswith("storm ")]
    taken = {line["ref"] for line in ours}
    refs = {outbox.ref_of(f"storm:{number}") for number in range(len(stood))}
    wrong = ["I1 a message was lost"] * len(refs - taken)
    wrong += ["I3 a message went twice"] * doubles(ours)
    wrong += ["I4 a message overtook another"] * out_of_order(ours)
    wrong += ["I5 a message went to somebody who had opted out"] * len(taken - refs)
    ends = await database.read(lambda c: [_stands(c, letter) for letter in stood])
    wrong += ["I6 a message is not once on the case"] * sum(logged != 1 for _, logged in ends)
    for before, (after, _logged) in zip(stood.values(), ends, strict=True):
        if RANK.get(after, -1) < RANK.get(before, -1) or after not in {"sent", "delivered"}:
            wrong.append(f"I7 a message went from {before} to {after}")
    return wrong


def _stands(connection: Connection, letter: int) -> tuple[str, int]:
    logged = select(func.count()).select_from(Contact).where(Contact.outbox_id == letter)
    return status_of(connection, letter), connection.execute(logged).scalar_one()


async def _hears(laid: Ground, database: Database, times: int) -> Found:
    """Cut the hearing of one text after another; each is brought again, as a provider does."""
    found = Found()
    while found.places < MOST:
        home = await database.write(lambda c, n=found.cuts: a_home(c, 3 * MOST + n))
        said = Inbound("sms", f"SM{home.person:032x}", home.number, CRY)
        turn = partial(take, database, laid.taskforce(), said, laid.now())
        deep = await _cut(turn(), found.cuts // times + 1)
        await turn()
        wrong = await database.read(lambda c, home=home: _heard(c, home))
        found.wrong += wrong
        if not deep:
            break
        found.cuts += 1
        found.places = -(-found.cuts // times)
    return found


def _heard(connection: Connection, home: Home) -> list[str]:
    """Look whether a family was heard once, and answered once."""
    ours = (Contact.person_id == home.person, Contact.direction == "inbound")
    heard = select(func.count()).select_from(Contact).where(*ours)
    said = select(func.count()).select_from(Outbox)
    said = said.where(Outbox.person_id == home.person, Outbox.kind == "safety")
    counts = connection.execute(heard).scalar_one(), connection.execute(said).scalar_one()
    return [] if counts == (1, 1) else [f"I2 heard {counts[0]} times, answered {counts[1]}"]
