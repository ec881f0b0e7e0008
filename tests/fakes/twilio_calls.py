"""Twilio's webhooks, made and signed a second time, from its guide ("Validating requests")."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urlencode

from bot.domain import WebhookRequest

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "a-token-for-tests"
OLD_TOKEN = "the-token-before"
KEY = ("webhooks_sharedkey_01", "a-secret-for-webhooks")
SENDER = "+447700900999"
PUBLIC_URL = "https://texts.example.org"

Call = tuple[str, dict[str, str], bytes]  # path with its query, headers, body


def sign(
    url: str, params: Iterable[tuple[str, str]], token: str = TOKEN, digest: str = "sha1"
) -> str:
    """Sign a webhook: the address, then names and values in the order of names."""
    line = url
    for name, value in sorted({*params}):
        line += name + value
    mac = hmac.new(token.encode(), line.encode(), getattr(hashlib, digest))
    return base64.b64encode(mac.digest()).decode()


def webhook(
    path: str,
    params: Iterable[tuple[str, str]],
    token: str = TOKEN,
    key: tuple[str, str] | None = None,
) -> Call:
    """A signed call as it leaves Twilio; with a shared key, the token signs nothing."""
    fields = list(params)
    headers = {
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        "i-twilio-idempotency-token": "d6e6d1ee-9b6d-4f0e-8f0c-2d2f5b1f4a11",
        "x-twilio-signature": sign(PUBLIC_URL + path, fields, token),
    }
    if key is not None:
        name, secret = key
        headers["x-twilio-signature"] = sign(PUBLIC_URL + path, fields, secret, "sha256")
        headers["x-twilio-webhooks-signature-settings"] = f"key={name},algorithm=HMAC_SHA256"
    return path, headers, urlencode(fields).encode()


def inbound(
    from_: str,
    body: str | None = "Hello",
    *,
    sid: str = "SM" + "a" * 32,
    to: str = SENDER,
    media: tuple[str, ...] = (),
    key: tuple[str, str] | None = None,
    **more: str,
) -> Call:
    """A family's text on its way to us; Twilio sends many fields that are blank."""
    params = [
        ("ToCountry", "GB"), ("ToState", ""), ("SmsMessageSid", sid), ("NumMedia", str(len(media))),
        ("ToCity", ""), ("FromZip", ""), ("SmsSid", sid), ("FromState", ""),
        ("SmsStatus", "received"), ("FromCity", ""), ("FromCountry", "GB"), ("To", to),
        ("ToZip", ""), ("NumSegments", "1"), ("MessageSid", sid), ("AccountSid", ACCOUNT),
        ("From", from_), ("ApiVersion", "2010-04-01"),
    ]  # fmt: skip
    params += [("Body", body)] if body is not None else []
    for n, kind in enumerate(media):
        params += [(f"MediaContentType{n}", kind), (f"MediaUrl{n}", f"https://media.invalid/{n}")]
    return webhook("/webhooks/twilio/message", [*params, *more.items()], key=key)


def ring(from_: str, *, sid: str = "CA" + "c" * 32, to: str = SENDER) -> Call:
    """A family rings our number."""
    params = [
        ("Called", to), ("ToState", ""), ("CallerCountry", "GB"), ("Direction", "inbound"),
        ("CallerState", ""), ("ToZip", ""), ("CallSid", sid), ("To", to), ("CallerZip", ""),
        ("CallStatus", "ringing"), ("From", from_), ("AccountSid", ACCOUNT), ("Caller", from_),
        ("FromCountry", "GB"), ("ToCity", ""), ("ApiVersion", "2010-04-01"),
    ]  # fmt: skip
    return webhook("/webhooks/twilio/voice", params)


def status(ref: str, state: str, *, sid: str = "SM" + "b" * 32, code: str = "", to: str) -> Call:
    """What became of a message of ours; the address is the one given when it was sent."""
    return report(f"/webhooks/twilio/status?m={ref}", state, sid, to, code)


def report(path: str, state: str, sid: str, to: str, code: str = "", token: str = TOKEN) -> Call:
    """The same, to whatever address the message named."""
    params = [
        ("SmsSid", sid), ("SmsStatus", state), ("MessageStatus", state), ("To", to),
        ("MessageSid", sid), ("AccountSid", ACCOUNT), ("From", SENDER),
        ("ApiVersion", "2010-04-01"),
    ]  # fmt: skip
    params += [("ErrorCode", code)] if code else []
    return webhook(path, params, token)


def arrived(call: Call) -> WebhookRequest:
    """The same call, as our handlers pass it on."""
    path, headers, body = call
    address, _, query = path.partition("?")
    return WebhookRequest(address, query, headers, body)
