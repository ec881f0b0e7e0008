"""Is it Twilio? How a webhook is signed, and by whom it has to be.

Sources: Twilio's "Validating requests" and "Sign webhooks with shared keys".
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import unquote_to_bytes, urlsplit

from bot.domain import WebhookRequest

Fields: TypeAlias = list[tuple[bytes, bytes]]  # as they were signed: repeats, blanks and all

_KEY = re.compile(r"[0-9A-Za-z_.-]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SharedKey:
    """A key that signs webhooks and does nothing else; the account's token then proves nothing."""

    name: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Seal:
    """What a genuine webhook is signed with. The request itself has no say in it."""

    bases: tuple[str, ...]  # our address, in every spelling; none: no webhook is genuine
    tokens: tuple[str, ...] = field(repr=False)
    keys: tuple[SharedKey, ...] = ()  # with one of them, tokens count for nothing

    def holds(self, request: WebhookRequest, fields: Fields) -> bool:
        """Check the signature against every secret, whichever way the port was written."""
        given = request.headers.get("x-twilio-signature", "").encode()
        rest = request.path + (f"?{request.query}" if request.query else "")
        urls = [(base + rest).encode() for base in self.bases]
        made = [
            signature(secret.encode(), url, fields, digest)
            for secret, digest in self._secrets(request)
            for url in urls
        ]
        return any([hmac.compare_digest(one, given) for one in made])  # noqa: C419 - all of them

    def _secrets(self, request: WebhookRequest) -> Iterator[tuple[str, str]]:
        if not self.keys:
            yield from ((token, "sha1") for token in self.tokens)
            return
        named = _key_named(request.headers.get("x-twilio-webhooks-signature-settings", ""))
        yield from ((key.secret, "sha256") for key in self.keys if key.name == named)


def shared_keys(given: str) -> tuple[SharedKey, ...]:
    """Read "name:secret", or two with a comma between while one takes over from the other.

    Raises ValueError, which repeats nothing of what was given.
    """
    found = [one.strip().partition(":") for one in given.split(",") if given.strip()]
    if not all(_KEY.fullmatch(name) and secret for name, _, secret in found):
        raise ValueError("TWILIO_WEBHOOK_KEY has to look like name:secret")
    return tuple(SharedKey(name, secret) for name, _, secret in found)


def form_fields(body: bytes) -> Fields:
    """Take a form apart into bytes: a signature covers bytes that need not be words."""
    pairs = (part.partition(b"=") for part in body.replace(b"+", b" ").split(b"&") if part)
    return [(unquote_to_bytes(name), unquote_to_bytes(value)) for name, _, value in pairs]


def signature(secret: bytes, url: bytes, fields: Fields, digest: str = "sha1") -> bytes:
    """Sign a form the way Twilio does: the address, then every name and value in order."""
    signed = url + b"".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.digest(secret, signed, digest))


def spellings(public_url: str) -> tuple[str, ...]:
    """Write an address without and with its port: Twilio signs sometimes one, sometimes the other.

    Raises ValueError for what is no web address; none at all has no spellings.
    """
    if not public_url:
        return ()
    parts = urlsplit(public_url.rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("the public address has to look like https://texts.example.org")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    bare = parts.netloc.removesuffix(f":{parts.port}")
    return tuple(parts._replace(netloc=host).geturl() for host in (bare, f"{bare}:{port}"))


def _key_named(header: str) -> str:
    """Read which key a call says it was signed with; empty if it names none, or two, or SHA-1."""
    said = [part.partition("=") for part in header.split(",")]
    keys = [value.strip() for name, _, value in said if name.strip() == "key"]
    digests = [value.strip() for name, _, value in said if name.strip() == "algorithm"]
    return keys[0] if digests == ["HMAC_SHA256"] and len(keys) == 1 else ""
