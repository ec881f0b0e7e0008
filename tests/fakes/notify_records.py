"""What a stand-in for Notify keeps, in the form its own descriptions give."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from jsonschema import Draft4Validator

from tests.fakes.openapi import described

SPEC = "govuk_notify_v2.schemas.json"
UNCHECKED = f"no {SPEC}: set KEYWORKER_SPECS"
SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
API = "https://api.notifications.service.gov.uk"
OUR_NUMBER = "07700900999"
KEPT = timedelta(days=7)


@cache
def shape(name: str) -> Draft4Validator | None:
    """Notify's own description of one request or answer, where this checkout has it."""
    spec = described(SPEC)
    return Draft4Validator(spec[name]) if spec else None


def wrong_with(name: str, thing: Any) -> list[str]:
    """Where a request or an answer is not as Notify describes it; values are not repeated."""
    check = shape(name)
    if check is None:
        return []
    known = check.schema["properties"].keys()
    places = [
        f"{name}/{'/'.join(map(str, one.absolute_path)) or 'all'}: {one.validator}"
        for one in check.iter_errors(thing)
    ]
    return places + [f"{name}/{field}: unknown" for field in sorted(thing.keys() - known)]


@dataclass
class Records:
    """Messages it took and texts it received, oldest first."""

    taken: list[dict[str, Any]] = field(default_factory=list)
    received: list[dict[str, Any]] = field(default_factory=list)
    page: int = 250

    def take(self, form: dict[str, Any], body: str, now: datetime) -> dict[str, Any]:
        nothing = dict.fromkeys(("email_address", "postcode", "subject", "sent_at", "completed_at"))
        record = {
            **nothing,
            **{f"line_{n}": None for n in range(1, 7)},
            "id": str(uuid.uuid4()),
            "reference": form.get("reference"),
            "phone_number": form["phone_number"],
            "type": "sms",
            "status": "created",
            "template": {"id": TEMPLATE, "version": 3, "uri": f"{API}/v2/template/{TEMPLATE}"},
            "body": body,
            "created_at": written(now),
        }
        self.taken.append(record)
        return record

    def receive(self, number: str, words: Any, now: datetime, name: str = "") -> str:
        record = {
            "id": name or str(uuid.uuid4()),
            "created_at": written(now),
            "service_id": SERVICE,
            "notify_number": OUR_NUMBER,
            "user_number": number.removeprefix("+"),
            "content": words,
        }
        self.received.append(record)
        return record["id"]

    def listed(
        self, records: Iterable[dict[str, Any]], now: datetime, older_than: str = ""
    ) -> list[dict[str, Any]]:
        """One page, the newest first; like the real one it goes by the moment, not by the name."""
        kept = [one for one in records if read(one) > now - KEPT]
        kept.sort(key=read, reverse=True)
        if older_than:
            last = next(one for one in kept if one["id"] == older_than)
            kept = [one for one in kept if read(one) < read(last)]
        return kept[: self.page]


def written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read(record: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(record["created_at"])
