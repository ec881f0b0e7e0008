"""A text to Leanne, and a provider of ours that may send it through Twilio."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from bot.channels.twilio import Twilio
from bot.domain import Outgoing, SendError, Shown, WebhookRequest
from tests.fakes.twilio import Call, arrived, settings

FIXTURES = Path(__file__).parents[1] / "fixtures" / "twilio"
NOW = datetime(2026, 12, 3, 15, 45, tzinfo=UTC)
LEANNE = "+447700900123"
WEEK = Shown("How has Kai's week been?", (("good", "Good"), ("hard", "Hard")))
WORDS = "How has Kai's week been? 1 = Good, 2 = Hard."
SERVICE = "MG" + "c" * 32
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def a_text(to: str = LEANNE, shown: Shown = WEEK, **more: Any) -> Outgoing:
    return Outgoing("m-1", "sms", to, shown, **more)


def a_provider(api_base: str = "", total: float = 5.0, **other: Any) -> Twilio:
    return Twilio(settings(api_base, **other), clock=lambda: NOW, total=total)


async def refusal(provider: Twilio, message: Outgoing | None = None) -> SendError:
    """What goes wrong when a text is sent."""
    with pytest.raises(SendError) as caught:
        await provider.send(message or a_text())
    return caught.value


async def not_told(question: Awaitable[object]) -> SendError:
    """What goes wrong when Twilio is asked something."""
    with pytest.raises(SendError) as caught:
        await question
    return caught.value


def changed(
    call: Call, *, path: str | None = None, body: bytes | None = None, **headers: str
) -> WebhookRequest:
    """A call that somebody tampered with on its way."""
    was_path, was_headers, was_body = call
    return arrived(
        (path or was_path, {**was_headers, **headers}, was_body if body is None else body)
    )


def parsed(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode(), keep_blank_values=True)
