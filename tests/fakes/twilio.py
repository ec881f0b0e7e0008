"""A Twilio on 127.0.0.1, and the calls it makes to us.

Nothing behind this uses the code under test: signatures are worked out a second time from
Twilio's guide, and requests and answers are held against Twilio's own OpenAPI description.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.channels.twilio import Twilio, TwilioSettings
from bot.domain import WebhookRequest
from tests.fakes.twilio_calls import (
    ACCOUNT,
    KEY,
    OLD_TOKEN,
    PUBLIC_URL,
    SENDER,
    TOKEN,
    Call,
    arrived,
    inbound,
    ring,
    sign,
    status,
    webhook,
)
from tests.fakes.twilio_exchange import FakeTwilio
from tests.fakes.twilio_faults import BROKEN, BUSY, HANG, HTML_502, Fault

__all__ = [
    "ACCOUNT", "BROKEN", "BUSY", "HANG", "HTML_502", "KEY", "OLD_TOKEN", "PUBLIC_URL", "SENDER",
    "TOKEN", "AtWork", "Call", "FakeTwilio", "Fault", "arrived", "at_work", "inbound", "ring",
    "settings", "sign", "status", "webhook",
]  # fmt: skip


class AtWork:
    """Twilio as the shared tests of every provider want to see it."""

    never: frozenset[str] = frozenset()

    def __init__(self, fake: FakeTwilio, provider: Twilio) -> None:
        self.fake, self.provider = fake, provider

    def taken(self) -> list[tuple[str, str]]:
        return [(form["To"], form["Body"]) for form in self.fake.messages]

    def tries(self) -> int:
        return len(self.fake.hits)

    def goes_wrong(self, address: str, how: str) -> None:
        """`how`: any word of `HOW`."""
        self.fake.faults[address] = HOW[how]

    def cannot_be_asked(self, how: str) -> None:
        """The same faults, with questions; an empty word: it can be asked again."""
        self.fake.asked = HOW[how] if how else None

    def shows_late(self, *, late: bool = True) -> None:
        self.fake.store.lag = timedelta(hours=1) if late else timedelta(0)

    def becomes(self, external_id: str, state: str) -> None:
        code = 30005 if state == "undelivered" else None
        self.fake.store.moves(external_id, state, code)

    def loses(self, external_id: str) -> None:
        """Its time is over: the provider keeps nothing of it."""
        del self.fake.store.kept[external_id]

    def remembers(self, external_id: str) -> str:
        return str(self.fake.store.kept[external_id].said["body"])

    def keeps(self, address: str, words: str, at: datetime) -> str:
        """A family's text that the provider kept and nobody told us of; gives its name."""
        return self.fake.store.hear(address, words, SENDER, made_at=at)

    def keeps_unreadable(self, words: str, at: datetime) -> None:
        self.fake.store.hear("", words, SENDER, made_at=at)

    def text_in(self, address: str, words: str, external_id: str) -> WebhookRequest:
        return arrived(inbound(address, words, sid=external_id))

    def receipt_in(self, ref: str, state: str) -> WebhookRequest:
        return arrived(status(ref, state, to="+447700900123"))

    def unreadable(self) -> WebhookRequest:
        """A call that is genuine, and has no sender."""
        return arrived(inbound(""))


HOW = {
    "busy": BUSY,
    "broken": BROKEN,
    "unreadable": Fault(kind="truncated"),
    "hangs": HANG,
    "dropped": Fault(kind="dropped"),
    "taken": Fault(kind="taken_then_dropped"),
    "gone": Fault(21211),
    "opted_out": Fault(21610),
    "not_signed_in": Fault(20003, 401),
}


@asynccontextmanager
async def at_work() -> AsyncIterator[AtWork]:
    """A provider of ours, linked to a server of theirs, with little patience."""
    async with FakeTwilio() as fake:
        provider = Twilio(settings(fake.base_url), clock=lambda: datetime.now(UTC), total=1.5)
        try:
            yield AtWork(fake, provider)
        finally:
            await provider.close()


def settings(api_base: str = "", **other: Any) -> TwilioSettings:
    return TwilioSettings(
        **{
            "account_sid": ACCOUNT,
            "auth_tokens": (TOKEN, OLD_TOKEN),
            "sender": SENDER,
            "api_base": api_base,
            "public_url": PUBLIC_URL,
            **other,
        }
    )
