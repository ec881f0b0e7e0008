"""The Telegram bots of a service. A library is read only where its bot's token is set."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import SecretStr

from bot.channels.contracts import ChatBot
from bot.channels.telegram_words import is_token
from bot.domain import NotReady
from bot.handlers.chats import ChatDoor, Reader
from bot.handlers.ear import Ear
from bot.scene.scene import Taskforce
from bot.settings import Settings
from storage.database import Database

SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Bot:
    """One bot: how it sends, how it reads, and the secret Telegram proves itself with."""

    chat: ChatBot
    reader: Reader
    secret: str = field(repr=False)


def check_bots(settings: Settings) -> None:
    """Refuse to start with half a bot; raises `NotReady` naming variables, never their values."""
    tokens = {
        "FAMILY_BOT_TOKEN": settings.family_bot_token,
        "STAFF_BOT_TOKEN": settings.staff_bot_token,
    }
    given = {name: token.get_secret_value() for name, token in tokens.items() if token}
    for name, token in given.items():
        if not is_token(token):
            raise NotReady(f"{name} is no bot token: BotFather gives digits, a colon and letters.")
    if len(given) != len(set(given.values())):
        raise NotReady("FAMILY_BOT_TOKEN and STAFF_BOT_TOKEN have to be two different bots.")
    if settings.telegram_mode == "webhook":
        _check_webhooks(settings, list(given))


def _check_webhooks(settings: Settings, given: list[str]) -> None:
    secrets = {
        "FAMILY_BOT_SECRET": settings.family_bot_secret,
        "STAFF_BOT_SECRET": settings.staff_bot_secret,
    }
    for name, secret in secrets.items():
        wanted = name.replace("SECRET", "TOKEN") in given
        if wanted and not SECRET.fullmatch(secret.get_secret_value()):
            raise NotReady(f"{name} has to be 16 to 256 letters, digits, _ or - for webhooks.")
    if given and not settings.public_url.startswith("https://"):
        raise NotReady("TELEGRAM_MODE is webhook, so KEYWORKER_PUBLIC_URL has to be an https one.")


def build_bots(settings: Settings) -> tuple[Bot, ...]:
    """Build the bots whose token is set; raises `NotReady`."""
    check_bots(settings)
    built = []
    if settings.family_bot_token:
        built.append(_family(settings, _value(settings.family_bot_token)))
    if settings.staff_bot_token:
        built.append(_staff(settings, _value(settings.staff_bot_token)))
    return tuple(built)


def _family(settings: Settings, token: str) -> Bot:
    from bot.channels.telegram_family import FamilyChat  # noqa: PLC0415  takes two seconds
    from bot.handlers.family_bot import FamilyBot  # noqa: PLC0415

    chat = FamilyChat(token, settings.telegram_api_base)
    return Bot(chat, FamilyBot(chat), _value(settings.family_bot_secret))


def _staff(settings: Settings, token: str) -> Bot:
    from bot.channels.telegram_staff import StaffChat  # noqa: PLC0415  heavy, and often unused
    from bot.handlers.staff_bot import StaffBot  # noqa: PLC0415

    chat = StaffChat(token, settings.telegram_api_base)
    return Bot(chat, StaffBot(chat), _value(settings.staff_bot_secret))


def _value(secret: SecretStr) -> str:
    return secret.get_secret_value()


def ears(
    settings: Settings,
    bots: tuple[Bot, ...],
    database: Database,
    taskforce: Taskforce,
    now: Callable[[], datetime],
    wake: Callable[[], None],
) -> tuple[Ear, ...]:
    """Connect bots to a service: a door for each, and an ear that keeps it in touch."""
    return tuple(
        Ear(
            ChatDoor(bot.chat, bot.reader, bot.secret, database, taskforce, now, wake),
            settings.telegram_mode,
            settings.public_url,
        )
        for bot in bots
    )
