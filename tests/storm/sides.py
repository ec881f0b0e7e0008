"""Each provider as the storm handles it: a stand-in, what is behind it, and how it goes wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.channels.notify import Notify
from bot.channels.telegram_family import FamilyChat
from bot.channels.twilio import Twilio
from bot.domain import Channel
from tests.fakes.notify import FakeNotify
from tests.fakes.notify import settings as notify_settings
from tests.fakes.notify_calls import receipt
from tests.fakes.telegram import FAMILY_TOKEN, FakeTelegram
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio import settings as twilio_settings
from tests.fakes.twilio_calls import Call, status
from tests.storm.crew import AT_ONCE
from tests.storm.office import Clock, Letter, Office, opened

PATIENCE = 0.3  # seconds a provider has for an answer; thirty in the service


@dataclass
class Side:
    """One provider at work, and everything that can be done to it."""

    name: str
    office: Office
    spoil: Callable[[str, Any], None]  # messages to this address go wrong
    mend: Callable[[], None]  # everything is well again
    tries: Callable[[str], int]  # how often it was called for an address
    arrived: Callable[[str], int]  # how many messages arrived at an address
    report: Callable[[Letter, str, str], Call] | None = None  # by our name, theirs, what became

    @property
    def channel(self) -> str:
        return "telegram" if self.name == "telegram" else "sms"


Opened: TypeAlias = Callable[[str], AbstractAsyncContextManager[Side]]


@asynccontextmanager
async def twilio(engine: str) -> AsyncIterator[Side]:
    clock = Clock()
    async with opened(engine) as (laid, database), FakeTwilio() as fake:
        fake.store.now = clock.now
        made = Twilio(twilio_settings(fake.base_url), clock.now, total=PATIENCE, pace=AT_ONCE)
        office = Office(laid, database, clock, {"sms": made}, (made,))

        def report(letter: Letter, external_id: str, code: str) -> Call:
            return status(letter.ref, "undelivered", sid=external_id, code=code, to=letter.address)

        yield Side(
            "twilio", office, fake.faults.__setitem__, fake.faults.clear,
            lambda to: sum(dict(hit)["To"] == to for hit in fake.hits),
            lambda to: sum(form["To"] == to for form in fake.messages),
            report,
        )  # fmt: skip
        await made.close()


@asynccontextmanager
async def notify(engine: str) -> AsyncIterator[Side]:
    clock = Clock()
    async with opened(engine) as (laid, database), FakeNotify(clock.now) as fake:
        made = Notify(notify_settings(fake.base_url), clock.now, total=PATIENCE)
        made.pace = AT_ONCE
        office = Office(laid, database, clock, {"sms": made}, (made,))

        def report(letter: Letter, external_id: str, code: str) -> Call:
            return receipt(letter.ref, code, name=external_id, to=letter.address)

        yield Side(
            "notify", office, fake.faults.__setitem__, fake.faults.clear,
            lambda to: sum(hit["phone_number"] == to for hit in fake.hits),
            lambda to: sum(one["phone_number"] == to for one in fake.records.taken),
            report,
        )  # fmt: skip
        await made.close()


@asynccontextmanager
async def telegram(engine: str) -> AsyncIterator[Side]:
    clock = Clock()
    async with opened(engine) as (laid, database), FakeTelegram() as fake:
        made: Channel = FamilyChat(FAMILY_TOKEN, fake.base_url, pace=AT_ONCE, total=PATIENCE)
        office = Office(laid, database, clock, {"telegram": made})
        yield Side(
            "telegram", office, lambda to, fault: fake.goes_wrong(fault, chat=int(to)),
            fake.puts_right,
            lambda to: sum(call.fields.get("chat_id") == int(to) for call in fake.calls),
            lambda to: len(fake.sent(FAMILY_TOKEN, int(to))),
        )  # fmt: skip
        await made.close()
