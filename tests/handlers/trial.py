"""One service on trial: things are thrown at it, and after each what must hold is looked at."""

from __future__ import annotations

import hashlib
import logging
import sys
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, func, select

from bot.domain import Channel, Outgoing, Sent
from bot.flows import FLOWS
from bot.handlers import records, simulated
from bot.turns import take
from storage.conversations import state_from_json
from storage.database import Database
from storage.tables import (
    Address,
    Contact,
    Conversation,
    DeskEntry,
    Outbox,
    Quarantine,
    Received,
)
from tests.handlers.doors import MESSAGE, TextingPlay
from tests.handlers.nasty import Cast, Knock, any_step, deed, knock
from tests.stage import Play, london

CHECK_IN_DAY = "2026-12-03 15:46"
STEPS_EACH = 8
TICK_EVERY = 20
SETTLE_EVERY = 3
INBOUND = ("sms", "telegram", "staff", "web")
STRANGERS = (("sms", "+447700900777"), ("sms", "60777"), ("telegram", "stranger"))


class Watched:
    """A simulated phone that remembers what was sent to it."""

    def __init__(self, behind: Channel, sent: list[str]) -> None:
        self.behind, self.sent = behind, sent

    def laid_out(self, message: Outgoing) -> str:
        return self.behind.laid_out(message)

    async def send(self, message: Outgoing) -> Sent:
        self.sent.append(message.ref)
        return await self.behind.send(message)

    async def close(self) -> None:
        await self.behind.close()


class Ear(logging.Handler):
    """Hears every fault the service notes about itself, with where it happened."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        where = traceback.format_exc(limit=-3) if sys.exc_info()[0] else ""
        self.heard.append(f"{record.name}: {record.getMessage()}\n{where}")


@contextmanager
def listening() -> Iterator[Ear]:
    """Listen to what the service says about its own faults."""
    ear = Ear()
    logging.getLogger().addHandler(ear)
    try:
        yield ear
    finally:
        logging.getLogger().removeHandler(ear)


@dataclass
class Fuzz:
    """One service, and everything that is thrown at it."""

    play: TextingPlay
    seed: int
    ear: Ear
    cast: Cast
    sent: list[str]
    faults: list[str] = field(default_factory=list)
    seen: set[bytes] = field(default_factory=set)
    notices: list[str] = field(default_factory=lambda: ["nothing"])
    refs: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=lambda: ["t:1:ack"])
    ever: set[str] = field(default_factory=set)
    last: Knock | None = None

    async def example(self, number: int) -> None:
        """Do one thing, and look whether everything that must hold still holds."""
        chance = Random(f"{self.seed}:{number}")
        long = chance.random() < 0.02
        step = timedelta(minutes=chance.randrange(300)) if long else timedelta(seconds=5)
        self.play.clock.stop_at(self.play.now + step)
        try:
            if number % 2:
                for _ in range(STEPS_EACH):
                    any_step(chance)
                await self._turn(chance, number)
            else:
                await self._knock(chance, number)
            if number % TICK_EVERY == 0:
                await self.play.service.tick()
                await self._readable()
            if number % SETTLE_EVERY == 0:
                await self.play.service.settle()
                await self._sent_rightly()
        except Exception:  # noqa: BLE001 - any crash at all is what is being looked for
            self._fault(number, traceback.format_exc(limit=-4))
        for heard in self.ear.heard:
            self._fault(number, heard)
        self.ear.heard.clear()

    def _fault(self, number: int, what: str) -> None:
        self.faults.append(f"seed {self.seed}, example {number}: {what}")

    async def _turn(self, chance: Random, number: int) -> None:
        inbound = deed(chance, self.cast, f"in-{number}", self.notices, self.keys)
        before = await self._kept()
        times = chance.choice((1, 1, 1, 2))
        for _ in range(times):
            await take(self.play.database, self.play.service.taskforce, inbound, self.play.now)
        assert await self._kept() == tuple(count + 1 for count in before), inbound

    async def _knock(self, chance: Random, number: int) -> None:
        again = self.last is not None and chance.random() < 0.1
        one = self.last if again else knock(chance, f"SM{number:032x}", self.refs)
        assert one is not None
        self.last, (path, headers, body) = one, one.call
        before = await self._kept()
        answer = await self.play.http.post(path, headers=headers, content=body)
        noted, rows = (now - was for now, was in zip(await self._kept(), before, strict=True))
        wanted = {True: {200}, False: {403, 413}, None: {200, 403, 413}}[one.genuine]
        assert answer.status_code in wanted, (answer.status_code, one)
        assert noted == rows, (noted, rows, one)
        digest = hashlib.sha256(body).digest()
        if one.genuine and path == MESSAGE:
            assert rows == (digest not in self.seen), (rows, one)
        if answer.status_code == 200:
            self.seen.add(digest)

    async def _kept(self) -> tuple[int, int]:
        """Count what was noted as received, and what a person can find of it."""

        def count(connection: Connection) -> tuple[int, int]:
            def rows(table: Any, *where: Any) -> int:
                return connection.execute(
                    select(func.count()).select_from(table).where(*where)
                ).scalar_one()

            heard = rows(Contact, Contact.direction == "inbound")
            return (
                rows(Received, Received.channel.in_(INBOUND)),
                heard + rows(DeskEntry) + rows(Quarantine),
            )

        return await self.play.database.read(count)

    async def _readable(self) -> None:
        """Every stored conversation can be read back, at a step that exists; so can every list."""
        query = select(Conversation.state)
        kept = await self.play.database.read(lambda c: list(c.execute(query).scalars()))
        for state in map(state_from_json, kept):
            assert state.step in FLOWS[state.flow].steps, state
        for shown in (records.tasks, records.held, simulated.people):
            await self.play.database.read(shown)

    async def _sent_rightly(self) -> None:
        """Nothing but the confirmation goes to an address that asked for no more."""
        refs, self.sent[:] = list(self.sent), []
        assert len(refs) == len(set(refs) - self.ever), "sent twice"
        stuck = select(func.count()).select_from(Outbox).where(Outbox.status == "sending")
        assert not await self.play.database.read(lambda c: c.execute(stuck).scalar_one())
        self.ever |= set(refs)
        query = (
            select(Outbox, Address.opted_out_at)
            .join(Address, Address.id == Outbox.address_id)
            .where(Outbox.ref.in_(refs))
        )
        rows = await self.play.database.read(lambda c: list(c.execute(query)))
        for row in rows:
            allowed = row.kind == "staff" or row.purpose == "stop_confirm"
            assert row.opted_out_at is None or allowed, row.ref
            if row.kind == "staff":
                self.notices.append(row.external_id)
                self.keys += [key for key, _label in row.choices]
            else:
                self.refs.append(row.ref)


@asynccontextmanager
async def on_trial(database: Database, seed: int, ear: Ear) -> AsyncIterator[Fuzz]:
    """Put a service behind its doors, in the minute after the check-ins went out."""
    play, sent = TextingPlay(database), list[str]()
    play.service.dispatcher.channels = {
        name: Watched(channel, sent) for name, channel in Play(database).channels.items()
    }
    play.clock.stop_at(london(CHECK_IN_DAY))
    try:
        yield Fuzz(play, seed, ear, await _cast(play), sent)
    finally:
        await play.http.aclose()
        await play.provider.close()


async def _cast(play: Play) -> Cast:
    speakers: dict[bool, list[tuple[str, str]]] = {True: [], False: [*STRANGERS]}
    for person in await play.database.read(simulated.people):
        line = await play.database.read(lambda c, ref=person["id"]: simulated.line(c, ref))
        if line is not None:
            speakers[person["kind"] == "staff"].append(line)
    return Cast(tuple(speakers[False]), tuple(speakers[True]))
