"""The only composition root: opens the database, builds everything, closes it in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from fastapi import FastAPI
from sqlalchemy import Connection
from starlette.routing import BaseRoute

from bot.channels import SMS_PROVIDERS
from bot.channels.simulator import Simulator
from bot.dispatch import Dispatcher
from bot.domain import Channel, NotReady, SmsProvider
from bot.handlers.internal import BackDoor
from bot.handlers.simulator import Stage, simulator_routes
from bot.handlers.sms import SmsDoor
from bot.handlers.web import web_app
from bot.scene.scene import Taskforce
from bot.settings import DEMO, Settings, check_provider, read_lexicon, read_practice
from scheduler.clock import DemoClock, Ticker, ticking, wall_clock
from storage.database import Database, open_database
from storage.folder import demo_keyring, keyring
from storage.keys import Keyring
from storage.migrate import current, head, upgrade
from storage.received import recall, remember

CLOCK = "demo_clock"
DEMO_BEGINS = datetime.fromisoformat("2026-11-30T08:30:00+00:00")
STEP = timedelta(seconds=1)


@dataclass
class Service:
    """One running process: what it is made of, and how it lives."""

    database: Database
    taskforce: Taskforce
    channels: Mapping[str, Channel]
    now: Callable[[], datetime]
    ticker: Ticker
    dispatcher: Dispatcher
    demo_clock: DemoClock | None = None
    _working: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def tick(self) -> None:
        """Run what is due, and let the dispatcher know."""
        if self._working.locked():
            return
        async with self._working:
            await self.ticker.run_due(self.now())
            await self._keep_clock()
        self.dispatcher.wake()

    async def settle(self) -> None:
        """Send what may go now, and wait until it has gone."""
        async with self._working, self.dispatcher.turnstile:
            await self.dispatcher.drain()

    async def move_clock(self, to: datetime) -> None:
        """Move a demo's clock on: every due moment on the way runs and is sent at its own time."""
        clock = self.demo_clock
        if clock is None:
            raise NotReady("Only a demonstration's clock can be moved.")
        async with self._working, self.dispatcher.turnstile:
            try:
                clock.stop_at(clock.now())
                await self._walk(clock, to)
            finally:
                clock.go_on()
            await self._keep_clock()

    async def _walk(self, clock: DemoClock, to: datetime) -> None:
        while True:
            await self.ticker.run_due(clock.now())
            await self.dispatcher.drain()
            following = await self.ticker.next_moment()
            if following is None or following > to or clock.now() >= to:
                break
            # A moment that is due and stays due must not hold the clock for ever.
            clock.stop_at(following if following > clock.now() else clock.now() + STEP)
        clock.stop_at(to)
        await self.ticker.run_due(to)
        await self.dispatcher.drain()

    async def _keep_clock(self) -> None:
        if self.demo_clock is not None:
            shown = self.demo_clock.now().isoformat()
            await self.database.write(lambda connection: remember(connection, CLOCK, shown))

    async def ready(self) -> dict[str, str]:
        """Say for each part whether it is well."""
        try:
            await asyncio.wait_for(self.database.ready(), 2)
        except Exception as error:  # noqa: BLE001  whatever it is, the answer is "not ready"
            return {"database": type(error).__name__}
        return {"database": "ok"}

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Tick and send until the block ends; then finish what is in flight."""
        scheduler = ticking(self.tick)
        scheduler.start()
        sending = asyncio.create_task(self.dispatcher.run())
        try:
            yield
        finally:
            scheduler.shutdown(wait=False)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            await self.dispatcher.landed()
            async with self._working:
                await self._keep_clock()

    async def close(self) -> None:
        """Close channels, then the database."""
        for channel in set(self.channels.values()):
            await channel.close()
        await self.database.close()


def assemble(
    database: Database,
    taskforce: Taskforce,
    channels: Mapping[str, Channel],
    now: Callable[[], datetime],
    demo_clock: DemoClock | None = None,
) -> Service:
    """Put the parts of a service together."""
    worker = f"{socket.gethostname()[:20]}-{os.getpid()}"
    dispatcher = Dispatcher(database, channels, taskforce, now, worker)
    return Service(
        database, taskforce, channels, now, Ticker(database, taskforce), dispatcher, demo_clock
    )


async def open_migrated(url: str, keys: Keyring) -> Database:
    """Open a database and bring its tables up to date."""
    database = open_database(url, keys)
    await database.write(_migrate)
    return database


def _migrate(connection: Connection) -> None:
    if current(connection) != head():
        upgrade(connection)


async def demo_service(settings: Settings, keys: Keyring | None = None) -> Service:
    """Build the demonstration: fictional people, simulated phones, a clock of its own."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = await open_migrated(settings.url, keys or demo_keyring(settings.data_dir))
    practice = replace(read_practice(DEMO / "taskforce.toml"), proven_on_import=True)
    kept = await database.read(lambda connection: recall(connection, CLOCK))
    clock = DemoClock(datetime.fromisoformat(kept) if kept else DEMO_BEGINS)
    return assemble(
        database, Taskforce(practice, read_lexicon()), simulated_channels(), clock.now, clock
    )


def simulated_channels() -> dict[str, Channel]:
    """Build phones that exist only on the demo page."""
    return {
        "sms": Simulator("numbers"),
        "telegram": Simulator("buttons"),
        "staff": Simulator("buttons"),
        "web": Simulator("buttons"),
    }


def demo_web(service: Service) -> FastAPI:
    """Build the demonstration's web application."""
    stage = Stage(
        service.database, service.taskforce, service.now, service.move_clock, service.settle
    )
    return web_app(ready=service.ready, simulator=simulator_routes(stage))


def service_keys(settings: Settings) -> Keyring:
    """Read the installation's keys, or say how to make them."""
    seals = settings.keys.get_secret_value()
    index = settings.index_key.get_secret_value()
    if not seals or not index:
        raise NotReady(
            "KEYWORKER_KEYS and KEYWORKER_INDEX_KEY are not set: "
            "`python -m bot keys new` makes a pair."
        )
    try:
        return keyring(seals, index)
    except ValueError:
        raise NotReady("KEYWORKER_KEYS holds something that is no key.") from None


async def real_service(settings: Settings) -> tuple[Service, SmsProvider | None]:
    """Build the service as a taskforce runs it."""
    check_provider(settings)
    practice = read_practice(settings.taskforce_file)
    keys = service_keys(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = await open_migrated(settings.url, keys)
    provider = sms_provider(settings)
    answers_stop = provider is not None and provider.name == "twilio"
    taskforce = Taskforce(practice, read_lexicon(), carrier_answers_stop=answers_stop)
    channels: dict[str, Channel] = {"sms": provider} if provider else {}
    return assemble(database, taskforce, channels, wall_clock), provider


def sms_provider(settings: Settings) -> SmsProvider | None:
    """Build the SMS provider the settings name."""
    if settings.sms_provider != "twilio":
        return None
    from bot.channels.twilio import Twilio, TwilioSettings  # noqa: PLC0415  heavy, and often unused

    if SMS_PROVIDERS["twilio"]() is not Twilio:
        raise NotReady("The registry of SMS providers does not name Twilio.")
    return Twilio(
        TwilioSettings(
            account_sid=settings.twilio_account_sid,
            auth_tokens=tuple(settings.twilio_auth_token.get_secret_value().split(",")),
            sender=settings.twilio_from,
            api_base=settings.twilio_api_base,
            public_url=settings.public_url,
            inbound=settings.twilio_inbound,
        ),
        wall_clock,
    )


def real_web(service: Service, provider: SmsProvider | None, key: str = "") -> FastAPI:
    """Build the web application of a real service: webhooks and health, no demo page.

    With a `key`, commands on this machine may hand their work to the service.
    """
    database, taskforce, now = service.database, service.taskforce, service.now
    routes: list[BaseRoute] = []
    if provider is not None:
        door = SmsDoor(provider, database, taskforce, now, service.dispatcher.wake)
        routes += door.routes()
    if key:
        routes += BackDoor(key, database, taskforce, now).routes()
    return web_app(ready=service.ready, routes=routes)
