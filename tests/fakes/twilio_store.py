"""What Twilio keeps: messages both ways, and how they are listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

FINAL = frozenset({"delivered", "undelivered", "failed", "received", "canceled"})


@dataclass
class Kept:
    """One message, and when it was made."""

    made_at: datetime
    said: dict[str, Any]  # the fields that differ from message to message
    sent_at: datetime | None = None
    form: dict[str, str] = field(default_factory=dict)  # as it was posted to us

    @property
    def ref(self) -> str:
        """Our own id, as it stands in the address for receipts."""
        query = urlsplit(self.form.get("StatusCallback", "")).query
        return parse_qs(query).get("m", [""])[0]


@dataclass
class Store:
    """Every message of one account. What was taken shows in a list only after `lag`."""

    account: str
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    lag: timedelta = timedelta(0)
    largest_page: int = 1000

    def __post_init__(self) -> None:
        self.kept: dict[str, Kept] = {}
        self._to: dict[str, list[Kept]] = defaultdict(list)
        self._taken = self._heard = 0

    def take(self, form: dict[str, str]) -> Kept:
        """Take one message that is to go out."""
        self._taken += 1
        said = {
            "sid": f"SM{self._taken:032x}", "to": form["To"], "from": form.get("From"),
            "messaging_service_sid": form.get("MessagingServiceSid"), "body": form.get("Body"),
            "direction": "outbound-api", "status": "queued" if form.get("From") else "accepted",
        }  # fmt: skip
        return self._keep(Kept(self.now(), said, form=form))

    def hear(self, from_: str, body: str | None, to: str, **more: Any) -> str:
        """Keep one message a family sent, which no webhook ever brought; its id."""
        self._heard += 1
        said = {
            "sid": f"SMee{self._heard:030x}", "to": to, "from": from_, "body": body,
            "direction": "inbound", "status": "received", **more,
        }  # fmt: skip
        moment = said.pop("made_at", self.now())
        return str(self._keep(Kept(moment, said, moment)).said["sid"])

    def moves(self, sid: str, state: str, code: int | None = None) -> None:
        """Let something become of a message."""
        kept = self.kept[sid]
        kept.said |= {"status": state, "error_code": code}
        kept.sent_at = kept.sent_at or self.now()

    def listed(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """One page: what was sent last comes first, and what was not sent yet comes last."""
        found = self._to[asked["To"]] if "To" in asked else list(self.kept.values())
        found = [kept for kept in found if self._shows(kept) and _matches(kept, asked)]
        found.sort(key=lambda kept: (kept.sent_at is not None, kept.sent_at or kept.made_at))
        found.reverse()
        size = min(int(asked.get("PageSize", 50)), self.largest_page)
        number = int(asked.get("Page", 0))
        here, rest = found[number * size :][:size], found[(number + 1) * size :]
        plain = {n: v for n, v in asked.items() if n not in {"Page", "PageToken", "PageSize"}}
        home = f"/2010-04-01/Accounts/{self.account}/Messages.json"

        def page(n: int, **more: str) -> str:
            return f"{home}?{urlencode({**plain, 'PageSize': size, 'Page': n, **more})}"

        following = page(number + 1, PageToken=f"PA{here[-1].said['sid']}") if rest else None
        return {
            "messages": [self.record(kept) for kept in here], "page": number, "page_size": size,
            "start": number * size, "end": number * size + len(here) - 1, "uri": page(number),
            "first_page_uri": page(0), "next_page_uri": following, "previous_page_uri": None,
        }  # fmt: skip

    def record(self, kept: Kept) -> dict[str, Any]:
        """One message as Twilio shows it."""
        made_at, sid = format_datetime(kept.made_at.replace(microsecond=0)), kept.said["sid"]
        return {
            "account_sid": self.account, "api_version": "2010-04-01", "date_created": made_at,
            "date_sent": kept.sent_at and format_datetime(kept.sent_at.replace(microsecond=0)),
            "date_updated": made_at, "error_code": None, "error_message": None,
            "messaging_service_sid": None, "num_media": "0", "num_segments": "1", "price": None,
            "price_unit": "GBP", "subresource_uris": {},
            "uri": f"/2010-04-01/Accounts/{self.account}/Messages/{sid}.json", **kept.said,
        }  # fmt: skip

    def _keep(self, kept: Kept) -> Kept:
        self.kept[kept.said["sid"]] = kept
        self._to[kept.said["to"]].append(kept)
        return kept

    def _shows(self, kept: Kept) -> bool:
        return kept.made_at + self.lag <= self.now()


def _matches(kept: Kept, asked: Mapping[str, str]) -> bool:
    if "From" in asked and kept.said["from"] != asked["From"]:
        return False
    limits = {name: asked[name] for name in ("DateSent", "DateSent<", "DateSent>") if name in asked}
    if limits and kept.sent_at is None:
        return False
    return all(_within(kept, name, limit) for name, limit in limits.items())


def _within(kept: Kept, name: str, limit: str) -> bool:
    """A limit may be a day or a moment; both ends count in."""
    assert kept.sent_at is not None
    sent_at = kept.sent_at.astimezone(UTC).replace(tzinfo=None)
    stands = sent_at.date().isoformat() if len(limit) == 10 else sent_at.isoformat() + "Z"
    return {
        "DateSent": stands == limit,
        "DateSent<": stands <= limit,
        "DateSent>": stands >= limit,
    }[name]
