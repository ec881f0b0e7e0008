"""What both Telegram bots share and no library is needed for: messages, answers, pictures.

Sources: Telegram's "Bot API" and the source of its server, tdlib/telegram-bot-api.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import re
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any, TypeVar

from bot.channels.layout import Button, buttons, under_buttons
from bot.domain import (
    BadAddress,
    Blocked,
    Misconfigured,
    NotReady,
    Outgoing,
    Pace,
    Refused,
    SendError,
    Uncertain,
    Unreachable,
)
from bot.rules.wording import CHAT_UNITS, units

T = TypeVar("T")

API = "https://api.telegram.org"
TELEGRAM_PACE = Pace(30, timedelta(seconds=1))
UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
BATCH = 100  # updates fetched at once; Telegram gives no more
DELIVERIES = 40  # updates Telegram may bring to us at the same time
CONNECT = 5  # seconds
PATIENCE = 10  # seconds a long poll may take on top of what it was asked to wait
IN_FLIGHT = 100  # calls one bot makes at the same time
CAPTION_UNITS = 1024  # Telegram's limit for the words under a picture, in UTF-16 units

_TOKEN = re.compile(r"([0-9]{1,20}):[A-Za-z0-9_-]{30,}", re.ASCII)
_CHAT = re.compile(r"[1-9][0-9]{0,15}", re.ASCII)  # a person's; groups have negative ids
_MESSAGE = re.compile(r"([0-9]{1,20}):([1-9][0-9]{0,9})", re.ASCII)

_SHORT_LABEL = 12  # characters; so short, buttons fit beside each other
_BESIDE = 3
_DOT = 16  # pixels; a link then prints six centimetres wide at 300 dots per inch
_QUIET_ZONE = 4  # dots around a QR code, without which phones do not find it

_TOO_MANY = 429
_BAD_REQUEST = 400
# Somebody on the way, such as a school's filter, said no in a page of its own.
_TURNED_AWAY = frozenset({401, 403, 404, 407})
_MEANING: Mapping[int, type[SendError]] = MappingProxyType(
    {
        401: Misconfigured,  # a token that was taken back
        403: Blocked,
        404: Misconfigured,  # a token that never was one
        409: Misconfigured,  # somebody else fetches this bot's updates, or they are brought to us
    }
)
_NOBODY = ("chat not found", "user not found", "peer_id_invalid", "deactivated")
_MOVED_AWAY = "logged out"  # the bot was moved to another Bot API server


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message as Telegram is to show it."""

    chat: int = field(repr=False)
    text: str = field(repr=False)
    rows: tuple[tuple[Button, ...], ...]
    silent: bool
    reply_to: int | None  # the number of the message it answers
    picture: bytes | None = field(repr=False)


def is_token(token: str) -> bool:
    """Say whether this has the shape of a bot's token."""
    return _TOKEN.fullmatch(token) is not None


def bot_number(token: str) -> int:
    """Read a bot's own id from its token, or raise `NotReady`."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise NotReady("a bot token has to be digits, a colon and 30 or more letters and digits")
    return int(found[1])


def message_id(bot: int, number: int) -> str:
    """Name one message of one bot's: Telegram counts them for each bot by itself."""
    return f"{bot}:{number}"


def chat_message(message: Outgoing, bot: int) -> ChatMessage:
    """Make a message ready to leave, or raise `Refused` for what Telegram would never take."""
    if not _CHAT.fullmatch(message.address):
        raise Refused("telegram: not a private chat")
    shown, text = message.shown, under_buttons(message.shown)
    if not text:
        raise Refused("telegram: no words")
    if units(text) > CHAT_UNITS:
        raise Refused("telegram: too long for one message", "too_long")
    return ChatMessage(
        chat=int(message.address),
        text=_whole(text),
        rows=_rows(message),
        silent=message.silent,
        reply_to=_answers(message.reply_to, bot),
        picture=picture(shown.qr) if shown.qr and units(text) <= CAPTION_UNITS else None,
    )


def picture(address: str) -> bytes | None:
    """Draw an address as a QR code to be printed (a PNG); None for what no code can hold."""
    import segno  # noqa: PLC0415  read only by whoever draws a link

    try:
        code = segno.make_qr(address, error="m")
    except ValueError:
        return None
    drawn = io.BytesIO()
    code.save(drawn, kind="png", scale=_DOT, border=_QUIET_ZONE)
    return drawn.getvalue()


def refusal(status: int, body: str) -> SendError | None:
    """Say what an answer means; None where Telegram did what it was asked.

    Nothing of Telegram's own description is repeated: it may quote what was sent.
    """
    said = _envelope(body)
    if 200 <= status < 300 and said.get("ok") is True and "result" in said:
        return None
    kind, reason, code = _kind(status, said), f"telegram {status}", str(status)
    if kind is Unreachable:
        return Unreachable(reason, code, _seconds(said.get("parameters")))
    return kind(reason, code)


async def answered(call: Awaitable[T], limit: float) -> T:
    """Wait so many seconds for a call; whatever goes wrong is raised as a `SendError`."""
    try:
        async with asyncio.timeout(limit):
            return await call
    except Exception as error:  # noqa: BLE001 - whatever broke, the message may be on its way
        problem = _named(error)
    raise problem  # out here, where it cannot drag along an error that quotes the token


def _named(error: Exception) -> SendError:
    """Find what our HTTP clients said of a failure; python-telegram-bot wraps it in its own."""
    for found in (error, error.__cause__):
        if isinstance(found, SendError):
            return found
    return Uncertain(f"telegram: {type(error).__name__}")


def _whole(text: str) -> str:
    """Refuse half a character: it could not be sent, and nobody would have written it."""
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Refused("telegram: not a text")
    return text


def _rows(message: Outgoing) -> tuple[tuple[Button, ...], ...]:
    """Put each button on a row of its own, or short ones beside each other."""
    made = None
    with contextlib.suppress(ValueError):
        made = buttons(message.shown, message.turn)
    if made is None:
        raise Refused("telegram: a choice that fits behind no button")
    short = all(len(_whole(button.label)) <= _SHORT_LABEL for button in made)
    wide = _BESIDE if short else 1
    return tuple(made[n : n + wide] for n in range(0, len(made), wide))


def _answers(reply_to: str, bot: int) -> int | None:
    """Read which message of this bot's is answered; those of another it cannot point at."""
    found = _MESSAGE.fullmatch(reply_to)
    return int(found[2]) if found and int(found[1]) == bot else None


def _envelope(body: str) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _kind(status: int, said: dict[str, Any]) -> type[SendError]:
    """Read an answer that is not a yes. Not in Telegram's own form, it may not be Telegram's."""
    if status == _TOO_MANY:
        return Unreachable
    if not 400 <= status < 500:
        return Uncertain
    if said.get("ok") is not False:
        return Misconfigured if status in _TURNED_AWAY else Uncertain
    if status == _BAD_REQUEST:
        return _bad_request(str(said.get("description", "")).lower())
    return _MEANING.get(status, Refused)


def _bad_request(description: str) -> type[SendError]:
    if any(words in description for words in _NOBODY):
        return BadAddress
    return Misconfigured if _MOVED_AWAY in description else Refused


def _seconds(parameters: object) -> float | None:
    asked = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(asked) if isinstance(asked, int | float) and 0 <= asked < 1_000_000 else None
