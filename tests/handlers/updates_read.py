"""What a reader of its own makes of an update's bytes: by what it is known, where it belongs."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

KINDS = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})
COMMAND = re.compile(r"/\w+(@\w+)?|/start(@\w+)?\s+[A-Za-z0-9_-]{43}")


def fetchable(body: bytes, update: dict[str, Any]) -> Any:
    """What Telegram could hand over among others: whole JSON with a number of its own."""
    spoilt = read(body)
    return {**spoilt, "update_id": update["update_id"]} if isinstance(spoilt, dict) else update


def read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def as_kept(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body))
    except (ValueError, RecursionError):
        return body.decode("utf-8", "backslashreplace")


def parts(update: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The kinds we asked for that an update holds, each with the message or change in it."""
    for kind, part in update.items() if isinstance(update, dict) else ():
        if kind in KINDS and isinstance(part, dict):
            yield kind, part


def names(update: Any, body: bytes) -> Iterator[str]:
    """By what an update may be known again, whatever it turns out to be."""
    yield hashlib.sha256(as_kept(body).encode("utf-8", "backslashreplace")).hexdigest()
    for kind, part in parts(update):
        ids = [part.get(name) for name in ("id", "message_id", "edit_date", "date")]
        chat = part["chat"].get("id") if isinstance(part.get("chat"), dict) else None
        number = update.get("update_id")
        moment = {"edited_message": (number, ids[2]), "my_chat_member": (number, ids[3])}
        yield f"{kind}:{chat}:{ids[:2]}:{moment.get(kind)}"


def in_group(update: Any) -> bool:
    for kind, part in parts(update):
        where = part.get("message") if kind == "callback_query" else part
        chat = where.get("chat") if isinstance(where, dict) else None
        if isinstance(chat, dict) and chat.get("type") != "private":
            return True
    return False


def may_be_silent(update: Any) -> bool:
    """Steps at the door and pressed buttons are acted on and leave no words to be found."""
    for kind, part in parts(update):
        said = str(part.get("text") or part.get("caption") or "").strip()
        if kind in {"callback_query", "my_chat_member"} or COMMAND.fullmatch(said):
            return True
    return False


def plain(update: dict[str, Any]) -> bool:
    """Say whether this is what people really send, which has to be understood."""
    return any(
        kind == "message"
        and part["chat"]["type"] == "private"
        and part.get("from", {}).get("id") == part["chat"]["id"]
        and len(part) <= 7
        for kind, part in parts(update)
    )
