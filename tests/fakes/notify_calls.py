"""What Notify calls us with: a family's text, or what became of one of ours."""

from __future__ import annotations

import json
import uuid
from typing import Any

from bot.domain import WebhookRequest
from tests.fakes.notify_records import OUR_NUMBER, TEMPLATE

TOKEN = "a-token-for-callbacks"
OLD_TOKEN = "the-token-before"

Call = tuple[str, dict[str, str], bytes]  # path, headers, body


def webhook(path: str, told: Any, token: str = TOKEN) -> Call:
    """A call as it leaves Notify."""
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return path, headers, body


def inbound(number: str, words: Any = "Hello", *, name: str = "", **more: Any) -> Call:
    """A family's text on its way to us; Notify writes its number without the plus."""
    told = {
        "id": name or str(uuid.uuid4()),
        "source_number": number.removeprefix("+"),
        "destination_number": OUR_NUMBER,
        "message": words,
        "date_received": "2026-12-03T15:45:00.000000Z",
    }
    return webhook("/webhooks/notify/message", {**told, **more})


def receipt(ref: str | None, state: str, *, name: str = "", **more: Any) -> Call:
    """What became of a message of ours."""
    told = {
        "id": name or str(uuid.uuid4()),
        "reference": ref,
        "to": "+447700900123",
        "status": state,
        "created_at": "2026-12-03T15:45:00.000000Z",
        "completed_at": "2026-12-03T15:46:00.000000Z",
        "sent_at": "2026-12-03T15:45:01.000000Z",
        "notification_type": "sms",
        "template_id": TEMPLATE,
        "template_version": 3,
    }
    return webhook("/webhooks/notify/receipt", {**told, **more})


def arrived(call: Call) -> WebhookRequest:
    """The same call, as our handlers pass it on."""
    path, headers, body = call
    return WebhookRequest(path, "", headers, body)
