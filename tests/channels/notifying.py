"""What tests of GOV.UK Notify begin with: one text, one moment, one provider."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.channels.notify import Notify
from bot.domain import Outgoing, Shown
from tests.fakes.notify import settings

NOW = datetime(2026, 12, 3, 15, 45, tzinfo=UTC)
LEANNE = "+447700900123"
WEEK = Shown("How has Kai's week been?", (("good", "Good"), ("hard", "Hard")))
LAID = "How has Kai's week been? 1 = Good, 2 = Hard."
UUID = "740e5834-3a29-46b4-9a6f-16142fde533a"


def a_text(to=LEANNE, shown=WEEK, **more):
    return Outgoing("m-1", "sms", to, shown, **more)


def a_provider(api_base="", total=5.0, clock=lambda: NOW, **other):
    return Notify(settings(api_base, **other), clock=clock, total=total)
