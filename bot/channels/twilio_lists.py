"""What Twilio is asked: which texts it took, what became of one, and what families sent.

Source: Twilio's Message resource. Questions may be asked again, so nothing here is `Uncertain`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from operator import itemgetter
from typing import Any, TypeAlias, TypeVar

from twilio.http.response import Response

from bot.channels.twilio_http import SafeTwilioHttp, failure, refusal, retry_after
from bot.channels.twilio_reading import MESSAGE_ID, read_text, receipt_of
from bot.domain import (
    Inbound,
    Misconfigured,
    Receipt,
    Refused,
    SendError,
    Unreachable,
    Unread,
    Unreadable,
)
from bot.rules.heard import clean

Record: TypeAlias = Mapping[str, Any]  # one message as Twilio keeps it: nothing believed yet
T = TypeVar("T")

PAGE = 1000  # the most Twilio puts on one page
PAGES = 20
GONE = "20404"
CLOCKS = timedelta(minutes=1)  # what two clocks may differ by; Twilio's moments are whole seconds


class Records:
    """The messages of one account, as Twilio keeps them."""

    def __init__(
        self, http: SafeTwilioHttp, base: str, account: str, token: str, total: float
    ) -> None:
        self._http, self._base, self._auth, self._total = http, base, (account, token), total
        self._home = f"/2010-04-01/Accounts/{account}/Messages"

    async def every(self, asked: Mapping[str, str]) -> list[Record]:
        """List all records that match, as Twilio orders them, or raise `SendError`."""
        return await self._safely(self._pages(asked))

    async def one(self, sid: str) -> Record:
        """Fetch one record, or raise `SendError`; `Refused`: there is none any more."""
        return await self._safely(self._single("GET", sid))

    async def redact(self, sid: str) -> None:
        """Empty the words of a record, which keeps its state, or raise `SendError`."""
        try:
            await self._safely(self._single("POST", sid, {"Body": ""}))
        except Refused as error:
            if error.code != GONE:
                raise

    async def _safely(self, work: Awaitable[T]) -> T:
        """Wait so long and no longer; whatever breaks, none of its words goes on from here."""
        try:
            async with asyncio.timeout(self._total):
                return await work
        except SendError as error:
            fault = error
        except Exception as error:  # noqa: BLE001 - whatever broke, the question can be put again
            fault = failure(error)
        raise Unreachable(str(fault), fault.code) if fault.uncertain else fault

    async def _pages(self, asked: Mapping[str, str]) -> list[Record]:
        found: list[Record] = []
        path, asked_for = f"{self._home}.json", {**asked, "PageSize": str(PAGE)}
        for _page in range(PAGES):
            page = await self._ask("GET", path, asked_for)
            found += [{**record} for record in page["messages"]]
            path, asked_for = page.get("next_page_uri") or "", {}
            if not path:
                return _once_each(found)
            if not path.startswith(self._home):
                raise Unreachable("twilio: the next page is somewhere else")
        # Half a list would say of a message that was taken that it was not.
        raise Unreachable("twilio: more messages than can be looked through")

    async def _single(self, method: str, sid: str, form: Mapping[str, str] | None = None) -> Record:
        if not MESSAGE_ID.fullmatch(sid):
            raise Refused("twilio: not the id of a message")
        try:
            return await self._ask(method, f"{self._home}/{sid}.json", form=form)
        except Misconfigured as error:
            if error.code != GONE:
                raise
        raise Refused("twilio: no such message", GONE)

    async def _ask(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Record:
        headers = {"Accept": "application/json"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        url = self._base + path
        return _read(
            await self._http.request(method, url, params or None, form, headers, self._auth)
        )


def matching(
    kept: Iterable[Record], ref: str, address: str, text: str, sender: str, since: datetime
) -> tuple[Receipt, ...]:
    """List the records that may be one message of ours, oldest first."""
    mine = [
        record
        for record in _oldest_first(kept, since)
        if str(record.get("direction")).startswith("outbound")
        and (record.get("to"), record.get("body")) == (address, text)
        and sender in {record.get("from"), record.get("messaging_service_sid")}
    ]
    return tuple(became(record, ref) for record in mine)


def became(record: Record, ref: str = "") -> Receipt:
    """Say what became of a message, or raise `Unreachable` if its record has no id."""
    sid, code = record.get("sid"), record.get("error_code")
    if not isinstance(sid, str) or not MESSAGE_ID.fullmatch(sid):
        raise Unreachable("twilio: a record without an id")
    return receipt_of(ref, sid, str(record.get("status")), "" if code is None else str(code))


def received(kept: Iterable[Record], sender: str, since: datetime) -> tuple[Inbound | Unread, ...]:
    """List what families sent to our number or Messaging Service, oldest first."""
    return tuple(
        _heard(record)
        for record in _oldest_first(kept, since)
        if record.get("direction") == "inbound"
        and record.get("status") != "receiving"  # parts of it are still to come
        and sender in {record.get("to"), record.get("messaging_service_sid")}
    )


def day_of(since: datetime) -> str:
    """Write the day from which records are listed; moments are sorted out here, not there."""
    return (since - CLOCKS).astimezone(UTC).date().isoformat()


def _heard(record: Record) -> Inbound | Unread:
    names = {
        "MessageSid": "sid",
        "From": "from",
        "To": "to",
        "Body": "body",
        "NumMedia": "num_media",
    }
    fields = {name: clean(str(record[key])) for name, key in names.items() if _said(record, key)}
    try:
        return _with_words(replace(read_text(fields), said_at=_made_at(record)))
    except Unreadable as error:
        body = clean(json.dumps(dict(record), ensure_ascii=False))
        name = fields.get("MessageSid", "")
        if not MESSAGE_ID.fullmatch(name):
            name = f"unreadable:{sha256(body.encode()).hexdigest()}"
        return Unread(name, body, str(error))


def _with_words(heard: Inbound) -> Inbound:
    """Refuse a record without words or files: we may have emptied it ourselves, long ago."""
    if not heard.words and not heard.media:
        raise Unreadable("no words any more: deleted at the provider, or there were none")
    return heard


def _said(record: Record, key: str) -> bool:
    return record.get(key) is not None


def _oldest_first(kept: Iterable[Record], since: datetime) -> list[Record]:
    """Put records that may be of that time in order; one without a moment may be of any."""
    earliest = since - CLOCKS
    newest_first = enumerate(kept)
    placed = [(_made_at(record) or since, -place, record) for place, record in newest_first]
    in_order = sorted(placed, key=itemgetter(0, 1))
    return [record for made_at, _, record in in_order if made_at >= earliest]


def _made_at(record: Record) -> datetime | None:
    return _moment(record.get("date_created")) or _moment(record.get("date_sent"))


def _moment(written: object) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(written))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _once_each(found: Iterable[Record]) -> list[Record]:
    """Drop what two pages show alike: a text that came in meanwhile pushes others along."""
    return list({str(record.get("sid") or id(record)): record for record in found}.values())


def _read(answer: Response) -> Record:
    """Read one answer, or raise `SendError`, or ValueError for what is no record."""
    if answer.status_code == 200:
        said = json.loads(answer.text)
        if not isinstance(said, dict):
            raise ValueError("no record")
        return said
    raise refusal(answer.status_code, _code_in(answer.text), retry_after.get())


def _code_in(text: str) -> object:
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return said.get("code") if isinstance(said, dict) else None
