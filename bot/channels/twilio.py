"""Twilio, both directions: sending texts, asking what became of them, and its webhooks.

Sources: Twilio's Message resource and its webhook guides.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from twilio.rest import Client

from bot.channels import twilio_reading as reading
from bot.channels.layout import numbered
from bot.channels.twilio_http import SafeTwilioHttp, failure, receipt_error, retry_after
from bot.channels.twilio_lists import Records, became, day_of, matching, received
from bot.channels.twilio_signature import Fields, Seal, form_fields, shared_keys, spellings
from bot.domain import (
    Inbound,
    Outgoing,
    Pace,
    Receipt,
    Refused,
    SendError,
    Sent,
    Uncertain,
    Unread,
    WebhookAnswer,
    WebhookRequest,
)

__all__ = ["Twilio", "TwilioSettings", "receipt_error"]

LONGEST_WAIT = 36_000  # seconds; what Twilio keeps an undelivered message for at most
STATUS_PATH = "/webhooks/twilio/status"

# Ten a second is what a UK number sends. The rest stays below what the phone networks allow to
# one number within an hour: 20 of the same words, 100 of any.
PACE = Pace(per_second=10, each_chat=timedelta(0), per_hour=60, same_per_hour=15)


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """One Twilio account. Raises ValueError where replies could not reach us, or be forged."""

    account_sid: str
    auth_tokens: tuple[str, ...] = field(repr=False)  # the first signs in, all prove webhooks
    sender: str  # a number, a short code, or a Messaging Service ("MG...")
    api_base: str = ""
    public_url: str = ""  # as the world sees us; empty: no webhooks
    inbound: str = "webhook"  # or "poll", "both"
    webhook_key: str = field(default="", repr=False)  # "name:secret"; empty: the tokens prove

    def __post_init__(self) -> None:
        if not self.auth_tokens or not all(self.auth_tokens):
            raise ValueError("TWILIO_AUTH_TOKEN is empty: anybody could sign a webhook")
        if not self.is_service and not reading.PHONE.fullmatch(self.sender):
            raise ValueError("TWILIO_FROM has to be a number: families cannot reply to a name")
        shared_keys(self.webhook_key)

    @property
    def is_service(self) -> bool:
        """Say whether texts leave by a Messaging Service, which has many numbers."""
        return self.sender.startswith("MG")


class Twilio:
    """Texts through Twilio."""

    name = "twilio"
    longest = 1600  # more is refused
    receipts_at, calls_at = STATUS_PATH.rpartition("/")[2], "voice"
    missed_every = timedelta(minutes=10)
    confirms_stop = True
    speaks = frozenset(reading.SPOKEN_AS)

    def __init__(
        self,
        settings: TwilioSettings,
        clock: Callable[[], datetime],
        total: float = 30,
        connect: float = 5,
        pace: Pace = PACE,
    ) -> None:
        _hush()
        self.pace = pace
        self.asks_often = settings.inbound != "webhook"
        self._settings, self._clock, self._total = settings, clock, total
        keys = shared_keys(settings.webhook_key)
        self._seal = Seal(spellings(settings.public_url), settings.auth_tokens, keys)
        self._http = SafeTwilioHttp(total=total, connect=connect)
        client = _client(settings, self._http)
        self._messages = client.messages
        account, token = settings.account_sid, settings.auth_tokens[0]
        self._records = Records(self._http, client.api.base_url, account, token, total)

    def laid_out(self, message: Outgoing) -> str:
        """Say how the words will look as a text message."""
        return numbered(message.shown)

    async def send(self, message: Outgoing) -> Sent:
        """Hand one text over, once, or raise `SendError`."""
        text = self.laid_out(message)
        answer = await self._hand_over(message, text)
        if isinstance(answer, SendError):
            raise answer  # out here, where it cannot drag the SDK's error and its words along
        return Sent(answer, text, self.name)

    async def look_up(self, message: Outgoing, since: datetime) -> tuple[Receipt, ...]:
        """List every text Twilio took since then that may be this one, oldest first."""
        # Not by the day it was sent: a text that still waits for its turn has none.
        kept = await self._records.every({"To": message.address})
        text, sender = self.laid_out(message), self._settings.sender
        return matching(kept, message.ref, message.address, text, sender, since)

    async def state_of(self, external_id: str) -> Receipt:
        """Ask what became of one text, or raise `SendError`."""
        return became(await self._records.one(external_id))

    async def received_since(self, since: datetime) -> tuple[Inbound | Unread, ...]:
        """List what families sent since then, oldest first, or raise `SendError`."""
        sender, asked = self._settings.sender, {"DateSent>": day_of(since)}
        if not self._settings.is_service:
            asked["To"] = sender
        return received(await self._records.every(asked), sender, since)

    async def forget(self, external_id: str) -> None:
        """Have Twilio drop the words of a text and keep what became of it."""
        await self._records.redact(external_id)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    def genuine(self, request: WebhookRequest) -> bool:
        """Say whether Twilio made this call, for this account and this number. Never raises."""
        try:
            fields = form_fields(request.body)
            return self._seal.holds(request, fields) and self._ours(request, fields)
        except Exception:  # noqa: BLE001 - whatever a stranger sent, the answer is no
            return False

    def message(self, request: WebhookRequest) -> Inbound:
        """Read a family's text, or raise `Unreadable`."""
        return reading.read_text(_words(request.body))

    def rung(self, request: WebhookRequest) -> Inbound:
        """Read that somebody rang our number, or raise `Unreadable`."""
        return reading.read_call(_words(request.body))

    def voice_answer(self, words: str, language: str) -> WebhookAnswer:
        """Have a caller told something, and the call ended."""
        return reading.spoken(words, language)

    def receipt(self, request: WebhookRequest) -> Receipt:
        """Read what became of a text, or raise `Unreadable`."""
        ref = _words(request.query.encode("utf-8", "surrogatepass")).get("m", "")
        return reading.read_receipt(ref, _words(request.body))

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
        found = isinstance(made.sid, str) and reading.MESSAGE_ID.fullmatch(made.sid)
        return made.sid if found else Uncertain("twilio: an answer without an id")

    def _form(self, message: Outgoing, text: str, wait: int | None) -> dict[str, str | int]:
        settings = self._settings
        form: dict[str, str | int] = {"to": message.address, "body": text}
        form["messaging_service_sid" if settings.is_service else "from_"] = settings.sender
        if settings.public_url:
            base = settings.public_url.rstrip("/")
            form["status_callback"] = f"{base}{STATUS_PATH}?m={quote(message.ref, safe='')}"
        if wait is not None:
            form["validity_period"] = min(LONGEST_WAIT, wait)
        return form

    def _wait(self, not_after: datetime | None) -> int | None:
        return None if not_after is None else int((not_after - self._clock()).total_seconds())

    def _ours(self, request: WebhookRequest, fields: Fields) -> bool:
        """Check what the signature does not: another account's or number's call, replayed here."""
        if _all(fields, b"AccountSid") != {self._settings.account_sid.encode()}:
            return False
        if request.path.endswith("/status") or self._settings.is_service:
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


def _words(form: bytes) -> dict[str, str]:
    return reading.form_words(form_fields(form))
