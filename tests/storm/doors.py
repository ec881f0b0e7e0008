"""The service with every door open at once: Twilio, Notify, and both bots; nothing ever leaves."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from bot.app import assemble, real_web, simulated_channels
from bot.bots import Bot
from bot.channels.notify import Notify
from bot.channels.telegram_family import FamilyChat
from bot.channels.telegram_staff import StaffChat
from bot.channels.twilio import Twilio
from bot.handlers.chats import ChatDoor
from bot.handlers.ear import Ear
from bot.handlers.family_bot import FamilyBot
from bot.handlers.staff_bot import StaffBot
from bot.scene.scene import Taskforce
from bot.service import Service
from storage.addresses import hold_line, mark_line
from storage.database import Database
from storage.tables import Contact
from storage.tables.base import Table
from tests.fakes import notify_calls, twilio_calls
from tests.fakes.notify import settings as notify_settings
from tests.fakes.telegram import FAMILY_TOKEN, SECRET_HEADER, STAFF_TOKEN
from tests.fakes.twilio import settings as twilio_settings
from tests.fakes.twilio_calls import Call
from tests.storage.rows import NOW, Home, a_home
from tests.storm.ground import Ground
from tests.storm.office import Clock, opened

NOBODY = "http://127.0.0.1:9"
SECRETS = {"family": "a-secret-of-the-family-bot", "staff": "a-secret-of-the-staff-bot"}
FAMILIES = 100
FIRST_CHAT = 880_000


class Deaf(FamilyChat):
    """A family bot that tells Telegram nothing: what is said back is not what is looked at."""

    async def seen(self, press: str) -> None:
        pass

    async def leave(self, chat: int) -> None:
        pass


class DeafStaff(StaffChat):
    """The same for staff."""

    async def seen(self, press: str) -> None:
        pass

    async def leave(self, chat: int) -> None:
        pass


@dataclass
class Doors:
    """One web replica."""

    laid: Ground
    database: Database
    clock: Clock
    phones: list[str]
    app: Any
    bots: tuple[Bot, ...]
    service: Service

    @property
    def taskforce(self) -> Taskforce:
        return self.service.taskforce

    async def close(self) -> None:
        for bot in self.bots:
            await bot.chat.close()


def doors_of(laid: Ground, database: Database, clock: Clock, phones: list[str]) -> Doors:
    """Open every door of one web process."""
    twilio = Twilio(twilio_settings(NOBODY), clock.now)
    notify = Notify(notify_settings(NOBODY), clock.now)
    family, staff = Deaf(FAMILY_TOKEN, NOBODY), DeafStaff(STAFF_TOKEN, NOBODY)
    bots = (
        Bot(family, FamilyBot(family), SECRETS["family"]),
        Bot(staff, StaffBot(staff), SECRETS["staff"]),
    )
    taskforce = laid.taskforce()
    service = assemble(database, taskforce, simulated_channels(), clock.now)
    wake = service.dispatcher.wake
    ears = [
        ChatDoor(b.chat, b.reader, b.secret, database, taskforce, clock.now, wake) for b in bots
    ]
    service.ears = tuple(Ear(door, "webhook", "https://texts.example.org") for door in ears)
    app = real_web(service, (twilio, notify))
    return Doors(laid, database, clock, phones, app, bots, service)


@asynccontextmanager
async def all_doors(engine: str, replicas: int = 1) -> AsyncIterator[list[Doors]]:
    """So many web processes on one database, and families who text or chat.

    SQLite has one process: its replicas share what opens the file.
    """
    clock = Clock()
    async with opened(engine) as (laid, database):
        homes = await database.write(families_of)
        phones = [home.number for home in homes]
        others = [laid.open() for _ in range(replicas - 1)] if engine != "sqlite" else []
        databases = [database, *others] if others else [database] * replicas
        made = [doors_of(laid, one, clock, phones) for one in databases]
        try:
            yield made
        finally:
            for one in made:
                await one.close()
            for other in others:
                await other.close()


def families_of(connection: Connection) -> list[Home]:
    """Half of all families text, half chat; everybody has a phone."""
    homes = [a_home(connection, number) for number in range(FAMILIES)]
    for number, home in enumerate(homes):
        line = hold_line(connection, "telegram", str(FIRST_CHAT + number), NOW)
        mark_line(connection, line.id, person_id=home.person, proven_at=NOW)
    return homes


def genuine(way: str, number: int, words: str, phones: list[str]) -> Call:
    """One real message of a family, by this way; the number makes it one of its kind."""
    who = number % FAMILIES
    if way == "twilio":
        return twilio_calls.inbound(phones[who], words, sid=f"SM{number:032x}")
    if way == "notify":
        return notify_calls.inbound(
            phones[who], words, name=f"00000000-0000-4000-8000-{number:012}"
        )
    return chat_call(an_update(FIRST_CHAT + who, number, words))


def an_update(chat: int, number: int, words: str, *, update_id: int = 0) -> dict[str, Any]:
    """Somebody writes to the family bot; the number counts their messages."""
    message = {
        "message_id": number + 1,
        "date": 1_796_256_000 + number,
        "chat": {"id": chat, "type": "private"},
        "from": {"id": chat, "is_bot": False, "first_name": "Leanne"},
        "text": words,
    }
    return {"update_id": update_id or number + 1, "message": message}


def chat_call(update: Any, bot: str = "family", secret: str = "") -> Call:
    """An update on its way to a bot's door: anything JSON can say, or bytes."""
    body = update if isinstance(update, bytes) else json.dumps(update).encode()
    headers = {SECRET_HEADER: secret or SECRETS[bot], "content-type": "application/json"}
    return f"/webhooks/telegram/{bot}", headers, body


async def logged(database: Database, like: str) -> dict[str, int]:
    """How often each message that begins so stands in the log."""
    query = select(Contact.words).where(Contact.direction == "inbound")
    words = await database.read(lambda c: list(c.execute(query).scalars()))
    found: dict[str, int] = {}
    for one in words:
        if one is not None and one.startswith(like):
            found[one] = found.get(one, 0) + 1
    return found


async def rows(database: Database) -> dict[str, int]:
    """How many rows every table has."""

    def count(connection: Connection) -> dict[str, int]:
        tables = Table.metadata.sorted_tables
        return {
            one.name: connection.execute(select(func.count()).select_from(one)).scalar_one()
            for one in tables
        }

    return await database.read(count)
