"""A chat that takes nothing: what waits for it goes by text, and staff hear that it waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from bot.scene.chats import CHATS, phone_instead
from bot.scene.notices import alert_by_text
from bot.scene.scene import Scene
from storage import outbox
from storage.addresses import Line

PATIENT_FOR = timedelta(minutes=2)  # with a service that asks for silence


def by_text(scene: Scene, row: Row[Any], line: Line) -> dict[str, Any] | None:
    """Move a message to its person's number, with all that waits behind it. None: it waits here."""
    if line.channel not in CHATS:
        return None
    if row.kind == "staff":
        alert_by_text(scene, row, line)
        return None
    phone = phone_instead(scene, line)
    if phone is None or phone.person_id is None:
        return None
    outbox.readdress(scene.connection, phone.person_id, line.id, phone.id)
    reason = "by text: the chat cannot be reached"
    marks = {"status": "waiting", "due_at": scene.now, "reason": reason}
    return {**marks, "address_id": phone.id, "channel": phone.channel}
