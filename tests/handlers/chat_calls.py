"""Calls to the doors of both bots, as Telegram makes them, one by one and by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
from sqlalchemy import select

from bot.app import real_web
from bot.handlers.chats import ChatDoor
from bot.handlers.ear import Ear
from storage.tables import Contact, Quarantine, Received
from tests.fakes.telegram import FAMILY_TOKEN, SECRET_HEADER, STAFF_TOKEN
from tests.handlers.bots import PUBLIC_URL, SECRETS, BotPlay
from tests.handlers.chat_people import CHATS
from tests.handlers.doors import client
from tests.stage import Play

LEANNE, DANI = CHATS["P01"], CHATS["DO"]
CHAT_OF = {"family": LEANNE, "staff": DANI}
TOKENS = {"family": FAMILY_TOKEN, "staff": STAFF_TOKEN}
WORDS = "please dont tell anyone"
AT = 1_796_256_000  # Thu 3 Dec 2026


def path_of(bot: str) -> str:
    return f"/webhooks/telegram/{bot}"


def written(bot: str, number: int = 1, text: str = WORDS) -> bytes:
    who = CHAT_OF[bot]
    message = {
        "message_id": number,
        "date": AT,
        "chat": {"id": who, "type": "private"},
        "from": {"id": who, "is_bot": False, "first_name": "Leanne"},
        "text": text,
    }
    return json.dumps({"update_id": number, "message": message}).encode()


def blocked(bot: str) -> bytes:
    who, us = CHAT_OF[bot], {"id": 1, "is_bot": True, "first_name": "Bot"}
    change = {
        "chat": {"id": who, "type": "private"},
        "from": {"id": who, "is_bot": False, "first_name": "Leanne"},
        "date": AT,
        "old_chat_member": {"status": "member", "user": us},
        "new_chat_member": {"status": "kicked", "user": us, "until_date": 0},
    }
    return json.dumps({"update_id": 1, "my_chat_member": change}).encode()


async def knock(
    play: BotPlay, bot: str, body: Any, door: httpx.AsyncClient | None = None
) -> httpx.Response:
    """Call a bot's door with its secret, or the doors of another service."""
    headers = {SECRET_HEADER: SECRETS[bot]}
    return await (door or play.http).post(path_of(bot), headers=headers, content=body)


def with_doors(play: BotPlay, **changes: Any) -> httpx.AsyncClient:
    """The same service behind doors that differ in something."""
    doors = [replace(ear.door, **changes) for ear in play.service.ears]
    ears = tuple(Ear(door, play.mode, PUBLIC_URL) for door in doors)
    return client(real_web(replace(play.service, ears=ears)))


def door_of(play: BotPlay, bot: str) -> tuple[Any, ChatDoor]:
    """One bot, and its door."""
    door: ChatDoor = next(ear.door for ear in play.service.ears if ear.door.bot.name == bot)
    return door.bot, door


async def rows(play: Play, column: Any, *where: Any) -> list[Any]:
    query = select(column).where(*where)
    return await play.database.read(lambda c: list(c.execute(query).scalars()))


async def nothing_happened(play: Play) -> bool:
    channels = ("telegram", "staff")
    heard = await rows(play, Contact.id, Contact.source.like("telegram:%"))
    noted = await rows(play, Received.external_id, Received.channel.in_(channels))
    return not (heard or noted or await rows(play, Quarantine.id))
