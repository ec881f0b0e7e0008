"""The only composition root: opens the database, builds everything, closes it in order."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from fastapi import FastAPI

from bot.bots import Bot, build_bots, ears
from bot.channels.counted import CountedChannels
from bot.channels.page import Page
from bot.channels.simulator import Beside, Simulator
from bot.counters import Counters
from bot.dispatch import Dispatcher
from bot.domain import Channel, NotReady, SmsProvider
from bot.doors import (
    back_door,
    calendar_door,
    chat_routes,
    figures,
    register_door,
    staff_page,
)
from bot.handlers.simulator import Stage, simulator_routes
from bot.handlers.sms import SmsDoor
from bot.handlers.spool import WaitingRoom
from bot.handlers.web import web_app
from bot.polling import pollers
from bot.providers import build_providers, check_provider, one_channel
from bot.rules.register_keys import RegisterKey
from bot.rules.wording import TEXT_UNITS
from bot.scene.scene import Taskforce
from bot.service import CLOCK, Service
from bot.settings import DEMO, Settings, read_lexicon
from bot.taskforce_file import read_practice, read_shapes
from bot.timekeeping import Timekeeper
from scheduler.clock import DemoClock, Ticker, wall_clock
from storage.database import Database, open_database
from storage.folder import demo_keyring, keyring
from storage.keys import Keyring
from storage.leases import database_now
from storage.migrate import bring_up_to_date
from storage.received import FAMILY_BOT, recall, remember
from storage.rotation import check_index
from storage.spool import Spool, open_spool
from storage.timed import TimedDatabase

DEMO_BEGINS = datetime.fromisoformat("2026-11-30T08:30:00+00:00")


def assemble(
    database: Database,
    taskforce: Taskforce,
    channels: Mapping[str, Channel],
    now: Callable[[], datetime],
    demo_clock: DemoClock | None = None,
) -> Service:
    """Put the parts of a service together."""
    worker = f"{socket.gethostname()[:20]}-{os.getpid()}"
    counters = Counters()
    counted = CountedChannels(channels, counters)
    dispatcher = Dispatcher(database, counted, taskforce, now, worker)
    ticker = Ticker(database, taskforce)
    return Service(
        database, taskforce, channels, now, ticker, dispatcher, demo_clock, counters=counters
    )


async def open_migrated(url: str, keys: Keyring) -> Database:
    """Open a database and bring its tables up to date; `NotReady` if the keys do not fit it.

    With another index key every family would be a stranger, and no STOP would be found again.
    """
    database = open_database(url, keys)
    try:
        await database.write(bring_up_to_date)
        await database.read(check_index)
    except BaseException:
        await database.close()
        raise
    return database


async def demo_service(settings: Settings, keys: Keyring | None = None) -> Service:
    """Build the demonstration: fictional people, simulated phones, a clock of its own."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = await open_migrated(settings.url, keys or demo_keyring(settings.data_dir))
    practice = replace(read_practice(DEMO / "taskforce.toml"), proven_on_import=True)
    kept = await database.read(lambda connection: recall(connection, CLOCK))
    clock = DemoClock(datetime.fromisoformat(kept) if kept else DEMO_BEGINS)
    shapes = read_shapes(DEMO / "taskforce.toml")
    address = public_address(settings) or f"http://{settings.host}:{settings.port}"
    taskforce = Taskforce(practice, read_lexicon(), shapes=shapes, public_url=address)
    bots = build_bots(settings)
    channels = simulated_channels()
    for bot in bots:
        channels[bot.chat.channel] = Beside(channels[bot.chat.channel], bot.chat)
    service = assemble(database, taskforce, channels, clock.now, clock)
    service.pollers = pollers(settings, (), service)
    return await with_bots(service, settings, bots)


async def with_bots(service: Service, settings: Settings, bots: tuple[Bot, ...]) -> Service:
    """Give a service its bots' ears. Without a family bot nobody can be linked to one."""
    if not settings.family_bot_token:
        await service.database.write(lambda connection: remember(connection, FAMILY_BOT, ""))
    timed = TimedDatabase(service.database, service.counters.turns.add)
    service.ears = ears(
        settings, bots, timed, service.taskforce, service.now, service.dispatcher.wake
    )
    return service


def simulated_channels() -> dict[str, Channel]:
    """Build phones that exist only on the demo page."""
    return {
        "sms": Simulator("numbers"),
        "telegram": Simulator("buttons"),
        "staff": Simulator("buttons"),
        "page": Page(),
        "web": Simulator("buttons"),
    }


def demo_web(
    service: Service,
    key: str = "",
    metrics_token: str = "",
    register_keys: tuple[RegisterKey, ...] = (),
) -> FastAPI:
    """Build the demonstration's web application."""
    stage = Stage(
        service.database, service.taskforce, service.now, service.move_clock, service.settle
    )
    routes = [*chat_routes(service), *back_door(service, key), *figures(service, metrics_token)]
    routes += [*staff_page(service, demo=True), *register_door(service, register_keys)]
    routes += calendar_door(service)
    return web_app(
        ready=service.ready,
        simulator=simulator_routes(stage),
        routes=routes,
        counters=service.counters,
    )


def public_address(settings: Settings) -> str:
    """Say how the world reaches the service, as a link begins; empty: it does not."""
    return settings.public_url.rstrip("/")


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


async def real_service(
    settings: Settings, *, takes_calls: bool = True
) -> tuple[Service, tuple[SmsProvider, ...]]:
    """Build the service as a taskforce runs it; a process that takes calls has a spool for them."""
    check_provider(settings)
    practice = read_practice(settings.taskforce_file)
    keys = service_keys(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    providers = build_providers(settings, wall_clock)
    spool = open_spool(settings.data_dir, keys) if providers and takes_calls else None
    database = await open_migrated(settings.url, keys)
    taskforce = Taskforce(
        practice,
        read_lexicon(),
        confirm_stop=frozenset(one.name for one in providers if one.confirms_stop),
        longest_text=min((TEXT_UNITS, *(one.longest for one in providers))),
        shapes=read_shapes(settings.taskforce_file),
        public_url=public_address(settings),
    )
    channels: dict[str, Channel] = {"page": Page()}
    channels |= {"sms": one_channel(providers)} if providers else {}
    bots = build_bots(settings)
    channels |= {bot.chat.channel: bot.chat for bot in bots}
    service = assemble(database, taskforce, channels, wall_clock)
    if database.shared:
        machine = socket.gethostname()
        service.timekeeper = Timekeeper(database, taskforce, wall_clock, machine, database_now)
    service.pollers = pollers(settings, providers, service)
    if spool is not None:
        with_spool(service, spool)
    return await with_bots(service, settings, bots), providers


def with_spool(service: Service, spool: Spool) -> None:
    """Give a service the files in which webhooks wait while the database is away."""
    database = TimedDatabase(service.database, service.counters.turns.add)
    service.waiting = WaitingRoom(spool, database, service.taskforce, service.now)


def real_web(
    service: Service,
    providers: Iterable[SmsProvider] = (),
    key: str = "",
    metrics_token: str = "",
    public_url: str = "",
    register_keys: tuple[RegisterKey, ...] = (),
) -> FastAPI:
    """Build the web application of a real service: webhooks and health, no demo page.

    With a `key`, commands on this machine may hand their work to the service.
    """
    database = TimedDatabase(service.database, service.counters.turns.add)
    taskforce, now = service.taskforce, service.now
    routes = [*chat_routes(service), *back_door(service, key), *figures(service, metrics_token)]
    for provider in providers:
        wake, waiting = service.dispatcher.wake, service.waiting
        door = SmsDoor(provider, database, taskforce, now, wake, waiting)
        if waiting is not None:
            waiting.admit(provider.name, door)
        routes += door.routes()
    routes += [*staff_page(service, public_url), *register_door(service, register_keys)]
    routes += calendar_door(service)
    return web_app(ready=service.ready, routes=routes, counters=service.counters)
