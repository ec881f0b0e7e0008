"""Holds requests, answers and updates against Telegram's published description of its Bot API."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from tests.fakes.openapi import described

NAME = "telegram_bot_api_10.1.slim.json"
UPLOAD = object()  # stands for a file that came with the request
ATTACHED = "attach://"

TAGS = ("source", "status", "type")  # the first of these says which kind of a thing this is
# The published description names every kind but these by what it writes into that field.
ODD_KINDS = {
    "ChatMemberOwner": "creator",
    "ChatMemberBanned": "kicked",
    "PassportElementErrorDataField": "data",
    "RichBlockSectionHeading": "heading",
    "RichBlockPreformatted": "pre",
    "RichBlockBlockQuotation": "blockquote",
    "RichBlockPullQuotation": "pullquote",
}
NO_ACTION = {"text", "icon_custom_emoji_id", "style"}


class Field(NamedTuple):
    """What one field may hold."""

    types: tuple[str, ...]
    required: bool


Fields = dict[str, Field]


class Rule(NamedTuple):
    """A limit that the types do not say."""

    says: str
    kept: Callable[[Any], Any]


def utf16(text: str) -> int:
    """Count as Telegram counts: most emoji are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _like(says: str, shape: str) -> Rule:
    return Rule(says, re.compile(shape, re.ASCII).fullmatch)


TEXT = Rule("1 to 4096 UTF-16 units, not blank", lambda v: v.strip() and utf16(v) <= 4096)
CAPTION = Rule("up to 1024 UTF-16 units", lambda v: utf16(v) <= 1024)
RULES = {
    ("sendMessage", "text"): TEXT,
    ("editMessageText", "text"): TEXT,
    ("Message", "text"): Rule("1 to 4096 UTF-16 units", lambda v: 1 <= utf16(v) <= 4096),
    ("Update", "update_id"): Rule("a positive number", lambda v: v > 0),
    ("answerCallbackQuery", "text"): Rule("up to 200 UTF-16 units", lambda v: utf16(v) <= 200),
    ("InlineKeyboardButton", "text"): Rule("not blank", str.strip),
    ("InlineKeyboardButton", "callback_data"): Rule(
        "1 to 64 bytes", lambda v: 1 <= len(v.encode("utf-8", "surrogatepass")) <= 64
    ),
    ("KeyboardButton", "text"): Rule("not blank", str.strip),
    ("setWebhook", "secret_token"): _like("1 to 256 of A-Z a-z 0-9 _ -", r"[A-Za-z0-9_-]{1,256}"),
    ("setWebhook", "max_connections"): Rule("1 to 100", lambda v: 1 <= v <= 100),
    ("getUpdates", "limit"): Rule("1 to 100", lambda v: 1 <= v <= 100),
    ("getUpdates", "timeout"): Rule("not negative", lambda v: v >= 0),
    ("setMyCommands", "commands"): Rule("up to 100 commands", lambda v: len(v) <= 100),
    ("BotCommand", "command"): _like("1 to 32 of a-z 0-9 _", r"[a-z0-9_]{1,32}"),
    ("BotCommand", "description"): Rule("1 to 256 UTF-16 units", lambda v: 1 <= utf16(v) <= 256),
}


def _whole_number(value: Any) -> bool:
    return type(value) is int and -(2**63) <= value < 2**63


def _number(value: Any) -> bool:
    return _whole_number(value) or (isinstance(value, float) and math.isfinite(value))


PLAIN: dict[str, Callable[[Any], bool]] = {
    "Integer": _whole_number,
    "Float": _number,
    "Boolean": lambda value: isinstance(value, bool),
    "String": lambda value: isinstance(value, str),
    "InputFile": lambda value: (
        value is UPLOAD or (isinstance(value, str) and value.startswith(ATTACHED))
    ),
}


class BotApi:
    """Every method and type of one version of the Bot API. Faults repeat no values."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self.methods = {name: _fields(one) for name, one in spec["methods"].items()}
        self.returns = {name: tuple(one["returns"]) for name, one in spec["methods"].items()}
        self.types = {name: _fields(one) for name, one in spec["types"].items()}
        self.subtypes = {
            name: tuple(one["subtypes"]) for name, one in spec["types"].items() if "subtypes" in one
        }
        self.kinds = dict(self._kinds())

    def _kinds(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """Say for each subtype which field tells it from the others, and by what word."""
        for parent, kinds in self.subtypes.items():
            for name in kinds:
                tag = next((t for t in TAGS if t in self.types.get(name, ())), None)
                if tag:
                    prefix = "InputMedia" if name.startswith("InputMedia") else parent
                    short = name.removeprefix(prefix).removeprefix("Cached")
                    snake = re.sub(r"(?<=.)(?=[A-Z])", "_", short).lower()
                    yield name, (tag, ODD_KINDS.get(name, snake))

    def request_faults(
        self, method: str, fields: Mapping[str, Any], files: Collection[str] = ()
    ) -> list[str]:
        """What is wrong with a call: fields as they came in a form, a query or a JSON body."""
        known = self.methods.get(method)
        if known is None:
            return [f"{method}: no such method"]
        given = {name: UPLOAD for name in files if name in known}
        given |= {n: _read(known[n].types, v) if n in known else v for n, v in fields.items()}
        faults = self._object(method, known, given, method)
        if method.startswith("editMessage") and not _points(given):
            faults.append(f"{method}: no message is named")
        return faults + _upload_faults(method, given, set(files) - known.keys())

    def object_faults(self, type_name: str, value: Any) -> list[str]:
        """What is wrong with a thing Telegram makes itself: an update, a message."""
        return self._value((type_name,), value, type_name)

    def result_faults(self, method: str, result: Any) -> list[str]:
        """What is wrong with the answer to a call."""
        return self._value(self.returns.get(method, ()), result, f"{method} result")

    def _object(self, owner: str, known: Fields, value: Any, where: str) -> list[str]:
        if not isinstance(value, dict):
            return [f"{where}: {owner}"]
        faults = [f"{where}/{n}: required" for n in known if known[n].required and n not in value]
        for name, one in value.items():
            here = f"{where}/{name}"
            if name not in known:
                faults.append(f"{here}: unknown")
                continue
            wrong = self._value(known[name].types, one, here)
            faults += wrong or _broken_rule(owner, name, one, here)
        return faults + self._whole(owner, value, where)

    def _whole(self, owner: str, value: dict[str, Any], where: str) -> list[str]:
        """What no single field can say."""
        tag, word = self.kinds.get(owner, ("", ""))
        if tag in value and value[tag] != word:
            return [f"{where}/{tag}: has to be {word}"]
        if owner == "InlineKeyboardButton" and len(value.keys() - NO_ACTION) != 1:
            return [f"{where}: exactly one action"]
        if owner == "Update" and len(value.keys() - {"update_id"}) != 1:
            return [f"{where}: exactly one kind"]
        return []

    def _value(self, types: tuple[str, ...], value: Any, where: str) -> list[str]:
        """Check against any of several types; the faults of the nearest if it is none."""
        nearest: list[str] | None = None
        for one in types:
            faults = self._one(one, value, where)
            if not faults:
                return []
            if nearest is None or _far(faults, where) < _far(nearest, where):
                nearest = faults
        return nearest if nearest is not None else [f"{where}: no such thing"]

    def _one(self, kind: str, value: Any, where: str) -> list[str]:
        if kind in PLAIN:
            return [] if PLAIN[kind](value) else [f"{where}: {kind}"]
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                return [f"{where}: {kind}"]
            inner = (kind.removeprefix("Array of "),)
            return [f for n, v in enumerate(value) for f in self._value(inner, v, f"{where}/{n}")]
        if kind in self.subtypes:
            return self._value(self.subtypes[kind], value, where)
        if kind not in self.types:
            return [f"{where}: no such type"]
        return self._object(kind, self.types[kind], value, where)


def _fields(spec: Mapping[str, Any]) -> Fields:
    return {f["name"]: Field(tuple(f["types"]), f["required"]) for f in spec.get("fields", ())}


def _read(types: tuple[str, ...], value: Any) -> Any:
    """Read a form's string as what its field holds: JSON, but for words; or leave it wrong."""
    if not isinstance(value, str) or "String" in types:
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _far(faults: list[str], where: str) -> tuple[bool, bool, int]:
    """How far a thing is from a type: another sort of value, another kind, or a few fields."""
    another = any(f.startswith(f"{where}: ") for f in faults)
    return another, any(": has to be" in f for f in faults), len(faults)


def _broken_rule(owner: str, name: str, value: Any, where: str) -> list[str]:
    rule = RULES.get((owner, name))
    if name == "caption" and (owner[0].islower() or owner.startswith("InputMedia")):
        rule = CAPTION
    return [] if rule is None or rule.kept(value) else [f"{where}: {rule.says}"]


def _points(given: Mapping[str, Any]) -> bool:
    return "inline_message_id" in given or {"chat_id", "message_id"} <= given.keys()


def _upload_faults(method: str, given: Mapping[str, Any], loose: set[str]) -> list[str]:
    """Every upload is named by a field, and every named upload is there."""
    named = set(_attached(given))
    faults = [f"{method}: a file is named and not attached" for _ in named - loose - given.keys()]
    return faults + [f"{method}: a file is attached and not named" for _ in loose - named]


def _attached(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, str) and value.startswith(ATTACHED) and name not in {"text", "caption"}:
        yield value.removeprefix(ATTACHED)
    inner = value.items() if isinstance(value, dict) else ()
    listed = ((name, one) for one in value) if isinstance(value, list) else ()
    for key, one in (*inner, *listed):
        yield from _attached(one, key)


@cache
def schema() -> BotApi | None:
    """Telegram's own description of its Bot API, or None where this checkout has none at hand."""
    spec = described(NAME)
    return None if spec is None else BotApi(spec)
