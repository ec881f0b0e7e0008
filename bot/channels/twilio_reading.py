"""What Twilio's fields mean: a family's text, a call, and what became of a text of ours. Pure."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping
from types import MappingProxyType

from bot.channels.twilio_http import receipt_error
from bot.channels.twilio_signature import Fields
from bot.domain import Inbound, Receipt, Refused, SendError, Unreadable, WebhookAnswer
from bot.rules.heard import clean

MESSAGE_ID = re.compile(r"[0-9A-Za-z]{1,64}", re.ASCII)
PHONE = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}", re.ASCII)  # E.164, or a short code

_CALLER = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_KIND = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*", re.ASCII)
_BASE64 = re.compile(r"[0-9A-Za-z+/]+={0,2}", re.ASCII)
_SHORTEST_BASE64 = 60  # characters; shorter, it may be a word somebody typed
_ONCE = frozenset(
    {"MessageSid", "CallSid", "From", "To", "Body", "NumMedia", "MessageStatus", "ErrorCode", "m"}
)

# A caller who withholds the number comes with one of these words, or with the word as it is
# typed on the keys of a phone, which looks like a number of somebody else's.
_WITHHELD_WORDS = ("ANONYMOUS", "BLOCKED", "PRIVATE", "RESTRICTED", "UNAVAILABLE", "UNKNOWN")
_PHONE_KEYS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_WITHHELD = frozenset(f"+{word.translate(_PHONE_KEYS)}" for word in _WITHHELD_WORDS)

# What Twilio's words for a message mean here. "receiving" and "received" are a family's own
# messages, so a receipt that says so is unreadable.
_STATES: Mapping[str, str] = MappingProxyType(
    {
        **{s: s for s in ("accepted", "queued", "sending", "sent", "delivered")},
        **{s: s for s in ("undelivered", "failed")},
        "scheduled": "accepted",
        "read": "delivered",
        "canceled": "failed",
        "partially_delivered": "undelivered",  # half a message may say the opposite of the whole
    }
)
# What Twilio's <Say> calls those of our languages it can speak; Urdu is not among them.
SPOKEN_AS: Mapping[str, str] = MappingProxyType({"en": "en-GB", "pl": "pl-PL"})
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_text(fields: Mapping[str, str]) -> Inbound:
    """Read a family's text, or raise `Unreadable`."""
    media = _media(fields)
    if "Body" not in fields and not media:
        raise Unreadable("neither words nor pictures")
    _needed(fields, "To", PHONE)
    opt_out = fields.get("OptOutType", "").upper()
    return Inbound(
        channel="sms",
        external_id=_needed(fields, "MessageSid", MESSAGE_ID),
        address=_needed(fields, "From", PHONE),
        words=joined_up(fields.get("Body", "")),
        media=media,
        opt_out=opt_out if opt_out in {"STOP", "START", "HELP"} else "",
    )


def read_call(fields: Mapping[str, str]) -> Inbound:
    """Read that somebody rang our number, or raise `Unreadable`: nobody can ring them back."""
    caller = _needed(fields, "From", _CALLER)
    if caller in _WITHHELD:
        raise Unreadable("the caller withheld the number")
    _needed(fields, "To", PHONE)
    call = _needed(fields, "CallSid", MESSAGE_ID)
    return Inbound(channel="sms", external_id=call, address=caller, rang=True)


def read_receipt(ref: str, fields: Mapping[str, str]) -> Receipt:
    """Read what became of a text, or raise `Unreadable`."""
    state = fields.get("MessageStatus", "")
    if not ref or state not in _STATES:
        raise Unreadable("a receipt without our id, or in no known state")
    sid = _needed(fields, "MessageSid", MESSAGE_ID)
    return receipt_of(ref, sid, state, fields.get("ErrorCode", ""))


def receipt_of(ref: str, sid: str, state: str, code: str) -> Receipt:
    """Say what Twilio's own word for a text means; with an unknown one it took it, no more."""
    status = _STATES.get(state, "accepted")
    known = code if re.fullmatch(r"[0-9]{1,6}", code, re.ASCII) else ""
    return Receipt(ref, sid, status, known, _meaning(state, status, known), "twilio")


def spoken(words: str, language: str) -> WebhookAnswer:
    """Have a caller told something, and the call ended."""
    said = html.escape(_NO_XML.sub("", words), quote=False)
    voice = f'<Say language="{SPOKEN_AS[language]}">{said}</Say><Hangup/>'
    page = f'<?xml version="1.0" encoding="UTF-8"?><Response>{voice}</Response>'
    return WebhookAnswer(page, "text/xml")


def form_words(fields: Fields) -> dict[str, str]:
    """Read fields as words, or raise `Unreadable` for what is not UTF-8 or says two things."""
    found: dict[str, str] = {}
    for name, value in fields:
        key, said = _decoded(name), _decoded(value)
        if found.setdefault(key, said) != said and key in _ONCE:
            raise Unreadable(f"{key} is there twice")
    return found


def joined_up(words: str) -> str:
    """Undo what some carriers do to a long text: its parts joined, and written in base64."""
    if len(words) < _SHORTEST_BASE64 or len(words) % 4 or not _BASE64.fullmatch(words):
        return words
    try:
        plain = base64.b64decode(words, validate=True).decode()
    except ValueError:
        return words
    readable = " " in plain and all(sign.isprintable() or sign in "\r\n\t" for sign in plain)
    return plain if readable else words


def _meaning(state: str, status: str, code: str) -> type[SendError] | None:
    if status not in {"undelivered", "failed"}:
        return None
    return Refused if state == "canceled" else receipt_error(code)


def _decoded(raw: bytes) -> str:
    try:
        return clean(raw.decode("utf-8", "surrogatepass"))
    except UnicodeDecodeError:
        raise Unreadable("not UTF-8") from None


def _needed(fields: Mapping[str, str], name: str, shape: re.Pattern[str]) -> str:
    value = fields.get(name, "")
    if not shape.fullmatch(value):
        raise Unreadable(f"{name} is missing or has an unknown form")
    return value


def _media(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Say what kinds of files came along; they are never fetched."""
    count = fields.get("NumMedia") or "0"
    if not re.fullmatch(r"[0-9]{1,2}", count, re.ASCII):
        raise Unreadable("NumMedia is not a number")
    kinds = (fields.get(f"MediaContentType{n}", "").lower() for n in range(int(count)))
    return tuple(k if _KIND.fullmatch(k) else "application/octet-stream" for k in kinds)
