"""A chat that was blocked, or opened again: known as soon as the person does it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.scene.chats import chat_back, chat_lost
from bot.scene.scene import Scene, Taskforce
from storage.addresses import hold_line
from storage.received import note_received


def reach(
    connection: Connection,
    taskforce: Taskforce,
    channel: str,
    address: str,
    external_id: str,
    now: datetime,
    *,
    is_open: bool,
) -> None:
    """Note once that a person blocked a bot, or let it back in."""
    if not note_received(connection, channel, external_id, now):
        return
    scene = Scene(connection, taskforce, now, f"reach:{channel}:{external_id[:100]}")
    line = hold_line(connection, channel, address, now)
    if is_open:
        chat_back(scene, line)
    else:
        chat_lost(scene, line)
