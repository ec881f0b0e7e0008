"""What one Telegram update says, read alike from either library's objects. Pure.

Both libraries name their objects' fields as Telegram's Bot API does; one of them checks no types,
so what decides who is speaking is checked here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeAlias

from bot.channels.layout import pressed
from bot.channels.telegram_words import message_id
from bot.domain import Inbound, Unreadable
from bot.rules.heard import clean

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
MEDIA = {
    "photo": "image",
    "animation": "video",  # before "document", which Telegram fills in as well
    "video": "video",
    "video_note": "video",
    "voice": "audio",
    "audio": "audio",
    "document": "file",
    "sticker": "sticker",
    "dice": "sticker",
    "contact": "contact",
    "venue": "location",
    "location": "location",
    "poll": "poll",
}
GROUPS = ("group", "supergroup", "channel")
GONE = frozenset({"kicked", "left"})
LAST_MOMENT = 2**33  # seconds; no calendar of ours goes further
LONGEST = 64 * 1024  # characters: Telegram takes 4096, and reading many more holds others up
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9-]{1,12})?", re.ASCII)
_PRESS = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote or pressed something in their own chat with the bot."""

    inbound: Inbound
    press: str = ""  # the press that the app waits to hear has arrived


@dataclass(frozen=True, slots=True)
class Reach:
    """Somebody blocked the bot, or let it back in."""

    address: str
    open: bool
    external_id: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The bot was put into a group or a channel, where nothing is read."""

    chat: int


Event: TypeAlias = Said | Reach | Elsewhere


def message_event(message: Any, channel: str, bot: int, change: int | None = None) -> Event:
    """Read a message, new or changed by the update of this number; raises `Unreadable`.

    Two changes may share their second, so each is known by its update, which comes again with
    the same number. A digest of the words would tell them apart too, and tell others the words.
    """
    chat = _whole_number(message.chat.id)
    if message.chat.type != "private":
        return Elsewhere(chat)
    _speaks_for_itself(message.from_user, chat)
    own = f"{bot}:{chat}:{_whole_number(message.message_id)}"
    answered = message.reply_to_message
    inbound = Inbound(
        channel=channel,
        external_id=own if change is None else f"{own}:{_moment(message.edit_date)}:{change}",
        address=str(chat),
        words=_words(message.text if message.text is not None else message.caption),
        media=_media(message),
        reply_to=message_id(bot, _whole_number(answered.message_id)) if answered else "",
        amends="" if change is None else own,
        forwarded=bool(message.forward_origin or message.via_bot),
        language=_language(message.from_user),
        notice=_first_button(answered, bot),
        said_at=_said_at(message.date if change is None else message.edit_date),
    )
    return Said(inbound)


def press_event(press: Any, channel: str, bot: int) -> Event:
    """Read a pressed button; raises `Unreadable`."""
    if press.message is None or not isinstance(press.data, str):
        raise Unreadable("a button that is none of ours")
    chat = _whole_number(press.message.chat.id)
    if press.message.chat.type != "private":
        return Elsewhere(chat)
    _speaks_for_itself(press.from_user, chat)
    turn, key = pressed(clean(press.data))
    if not key:
        raise Unreadable("a button without a key")
    name = str(press.id)
    inbound = Inbound(
        channel=channel,
        external_id=f"{bot}:press:{name if _PRESS.fullmatch(name) else _digest(name)}",
        address=str(chat),
        key=key,
        turn=turn,
        reply_to=message_id(bot, _whole_number(press.message.message_id)),
        language=_language(press.from_user),
    )
    return Said(inbound, press=name)


def member_event(change: Any, bot: int, update: int) -> Event:
    """Read that somebody blocked the bot or let it in; raises `Unreadable`."""
    chat = _whole_number(change.chat.id)
    if change.chat.type != "private":
        return Elsewhere(chat)
    name = f"{bot}:{chat}:member:{update}:{_moment(change.date)}"
    return Reach(str(chat), change.new_chat_member.status not in GONE, name)


def group_of(update: dict[str, Any]) -> int | None:
    """Find the group or channel an update comes from, before any library reads it.

    None: it comes from a private chat, or it cannot be told.
    """
    for kind in KINDS:
        part = update.get(kind)
        inner = part.get("message", part) if isinstance(part, dict) else None
        chat = inner.get("chat") if isinstance(inner, dict) else None
        if isinstance(chat, dict) and chat.get("type") in GROUPS:
            return _whole_number(chat.get("id"))
    return None


def kind_of(update: dict[str, Any]) -> str:
    """Say what kind of update this is; raises `Unreadable` for one nobody asked for."""
    found = [kind for kind in KINDS if update.get(kind) is not None]
    if len(found) != 1:
        raise Unreadable("an update of a kind nobody asked for")
    return found[0]


def update_number(update: Any) -> int:
    """Read an update's number, or raise `Unreadable`."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return _whole_number(number)


def _whole_number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unreadable("a number that is none")
    if abs(value) >= 10**18:  # no id of Telegram's has so many digits
        raise Unreadable("a number out of range")
    return value


def _speaks_for_itself(user: Any, chat: int) -> None:
    """In a private chat, chat and person have one id: anything else is not what it says."""
    if user is None or _whole_number(user.id) != chat:
        raise Unreadable("a private message from somebody else")


def _words(text: object) -> str:
    if text is not None and not isinstance(text, str):
        raise Unreadable("words that are none")
    if len(text or "") > LONGEST:
        raise Unreadable("words without end")
    return clean(text or "")


def _media(message: Any) -> tuple[str, ...]:
    """Name what came along. A message without any words brought something, known or not."""
    known = [kind for name, kind in MEDIA.items() if getattr(message, name, None)]
    if known:
        return tuple(known[:1])
    return () if message.text or message.caption else ("something",)


def _language(user: Any) -> str:
    said = getattr(user, "language_code", None)
    return said if isinstance(said, str) and _LANGUAGE.fullmatch(said) else ""


def _first_button(answered: Any, bot: int) -> str:
    """Find the first button under a message of our own: it names the notice's task."""
    if answered is None or getattr(answered.from_user, "id", None) != bot:
        return ""
    rows = getattr(answered.reply_markup, "inline_keyboard", None) or ()
    data = next((button.callback_data for row in rows for button in row), None)
    return clean(data)[:64] if isinstance(data, str) else ""


def _moment(value: object) -> int:
    if isinstance(value, datetime):
        return int(value.timestamp())
    return _whole_number(value)


def _said_at(value: object) -> datetime | None:
    """Say when a message was sent: one that waited at Telegram may be a day old."""
    seconds = _moment(value)
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < LAST_MOMENT else None


def _digest(name: str) -> str:
    return sha256(name.encode("utf-8", "backslashreplace")).hexdigest()
