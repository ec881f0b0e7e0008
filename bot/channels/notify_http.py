"""Notify's wire: an HTTP client that cannot hang or send twice, how it signs in, and failures."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

import aiohttp

from bot.domain import BadAddress, Misconfigured, Refused, SendError, Uncertain, Unreachable

API = "https://api.notifications.service.gov.uk"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)

_KEY = re.compile(rf".+-({UUID.pattern})-({UUID.pattern})", re.ASCII | re.IGNORECASE)

# Somebody on the way (a proxy, a filter) or the sign-in said no.
_TURNED_AWAY = frozenset({401, 403, 404, 407})
_NOT_FOUND, _BAD, _TOO_MANY = 404, 400, 429
_DAILY = "TooManyRequestsError"  # its sister, RateLimitError, is over in a minute

# A type of error has several causes, and only the words tell them apart. Notify may change its
# words: then an answer is read less exactly, as the type alone says, and never as a yes.
_CLOCK = re.compile(r".*\bclock\b", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"phone_number\b", re.ASCII | re.IGNORECASE)
_SETTINGS = re.compile(
    r"template|\w+ template is not|missing personalisation|service is not allowed"
    r"|can.t send to this recipient",  # a team-only key, or a service that is not live yet
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key taken apart: who we are, and what proves it."""

    service: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What Notify answered."""

    status: int
    said: Any = field(repr=False)  # its JSON; None where it is none
    after: float | None = None  # seconds it asks to be left alone for


class NotifyHttp:
    """An HTTP client bounded in time: no second try, no redirect."""

    def __init__(
        self, base: str = "", total: float = 30, connect: float = 5, connections: int = 50
    ) -> None:
        self._base, self._total = (base or API).rstrip("/"), total
        self._timeout = aiohttp.ClientTimeout(total=total, connect=connect)
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def post(self, path: str, token: str, body: Mapping[str, object]) -> Answer:
        """Hand something over, once."""
        return await self._call("POST", path, token, data=json.dumps(body).encode())

    async def get(self, path: str, token: str, query: Mapping[str, str]) -> Answer:
        """Ask for something."""
        return await self._call("GET", path, token, params=query)

    async def close(self) -> None:
        """Close every connection; closing twice is fine."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _call(self, method: str, path: str, token: str, **more: Any) -> Answer:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        async with (
            asyncio.timeout(self._total + 1),  # the client's own limit comes first
            self._open().request(
                method, self._base + path, headers=headers, allow_redirects=False, **more
            ) as answer,
        ):
            said = _json(await answer.read())
            return Answer(answer.status, said, _seconds(answer.headers.get("Retry-After", "")))

    def _open(self) -> aiohttp.ClientSession:
        """Make the session on first use: it needs a running loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=self._timeout,
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def read_key(key: str) -> ApiKey:
    """Take an API key apart, or raise ValueError without repeating it."""
    found = _KEY.fullmatch(key)
    if found is None:
        raise ValueError(
            "NOTIFY_API_KEY has to be a name and two ids joined by dashes: copy it whole"
        )
    return ApiKey(found[1], found[2])


def sign_in(key: ApiKey, now: datetime) -> str:
    """Make the token of one call: JSON Web Token, HS256. It is good for 30 seconds."""
    claims = {"iss": key.service, "iat": int(now.timestamp())}
    signed = f"{_part({'typ': 'JWT', 'alg': 'HS256'})}.{_part(claims)}"
    return f"{signed}.{_base64(hmac.digest(key.secret.encode(), signed.encode(), 'sha256'))}"


def failure(error: Exception) -> SendError:
    """Say what a failed call means for the message. Holds no word and no number of the error."""
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Unreachable("notify: no connection")
    if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        return Misconfigured("notify: not an address")
    return Uncertain(f"notify: {type(error).__name__}")


def refusal(answer: Answer, now: datetime) -> SendError:
    """Read an answer that is not a yes. Without an error of Notify's own it may not be Notify's."""
    name, words = _complaint(answer.said)
    reason = f"notify {answer.status}"
    if answer.status == _TOO_MANY:
        return _too_many(name, answer.after, now)
    if not 400 <= answer.status < 500:
        return Uncertain(reason, name)
    if answer.status in _TURNED_AWAY and not (name and answer.status == _NOT_FOUND):
        return _turned_away(reason, name, words)
    if not name:
        return Uncertain(reason)
    kind = _bad_request(words) if answer.status == _BAD else Refused
    return kind(reason, name)


def _turned_away(reason: str, name: str, words: str) -> SendError:
    """A wrong key is for a person, and so is a wrong clock: until then nothing of ours goes."""
    if name and _CLOCK.match(words):
        return Misconfigured(f"{reason}: the clock of this machine is wrong", name)
    return Misconfigured(reason, name)


def _too_many(name: str, after: float | None, now: datetime) -> SendError:
    if name == _DAILY:
        return Unreachable("notify: today's limit is used up", name, _to_midnight(now))
    return Unreachable("notify: too many at once", str(_TOO_MANY), after)


def _bad_request(words: str) -> type[SendError]:
    if _NUMBER.match(words):
        return BadAddress
    return Misconfigured if _SETTINGS.match(words) else Refused


def _to_midnight(now: datetime) -> float:
    """Count the seconds until Notify counts a new day, which it does in UTC."""
    today = now.astimezone(UTC).date()
    midnight = datetime.combine(today + timedelta(days=1), time.min, UTC)
    return (midnight - now).total_seconds()


def _complaint(said: Any) -> tuple[str, str]:
    """Find the type and the words of the first error in an answer; empty where there is none."""
    errors = said.get("errors") if isinstance(said, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return "", ""
    name, words = first.get("error"), first.get("message")
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z]{1,40}", name):
        return "", ""
    return name, words if isinstance(words, str) else ""


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _seconds(header: str) -> float | None:
    """Read Retry-After, where it counts seconds."""
    short = header.isascii() and header.isdecimal() and len(header) <= 6
    return float(header) if short else None


def _part(claims: Mapping[str, object]) -> str:
    return _base64(json.dumps(claims, separators=(",", ":")).encode())


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
