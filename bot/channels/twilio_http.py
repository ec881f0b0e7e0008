"""Twilio's wire: an HTTP client that cannot hang or send twice, and what a failure means."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType
from urllib.parse import urlencode

import aiohttp
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.http.response import Response

from bot.domain import (
    BadAddress,
    Misconfigured,
    NotAllowed,
    OptedOut,
    Refused,
    SendError,
    Uncertain,
    Unexplained,
    Unreachable,
)

retry_after: ContextVar[float | None] = ContextVar("retry_after", default=None)
"""Seconds Twilio asked to be left alone for, in its last answer to this task."""

_CODES: Mapping[type[SendError], tuple[int, ...]] = {
    OptedOut: (21610,),
    BadAddress: (
        21211,  # not a phone number
        21604,  # no number at all
        21614,  # not a mobile
        30005,  # nobody has this number
        30006,  # a landline, or a carrier that takes no texts
    ),
    NotAllowed: (
        21408,  # texts to this country are switched off
        21612,  # no way from this sender to this number
    ),
    Refused: (
        21602,  # no words
        21617,  # more than 1600 characters
        30004,  # blocked
        30007,  # filtered by the carrier
    ),
    Misconfigured: (
        20003,  # not signed in
        20404,  # no such account
        21212,  # the sender is not a number
        21606,  # the sender cannot text
        21703,  # Messaging Service: no sender, none for this country, switched off
        21704,
        21705,
        30002,  # account suspended
    ),
    Unreachable: (
        14107,  # sending too fast
        20429,  # too many requests: not processed
        21611,  # the sender's queue is full
        30001,  # the same, noticed later
        30003,  # phone off or without signal
        20009,  # not yet: the text is still on its way
    ),
    Unexplained: (30008,),  # not delivered, nobody knows why
}
_MEANING = MappingProxyType({code: kind for kind, codes in _CODES.items() for code in codes})

# Somebody on the way (a proxy, a filter) or the sign-in said no without a word from Twilio.
_TURNED_AWAY = frozenset({401, 403, 404, 407})
_TOO_MANY = 429
_TOO_FAST = frozenset({14107, 20429})  # Twilio's own words for the same
_FIRST_CODE = 10_000  # what is smaller is an HTTP status that the SDK put in a code's place


class SafeTwilioHttp:
    """The HTTP client behind Twilio's SDK: bounded in time, no second try, no redirect.

    The SDK's own ignores its time-out, and posts again after a 5xx: that is a second message.
    """

    is_async = True  # what the SDK asks before it awaits a request

    def __init__(self, total: float = 30, connect: float = 5, connections: int = 100) -> None:
        self._timeout = aiohttp.ClientTimeout(total=total, connect=connect)
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - ours always holds
        allow_redirects: bool = False,  # noqa: ARG002, FBT001, FBT002 - never
    ) -> Response:
        """Make one request, once."""
        sent_headers = {**(headers or {})}
        if auth is not None:
            sent_headers["Authorization"] = aiohttp.encode_basic_auth(*auth)
        async with self._open().request(
            method.upper(),
            uri,
            params=params,
            data=urlencode(data, doseq=True).encode() if data else None,
            headers=sent_headers,
            allow_redirects=False,
        ) as answer:
            retry_after.set(_seconds(answer.headers.get("Retry-After", "")))
            words = (await answer.read()).decode("utf-8", "replace")
            return Response(answer.status, words, answer.headers)

    async def close(self) -> None:
        """Close every connection; closing twice is fine."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _open(self) -> aiohttp.ClientSession:
        """Make the session on first use: it needs a running loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=self._timeout,
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def failure(error: Exception, after: float | None = None) -> SendError:
    """Say what a failed call means for the message. Holds no word and no number of the error."""
    if isinstance(error, TwilioRestException | TwilioServiceException):
        return refusal(error.status, error.code, after)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Unreachable("twilio: no connection")
    if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        return Misconfigured("twilio: not an address")
    return Uncertain(f"twilio: {type(error).__name__}")


def receipt_error(code: str) -> type[SendError]:
    """Say what the error code of a receipt means, or that nobody knows."""
    known = code.isascii() and code.isdecimal() and len(code) <= 5
    return _MEANING.get(int(code), Unexplained) if known else Unexplained


def refusal(status: object, code: object, after: float | None) -> SendError:
    """Say what an answer that is not a yes means."""
    number = code if isinstance(code, int) and _FIRST_CODE <= code <= 99_999 else None
    answer = status if isinstance(status, int) else 0
    kind, name = _kind(answer, number), str(number or "")
    if kind is Unreachable and (answer == _TOO_MANY or number in _TOO_FAST):
        return Unreachable(f"twilio {number or answer}", str(_TOO_MANY), after)
    if issubclass(kind, Unreachable):
        return kind(f"twilio {number or answer}", name, after)
    return kind(f"twilio {number or answer}", name)


def _kind(status: int, number: int | None) -> type[SendError]:
    """Read an answer that is not a yes. Without a code of Twilio's own it may not be Twilio's."""
    if status == _TOO_MANY:
        return Unreachable
    if not 400 <= status < 500:
        return Uncertain
    if number is None:
        return Misconfigured if status in _TURNED_AWAY else Uncertain
    return _MEANING.get(number, Unexplained)


def _seconds(header: str) -> float | None:
    """Read Retry-After; the form with a date is not used by Twilio."""
    short = header.isascii() and header.isdecimal() and len(header) <= 6
    return float(header) if short else None
