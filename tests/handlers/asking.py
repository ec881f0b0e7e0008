"""A service that asks its provider: with a real client, of a Twilio on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.channels.twilio import Twilio
from bot.domain import Inbound, Receipt, Unread
from bot.handlers.poller import Poller
from bot.handlers.sms import keep_receipt
from bot.polling import pollers
from bot.settings import Settings
from storage.database import Database
from storage.tables import Outbox, Person, Received
from tests.fakes.twilio import SENDER, FakeTwilio, settings
from tests.handlers.doors import AT_ONCE, LEANNE, TextingPlay

WALL = {"KEYWORKER_PUBLIC_URL": "", "TWILIO_INBOUND": "poll"}  # nobody can call us
DOOR = {"KEYWORKER_PUBLIC_URL": "https://texts.example.org"}


async def at_once(seconds: float) -> None:
    await asyncio.sleep(0)


class AskingPlay(TextingPlay):
    """Marlbridge, where a provider is asked what should have been brought."""

    fake: FakeTwilio

    def asks(self, **environment: str) -> dict[str, Poller]:
        """Everything an installation with these settings asks for, by name."""
        self.provider.asks_often = environment.get("TWILIO_INBOUND", "webhook") != "webhook"
        found = pollers(Settings(**environment), (self.provider,), self.service, at_once)
        self.service.pollers = found
        return {poller.name: poller for poller in found}

    def passes(self, **length: float) -> None:
        """Let time pass, and nothing else: what falls due meanwhile is no part of these tests."""
        self.clock.stop_at(self.now + timedelta(**length))

    async def asks_all(self, **length: float) -> None:
        """Let time pass, and then ask for everything that is due."""
        self.passes(**length)
        for poller in self.service.pollers:
            await poller.run_due()
        await self.service.settle()

    def texted(self, words: str, number: str = LEANNE, at: datetime | None = None) -> str:
        """A family texts, Twilio keeps it, and no webhook ever comes."""
        return self.fake.store.hear(number, words, SENDER, made_at=at or self.now)

    async def question(self) -> tuple[str, str]:
        """The check-in to Leanne, which the provider has taken: our name of it, and theirs."""
        await self.at("2026-12-03 15:45")
        here = (Person.id == Outbox.person_id, Person.ref == await self.carer("P01"))
        query = select(Outbox.ref, Outbox.external_id).where(*here, Outbox.purpose == "check_in")
        found = await self.database.read(lambda c: c.execute(query).one())
        return found.ref, found.external_id

    async def tells(self, ref: str, external_id: str, status: str) -> None:
        """The provider says what became of a message, by webhook."""
        receipt = Receipt(ref, external_id, status)
        door = (self.service.taskforce, self.provider)
        await self.database.write(lambda c: keep_receipt(c, *door, receipt, self.now))

    async def said(self, case: str = "P01") -> list[str]:
        return [row["words"] for row in await self.log(case) if row["direction"] == "inbound"]


@asynccontextmanager
async def asking(database: Database) -> AsyncIterator[AskingPlay]:
    """A service and its Twilio; nothing is brought unless a test brings it."""
    async with FakeTwilio() as fake:
        play: AskingPlay
        provider = Twilio(settings(fake.base_url), lambda: play.now, total=5, pace=AT_ONCE)
        play = AskingPlay(database, provider=provider)
        play.fake, fake.store.now = fake, lambda: play.now
        try:
            yield play
        finally:
            await provider.close()
            await play.http.aclose()


class Kept:
    """A provider with no server behind it: what it keeps, and what goes wrong when it is asked."""

    name = "twilio"
    receipts_at, calls_at = "status", ""
    missed_every = timedelta(minutes=10)

    def __init__(self) -> None:
        self.messages: list[Inbound | Unread] = []
        self.states: dict[str, Receipt | Exception] = {}
        self.forgotten: list[str] = []
        self.since: list[datetime] = []
        self.wrong: Exception | None = None
        self.unforgettable: dict[str, Exception] = {}

    async def received_since(self, since: datetime) -> tuple[Inbound | Unread, ...]:
        self.since.append(since)
        await asyncio.sleep(0)
        if self.wrong:
            raise self.wrong
        return tuple(self.messages)

    async def state_of(self, external_id: str) -> Receipt:
        state = self.states[external_id]
        if isinstance(state, Exception):
            raise state
        return state

    async def forget(self, external_id: str) -> None:
        if external_id in self.unforgettable:
            raise self.unforgettable[external_id]
        self.forgotten.append(external_id)

    def laid_out(self, message) -> str:
        return message.shown.text


class Poisoned:
    """A database in which whatever concerns some messages is a fault of ours."""

    def __init__(self, behind, *names: str) -> None:
        self.url, self.shared = behind.url, behind.shared
        self.behind, self.names = behind, names

    async def read(self, work):
        return await self.behind.read(work)

    async def write(self, work):
        def poisoned(connection):
            answer = work(connection)
            noted = select(Received.external_id).where(Received.external_id.in_(self.names))
            if connection.execute(noted).first():
                raise ZeroDivisionError
            return answer

        return await self.behind.write(poisoned)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)
