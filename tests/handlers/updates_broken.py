"""What nobody should send and somebody will: updates damaged in every way, as bytes."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
Spoil: TypeAlias = Callable[[Random, Json], bytes]

NEEDED = {
    "update_id", "message_id", "chat", "id", "date", "is_bot", "type", "chat_instance", "status",
    "old_chat_member", "new_chat_member",
}  # fmt: skip
NOT_IDS = ("x", "7", -1, True, 1.5, None, [], {}, 10**30, -(10**30))
NOT_OBJECTS = (b"", b" ", b"[]", b"[{}]", b"5", b"-0", b'"message"', b"null", b"true", b"\xff\xfe",
               b"{", b"\0", b"update_id=1", b"<update/>", b"\xef\xbb\xbf{}")  # fmt: skip
HUGE = (b"1" + b"0" * 400, b"-1" + b"0" * 60, b"1e400", b"9" * 5000, b"1e-400", b"0." + b"3" * 900)
NO_NUMBERS = (b"NaN", b"Infinity", b"-Infinity", b"0x10", b"01", b"+1", b".5", b"1_000")
NESTS = ((b"[", b"]"), (b'{"reply_to_message":', b"}"), (b'{"a":[', b"]}"))
LENGTHS = (5_000, 70_000, 200_000)
DEPTHS = (990, 3_000, 20_000)
MARK = "a mark that no update holds"


def broken(chance: Random, update: Json) -> bytes:
    """The same update with one thing wrong with it."""
    return chance.choice(SPOILS)(chance, copy.deepcopy(update))


def _lacking(chance: Random, update: Json) -> bytes:
    spots = [(o, k) for o, k in _spots(update) if k in NEEDED]
    inside, key = chance.choice(spots)
    del inside[key]
    return _written(update)


def _of_another_type(chance: Random, update: Json) -> bytes:
    inside, key = chance.choice(list(_spots(update)))
    old = inside[key]
    others: list[Any] = ["7", [], {}, [[]], {"id": {}}, True]
    others += [] if isinstance(old, int | float) else [7, -1.5]
    inside[key] = chance.choice([o for o in others if type(o) is not type(old)])
    return _written(update)


def _null(chance: Random, update: Json) -> bytes:
    inside, key = chance.choice(list(_spots(update)))
    inside[key] = None
    return _written(update)


def _no_number(chance: Random, update: Json) -> bytes:
    return _raw(chance, update, chance.choice(HUGE + NO_NUMBERS), only=(int, float))


def _deep(chance: Random, update: Json) -> bytes:
    begins, ends = chance.choice(NESTS)
    depth = chance.choice(DEPTHS)
    return _raw(chance, update, begins * depth + b"7" + ends * depth, only=(dict, list))


def _numbered_oddly(chance: Random, update: Json) -> bytes:
    if chance.random() < 0.2:
        del update["update_id"]
    else:
        update["update_id"] = chance.choice(NOT_IDS)
    return _written(update)


def _twice(chance: Random, update: Json) -> bytes:
    """Say one field twice, with another value; which of the two counts is anybody's guess."""
    inside, key = chance.choice([(o, k) for o, k in _spots(update) if isinstance(o, dict)])
    inside[MARK] = chance.choice((inside[key], None, 7, {}, "x"))
    return _written(update).replace(json.dumps(MARK).encode(), json.dumps(key).encode())


def _no_text(chance: Random, update: Json) -> bytes:
    """Put bytes that are no UTF-8 among the words."""
    bad = chance.choice((b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\x80"))
    return _raw(chance, update, b'"' + bad + b'"', only=(str,))


def _cut(chance: Random, update: Json) -> bytes:
    body = _written(update)
    return body[: chance.randrange(len(body))]


def _not_an_object(chance: Random, update: Json) -> bytes:
    del update
    return chance.choice(NOT_OBJECTS)


def _endless(chance: Random, update: Json) -> bytes:
    """Say far too much, in a message or, where there is none, beside everything else."""
    message = next((v for v in update.values() if isinstance(v, dict)), update)
    sign = chance.choice(("a", "😀", "\0", "\u202e", "\ud800", " ", "/"))
    message["text"] = sign * chance.choice(LENGTHS)
    return _written(update)


def _flipped(chance: Random, update: Json) -> bytes:
    """Spoil one byte of what holds the whole together."""
    body = bytearray(_written(update))
    at = chance.choice([n for n, byte in enumerate(body) if byte in b"{}:"])
    body[at] ^= 0x80
    return bytes(body)


SPOILS: tuple[Spoil, ...] = (
    _lacking, _of_another_type, _null, _no_number, _deep, _numbered_oddly, _twice, _no_text, _cut,
    _not_an_object, _endless, _flipped,
)  # fmt: skip


def _written(update: Json) -> bytes:
    return json.dumps(update).encode()


def _raw(chance: Random, update: Json, bad: bytes, only: tuple[type, ...]) -> bytes:
    """Put bytes in the place of one value, as they are."""
    spots = [(o, k) for o, k in _spots(update) if isinstance(o[k], only)]
    inside, key = chance.choice(spots or list(_spots(update)))
    inside[key] = MARK
    return _written(update).replace(json.dumps(MARK).encode(), bad)


def _spots(inside: Any) -> Iterator[tuple[Any, Any]]:
    """Every place a value stands: what holds it, and its name or number."""
    keys = inside if isinstance(inside, dict) else range(len(inside))
    for key in list(keys):
        yield inside, key
        if isinstance(inside[key], dict | list):
            yield from _spots(inside[key])
