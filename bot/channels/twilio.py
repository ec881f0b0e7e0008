"""Twilio, both directions: sending texts, and proving and reading its webhooks.

Sources: Twilio's Message resource, its webhook guide and "Validating requests".
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from urllib.parse import quote

from twilio.rest import Client

from bot.channels.layout import numbered
from bot.channels.twilio_http import (
    Fields,
    SafeTwilioHttp,
    failure,
    form_fields,
    form_words,
    joined_up,
    receipt_error,
    retry_after,
    signature,
    spellings,
)
from bot.domain import (
    Inbound,
    Outgoing,
    Receipt,
    Refused,
    SendError,
    Sent,
    Uncertain,
    Unreadable,
    WebhookAnswer,
    WebhookRequest,
)

__all__ = ["Twilio", "TwilioSettings", "receipt_error"]

LONGEST_WAIT = 36_000  # seconds; what Twilio keeps an undelivered message for at most
STATUS_PATH = "/webhooks/twilio/status"

_PHONE = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}", re.ASCII)  # E.164, or a short code
_ID = re.compile(r"[0-9A-Za-z]{1,64}", re.ASCII)
_KIND = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*", re.ASCII)

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


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """One Twilio account. Raises ValueError where replies could not reach us, or be forged."""

    account_sid: str
    auth_tokens: tuple[str, ...] = field(repr=False)  # the first signs in, all prove webhooks
    sender: str  # a number, a short code, or a Messaging Service ("MG...")
    api_base: str = ""
    public_url: str = ""  # as the world sees us; empty: no webhooks
    inbound: str = "webhook"  # or "poll", "both"

    def __post_init__(self) -> None:
        if not self.auth_tokens or not all(self.auth_tokens):
            raise ValueError("TWILIO_AUTH_TOKEN is empty: anybody could sign a webhook")
        if not self.sender.startswith("MG") and not _PHONE.fullmatch(self.sender):
            raise ValueError("TWILIO_FROM has to be a number: families cannot reply to a name")


class Twilio:
    """Texts through Twilio."""

    name = "twilio"

    def __init__(
        self,
        settings: TwilioSettings,
        clock: Callable[[], datetime],
        total: float = 30,
        connect: float = 5,
    ) -> None:
        _hush()
        self._settings, self._clock, self._total = settings, clock, total
        self._bases = spellings(settings.public_url)
        self._http = SafeTwilioHttp(total=total, connect=connect)
        self._messages = _client(settings, self._http).messages

    def laid_out(self, message: Outgoing) -> str:
        """Say how the words will look as a text message."""
        return numbered(message.shown)

    async def send(self, message: Outgoing) -> Sent:
        """Hand one text over, once, or raise `SendError`."""
        text = self.laid_out(message)
        answer = await self._hand_over(message, text)
        if isinstance(answer, SendError):
            raise answer  # out here, where it cannot drag the SDK's error and its words along
        return Sent(answer, text)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    def genuine(self, request: WebhookRequest) -> bool:
        """Say whether Twilio made this call, for this account and this number. Never raises."""
        try:
            fields = form_fields(request.body)
            return self._signed(request, fields) and self._ours(request, fields)
        except Exception:  # noqa: BLE001 - whatever a stranger sent, the answer is no
            return False

    def message(self, request: WebhookRequest) -> Inbound:
        """Read a family's text, or raise `Unreadable`."""
        fields = form_words(form_fields(request.body))
        media = _media(fields)
        if "Body" not in fields and not media:
            raise Unreadable("neither words nor pictures")
        _needed(fields, "To", _PHONE)
        opt_out = fields.get("OptOutType", "").upper()
        return Inbound(
            channel="sms",
            external_id=_needed(fields, "MessageSid", _ID),
            address=_needed(fields, "From", _PHONE),
            words=joined_up(fields.get("Body", "")),
            media=media,
            opt_out=opt_out if opt_out in {"STOP", "START", "HELP"} else "",
        )

    def receipt(self, request: WebhookRequest) -> Receipt:
        """Read what became of a text, or raise `Unreadable`."""
        fields = form_words(form_fields(request.body))
        ref = form_words(form_fields(request.query.encode("utf-8", "surrogatepass"))).get("m", "")
        status = _STATES.get(fields.get("MessageStatus", ""))
        if not ref or status is None:
            raise Unreadable("a receipt without our id, or in no known state")
        code = fields.get("ErrorCode", "")
        sid = _needed(fields, "MessageSid", _ID)
        return Receipt(ref, sid, status, code if re.fullmatch(r"[0-9]{1,6}", code) else "")

    def answer(self) -> WebhookAnswer:
        """Say nothing back: an answer here would pass by the outbox and the log."""
        return WebhookAnswer("<Response/>", "text/xml")

    async def _hand_over(self, message: Outgoing, text: str) -> str | SendError:
        """Post the message; the id Twilio gave it, or what went wrong."""
        wait = self._wait(message.not_after)
        if wait is not None and wait < 1:
            return Refused("twilio: its time has passed")
        try:
            async with asyncio.timeout(self._total + 1):  # the client's own limit comes first
                made = await self._messages.create_async(**self._form(message, text, wait))
        except Exception as error:  # noqa: BLE001 - whatever broke, the text may be on its way
            return failure(error, retry_after.get())
        found = isinstance(made.sid, str) and _ID.fullmatch(made.sid)
        return made.sid if found else Uncertain("twilio: an answer without an id")

    def _form(self, message: Outgoing, text: str, wait: int | None) -> dict[str, str | int]:
        settings = self._settings
        service = settings.sender.startswith("MG")
        form: dict[str, str | int] = {"to": message.address, "body": text}
        form["messaging_service_sid" if service else "from_"] = settings.sender
        if settings.public_url:
            base = settings.public_url.rstrip("/")
            form["status_callback"] = f"{base}{STATUS_PATH}?m={quote(message.ref, safe='')}"
        if wait is not None:
            form["validity_period"] = min(LONGEST_WAIT, wait)
        return form

    def _wait(self, not_after: datetime | None) -> int | None:
        return None if not_after is None else int((not_after - self._clock()).total_seconds())

    def _signed(self, request: WebhookRequest, fields: Fields) -> bool:
        """Check the signature against every token, whichever way the port was written."""
        given = request.headers.get("x-twilio-signature", "").encode()
        rest = request.path + (f"?{request.query}" if request.query else "")
        urls = [(base + rest).encode() for base in self._bases]
        tokens = [token.encode() for token in self._settings.auth_tokens]
        made = [signature(token, url, fields) for token in tokens for url in urls]
        return any([hmac.compare_digest(one, given) for one in made])  # noqa: C419 - all of them

    def _ours(self, request: WebhookRequest, fields: Fields) -> bool:
        """Check what the signature does not: another account's or number's call, replayed here."""
        if _all(fields, b"AccountSid") != {self._settings.account_sid.encode()}:
            return False
        if request.path.endswith("/status") or self._settings.sender.startswith("MG"):
            return True  # a receipt is addressed to the family, a service has many numbers
        return _all(fields, b"To") == {self._settings.sender.encode()}


def _client(settings: TwilioSettings, http: SafeTwilioHttp) -> Client:
    made = Client(
        settings.account_sid,
        settings.auth_tokens[0],
        http_client=http,
        environment={"-": "-"},  # or TWILIO_REGION and its like would bend the address
    )
    if settings.api_base:
        made.api.base_url = settings.api_base
    return made


def _hush() -> None:
    """Silence the SDK's own log, which writes addresses that hold phone numbers."""
    log = logging.getLogger("twilio")
    log.propagate = False
    log.setLevel(logging.CRITICAL + 1)


def _all(fields: Fields, name: bytes) -> set[bytes]:
    return {value for found, value in fields if found == name}


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
