"""What Notify tells us, in JSON: proven by a bearer token, but written by anybody with a phone."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any, TypeAlias

from bot.domain import (
    BadAddress,
    Inbound,
    Receipt,
    Refused,
    SendError,
    Unexplained,
    Unread,
    Unreadable,
)
from bot.rules.heard import clean

Fields: TypeAlias = Mapping[str, Any]
Failure: TypeAlias = type[SendError]

_ID = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)
_PHONE = re.compile(r"(?:\+|00)?([1-9][0-9]{6,14})", re.ASCII)
_UK_PHONE = re.compile(r"0([1-9][0-9]{8,9})", re.ASCII)
_SHORT_CODE = re.compile(r"[0-9]{3,6}", re.ASCII)

_STATES: Mapping[str, tuple[str, Failure | None]] = MappingProxyType(
    {
        "created": ("accepted", None),
        "sending": ("sending", None),
        "pending": ("sending", None),
        "sent": ("sent", None),  # abroad, whence no more is heard
        "delivered": ("delivered", None),
        "permanent-failure": ("undelivered", BadAddress),
        # The phone was off or full for up to 72 hours: words that old are not said again unasked.
        "temporary-failure": ("undelivered", Refused),
        "technical-failure": ("failed", Unexplained),  # it never left Notify
    }
)


def read_object(body: bytes) -> dict[str, Any]:
    """Read one JSON object, or raise `Unreadable` for anything else."""
    try:
        found = json.loads(body.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(found, dict):
        raise Unreadable("not a JSON object")
    return found


def inbound(fields: Fields, number: str, words: str) -> Inbound:
    """Read a family's text, whose number and words stand under these names."""
    external_id, address = text_of(fields, "id"), e164(text_of(fields, number))
    if not _ID.fullmatch(external_id):
        raise Unreadable("id is missing or has an unknown form")
    if not address:
        raise Unreadable(f"{number} is missing or has an unknown form")
    if not isinstance(fields.get(words), str):
        raise Unreadable(f"{words} is missing")
    return Inbound("sms", external_id, address, clean(fields[words]), said_at=taken_at(fields))


def kept_inbound(one: Any) -> Inbound | Unread:
    """Read a text Notify keeps for us; what cannot be read is for a person."""
    fields = one if isinstance(one, dict) else {}
    try:
        return inbound(fields, "user_number", "content")
    except Unreadable as error:
        body = clean(json.dumps(one, ensure_ascii=False))
        name = text_of(fields, "id")
        known = _ID.fullmatch(name)
        digest = sha256(body.encode()).hexdigest()
        return Unread(name if known else f"unreadable:{digest}", body, str(error))


def receipt(fields: Fields) -> Receipt:
    """Read what became of a text of ours, or raise `Unreadable`."""
    if text_of(fields, "status") not in _STATES:
        raise Unreadable("a receipt in no known state")
    return standing(fields)


def standing(fields: Fields) -> Receipt:
    """Say how a message stands; one in a state we do not know has been taken, and that is all."""
    external_id, theirs = text_of(fields, "id"), text_of(fields, "status")
    if not _ID.fullmatch(external_id):
        raise Unreadable("id is missing or has an unknown form")
    status, meaning = _STATES.get(theirs, ("accepted", None))
    code = theirs if meaning else ""
    ref = clean(text_of(fields, "reference"))
    return Receipt(ref, external_id, status, code, meaning, provider="notify")


def e164(number: str) -> str:
    """Put back the plus or the +44 that Notify leaves out of a number. Empty: it is no number."""
    if found := _UK_PHONE.fullmatch(number):
        return f"+44{found[1]}"
    if _SHORT_CODE.fullmatch(number):
        return number
    found = _PHONE.fullmatch(number)
    return f"+{found[1]}" if found else ""


def taken_at(fields: Any) -> datetime | None:
    """Say when Notify took a message, by its clock. None: it does not say."""
    written = text_of(fields, "created_at") or text_of(fields, "date_received")
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def text_of(fields: Any, name: str) -> str:
    """Take one text out of an object; empty where there is none, or where it is no object."""
    value = fields.get(name) if isinstance(fields, dict) else None
    return value if isinstance(value, str) else ""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("a field is there twice")
    return found
