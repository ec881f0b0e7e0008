"""N8: nobody could call us for hours: what came meanwhile is fetched, or brought again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.channels.notify import Notify
from bot.channels.twilio import Twilio
from bot.handlers.poller import Poller
from bot.polling import pollers
from bot.settings import Settings
from tests.fakes import notify_calls
from tests.fakes.notify import FakeNotify
from tests.fakes.notify import settings as notify_settings
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio import settings as twilio_settings
from tests.fakes.twilio_calls import SENDER
from tests.storm.doors import FIRST_CHAT, Doors, all_doors, an_update, chat_call, logged
from tests.storm.found import Found
from tests.storm.knock import all_knock, knock, quietly
from tests.storm.outbound import Outcome, Scale

HOURS = (1, 23, 25)
TELEGRAM_KEEPS = timedelta(hours=24)  # an update that was not taken by then is gone
NOTIFY_TRIES = timedelta(minutes=25)  # five times, every five minutes
SETTINGS = Settings(KEYWORKER_PUBLIC_URL="https://texts.example.org", TWILIO_INBOUND="webhook")


@dataclass
class _Providers:
    """Both providers, what they keep, and what they are asked by."""

    doors: Doors
    twilio: FakeTwilio
    notify: FakeNotify
    asked: tuple[Poller, ...]

    async def ask(self) -> None:
        """Ask for what should have been brought and was not."""
        for poller in self.asked:
            if poller.name.endswith("_missed"):
                await poller.run_due()


async def n8(engine: str, scale: Scale, seed: int) -> Outcome:
    """Be away for one hour, for 23 and for 25; count what is missing when all have caught up."""
    found, chance, gone = Found("N8"), Random(seed), dict[int, int]()
    async with _providers(engine) as providers:
        with quietly():
            for hours in HOURS:
                gone[hours] = await _away(found, providers, hours, scale.messages, chance)
    lost = ", ".join(f"{hours}h {count}" for hours, count in gone.items())
    return found.outcome(f"given up by Telegram (older than a day): {lost}")


@asynccontextmanager
async def _providers(engine: str) -> AsyncIterator[_Providers]:
    async with all_doors(engine) as (doors,), FakeTwilio() as twilio:
        clock = doors.clock
        async with FakeNotify(clock.now) as notify:
            twilio.store.now = clock.now
            both = (
                Twilio(twilio_settings(twilio.base_url), clock.now),
                Notify(notify_settings(notify.base_url), clock.now),
            )
            asked = pollers(SETTINGS, both, doors.service, _at_once)
            yield _Providers(doors, twilio, notify, asked)
            for provider in both:
                await provider.close()


async def _at_once(seconds: float) -> None:
    await asyncio.sleep(0)


async def _away(
    found: Found, providers: _Providers, hours: int, messages: int, chance: Random
) -> int:
    """Be away for so long; returns how many Telegram has given up."""
    clock, doors = providers.doors.clock, providers.doors
    await providers.ask()
    began, ends = clock.now(), clock.now() + timedelta(hours=hours)
    moments = sorted(began + (ends - began) * chance.random() for _ in range(messages))
    brought = [_keep(providers, hours, number, at) for number, at in enumerate(moments)]
    clock.at = ends
    # What came last is brought again by Notify, while it is asked for too.
    late = [call for at, call in zip(moments, brought, strict=True) if at > ends - NOTIFY_TRIES]
    await asyncio.gather(all_knock(lambda _: doors.app, late), providers.ask())
    in_time = await _telegram(found, doors, hours, moments)
    for _ in range(3):
        clock.passes(minutes=16)
        await providers.ask()
    for way, wanted in (("twilio", messages), ("notify", messages), ("telegram", in_time)):
        kept = await logged(doors.database, f"{way} {hours}h ")
        found.cases += messages
        found.expect(len(kept) == wanted, f"{way}, {hours} h: {wanted - len(kept)} missing")
        twice = sum(count - 1 for count in kept.values())
        found.expect(twice == 0, f"{way}, {hours} h: {twice} logged twice")
    return messages - in_time


def _keep(
    providers: _Providers, hours: int, number: int, at: datetime
) -> tuple[str, dict[str, str], bytes]:
    """A family texts by each provider, and neither reaches us; gives what Notify brings later."""
    phones = providers.doors.phones
    who = phones[number % len(phones)]
    providers.twilio.store.hear(who, f"twilio {hours}h {number}", SENDER, made_at=at)
    name = f"{hours:08}-0000-4000-8000-{number:012}"
    words = f"notify {hours}h {number}"
    providers.notify.records.receive(who, words, at, name)
    return notify_calls.inbound(who, words, name=name)


async def _telegram(found: Found, doors: Doors, hours: int, moments: list[datetime]) -> int:
    """Telegram brings, in order, all that is not older than a day; returns how many those are."""
    now, brought = doors.clock.now(), 0
    for number, at in enumerate(moments):
        if at + TELEGRAM_KEEPS > now:
            chat, place = FIRST_CHAT + number % 50, hours * 100_000 + number
            update = an_update(chat, place, f"telegram {hours}h {number}")
            update["message"]["date"] = int(at.timestamp())
            status = await knock(doors.app, chat_call(update))
            found.expect(status == 200, f"an update was answered {status}")
            brought += 1
    return brought
