"""What each SMS provider of an installation is asked for, and how often; and a folder likewise."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import TypeAlias

from bot.domain import SmsProvider
from bot.handlers.polled import Inquiry
from bot.handlers.poller import Poller
from bot.service import Service
from bot.settings import Settings
from scheduler.registers import EVERY, NAME, RegisterFolder

Pause: TypeAlias = Callable[[float], Awaitable[None]]

OFTEN = timedelta(seconds=10)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVER = timedelta(days=3650)
LONG = timedelta(minutes=10)  # asking after many messages one by one takes its time


def pollers(
    settings: Settings,
    providers: Iterable[SmsProvider],
    service: Service,
    pause: Pause = asyncio.sleep,
) -> tuple[Poller, ...]:
    """Say what a service asks each of its providers for, and where it looks for registers."""
    of_providers = (
        poller for provider in providers for poller in _of_one(settings, provider, service, pause)
    )
    return (*of_providers, *_register_folder(settings, service))


def _register_folder(settings: Settings, service: Service) -> Iterable[Poller]:
    if settings.register_folder is not None:
        database, now, wake = service.database, service.now, service.dispatcher.wake
        folder = RegisterFolder(settings.register_folder, database, service.taskforce, wake)
        yield Poller(NAME, EVERY, folder.look, database, now, LONG)


def _of_one(
    settings: Settings, provider: SmsProvider, service: Service, pause: Pause
) -> list[Poller]:
    """Without a public address nobody can call us: then everything is asked for, and soon."""
    database, now = service.database, service.now
    inquiry = Inquiry(provider, database, service.taskforce, service.dispatcher.wake, pause)
    name, behind_a_wall = provider.name, not settings.public_url
    asked = [
        Poller(f"{name}_missed", provider.missed_every, inquiry.missed_messages, database, now),
        Poller(f"{name}_states_old", DAY, partial(inquiry.states, EVER, DAY), database, now, LONG),
        Poller(f"{name}_forget_sent", HOUR, inquiry.forget_sent, database, now, LONG),
        Poller(f"{name}_forget_received", HOUR, inquiry.forget_received, database, now, LONG),
    ]
    if behind_a_wall or provider.asks_often:
        asked.append(Poller(f"{name}_messages", OFTEN, inquiry.new_messages, database, now))
    if behind_a_wall:
        for word, every, oldest, youngest in (
            ("new", MINUTE, HOUR, timedelta(0)),
            ("late", HOUR, DAY, HOUR),
        ):
            work = partial(inquiry.states, oldest, youngest)
            asked.append(Poller(f"{name}_states_{word}", every, work, database, now, LONG))
    return asked
