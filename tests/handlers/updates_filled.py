"""Fills any thing of the Bot API with values, to a bounded depth, from Telegram's description."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from random import Random
from typing import Any

from tests.fakes.bot_api import BotApi, schema

DAY = 1_796_256_000  # Thu 3 Dec 2026, midnight in London
FIELDS_BESIDE = 0.12  # how likely a field is that need not be there
STRANGERS = (5_999_999_991, 777_000, 2**52 - 1, 1)
GROUPS = (-1_001_234_567_890, -4_012_345_678, -(10**12) - 1)
ALPHABETS = (
    "abcdefghijklmnop qrstuvwxyz    '.,!?",
    "0123456789 .,)+-/@#_",
    "ąćęłńóśźż ăâîșț ūųž Ěščř ßÅØ",
    "واہ آج سکول نہیں؟ ۰۱۲۳ مرحبا שלום",
    "ਅੱਜ ਸਕੂਲ ੧੨੩ 中文 ไทย አማርኛ",
    "😀🙏🏽👨‍👩‍👧‍👦🇬🇧☎️2️⃣",
    "\u200b\u200d\u200f\u202a\u202e\u2066\u2069\ufeff\u00ad\u0301\u20e3",
    "\t\n\r\x0b\x1b\x7f\u2028\x85\xa0\0",
    "\ud83d\udc00\ude00\udfff\uffff\U0010ffff",
    "{}%$<>&;'\"\\/=+@#`|",
)
# What the description does not list: the words that stand in a field of a few.
WORDS: Mapping[tuple[str, str], Sequence[Any]] = {
    ("Chat", "type"): ("private", "private", "group", "supergroup", "channel"),
    ("InlineQuery", "chat_type"): ("sender", "private", "group", "supergroup", "channel"),
    ("MessageEntity", "type"): ("mention", "bot_command", "url", "bold", "text_link", "code"),
    ("Poll", "type"): ("regular", "quiz"),
    ("Sticker", "type"): ("regular", "mask", "custom_emoji"),
    ("InaccessibleMessage", "date"): (0,),
    ("Dice", "value"): (1, 4, 6),
    ("*", "language_code"): ("en", "pl", "ur", "ar", "ro", "pa", "en-GB", "zz", ""),
    ("*", "emoji"): ("👍", "😀", "🎲", "❤"),
    ("*", "mime_type"): ("image/jpeg", "audio/ogg", "video/mp4", "application/pdf", "x"),
    ("*", "is_bot"): (False, False, False, True),
    ("*", "username"): ("leanne", "x_1", "MarlbridgeFamilyBot"),
    ("*", "phone_number"): ("+447700900123", "447700900777", "0"),
    ("*", "url"): ("https://example.org/a", "tg://user?id=1", "x"),
    ("*", "message_id"): (1, 2, 3, 17, 2**31 - 1),
}
NUMBERS = (0, 1, 2, 7, 60, 4096, 2**31, 2**52, 2**63 - 1, -1)
SIZES = (1, 2, 5, 12, 40)


def letters(chance: Random, most: int = 200) -> str:
    """A run of one alphabet, which may end in half a character."""
    length = min(most, chance.choice((1, 3, 8, 20, 60, 200)))
    return "".join(chance.choices(chance.choice(ALPHABETS), k=length))


class Filler:
    """Makes things of the Bot API."""

    def __init__(self, api: BotApi, chance: Random, chats: Sequence[int]) -> None:
        self._api, self._chance, self._chats = api, chance, chats
        self._floors = floors()

    def thing(self, kind: str, depth: int, **fixed: Any) -> dict[str, Any]:
        """One object: all it needs, some of what it may have, and what is fixed (None: absent)."""
        made: dict[str, Any] = {}
        if kind == "InlineKeyboardButton":  # exactly one of what it may have
            return {"text": f"{letters(self._chance, 12)}.", "callback_data": self._data()}
        for name, field in self._api.types[kind].items():
            if name in fixed:
                continue
            beside = depth > 0 and self._chance.random() < FIELDS_BESIDE
            if field.required or beside:
                made[name] = self._field(kind, name, field.types, depth)
        made |= {name: value for name, value in fixed.items() if value is not None}
        tag, word = self._api.kinds.get(kind, ("", ""))
        return {**made, tag: word} if tag in made else made

    def value(self, types: Sequence[str], depth: int) -> Any:
        """Make anything of one of these types; the flattest where it is deep enough."""
        kinds = types if depth > 0 else sorted(types, key=self._height)[:1]
        kind = self._chance.choice(list(kinds))
        if kind.startswith("Array of "):
            count = self._chance.choice((0, 1, 1, 2, 3)) if depth > 0 else 0
            return [self.value((kind.removeprefix("Array of "),), depth - 1) for _ in range(count)]
        if kind in self._api.subtypes:
            return self.value(self._api.subtypes[kind], depth)
        return PLAIN[kind](self._chance) if kind in PLAIN else self.thing(kind, depth - 1)

    def _field(self, owner: str, name: str, types: tuple[str, ...], depth: int) -> Any:
        choice = WORDS.get((owner, name)) or WORDS.get(("*", name))
        if name == "id" and owner in {"User", "Chat"}:
            choice = (*self._chats, *STRANGERS, *(GROUPS if owner == "Chat" else ()))
        if "date" in name and types == ("Integer",) and not choice:
            choice = (DAY + self._chance.randrange(86_400), 0, 2**31 - 1)
        return self._chance.choice(choice) if choice else self.value(types, depth)

    def _data(self) -> str:
        return letters(self._chance, 16)  # never more than 64 bytes

    def _height(self, kind: str) -> int:
        return self._floors.get(kind, 0)


PLAIN: Mapping[str, Callable[[Random], Any]] = {
    "Integer": lambda chance: chance.choice(NUMBERS),
    "Float": lambda chance: chance.choice((0, 1.5, -0.0, 54.574, 1e300, -1e-300)),
    "Boolean": lambda chance: chance.random() < 0.5,
    "String": lambda chance: letters(chance, chance.choice(SIZES)),
}


@cache
def floors() -> dict[str, int]:
    """How deep each type is at the least: how many things its necessary fields hold."""
    api = schema()
    deep = dict.fromkeys(() if api is None else (*api.types, *api.subtypes), 99)
    for _ in deep:
        before = dict(deep)
        for name in deep:
            deep[name] = _floor(api, name, deep)
        if before == deep:
            break
    return deep


def _floor(api: Any, name: str, deep: Mapping[str, int]) -> int:
    if name in api.subtypes:
        return min(deep.get(one, 0) for one in api.subtypes[name])
    needed = [field.types for field in api.types[name].values() if field.required]
    return 1 + max((min(deep.get(one, 0) for one in types) for types in needed), default=0)
