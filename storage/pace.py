"""When a channel may send again: one moment a channel, shared by every worker."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.received import add_once
from storage.tables import ChannelPace


def hold_pace(connection: Connection, channel: str, now: datetime) -> datetime:
    """Read when a channel's bucket is empty, and keep every other worker from it."""
    query = select(ChannelPace.next_at).where(ChannelPace.channel == channel).with_for_update()
    found: datetime | None = connection.execute(query).scalar_one_or_none()
    if found is None:
        add_once(connection, ChannelPace, {"channel": channel, "next_at": now})
        found = connection.execute(query).scalar_one()
    return found


def set_pace(connection: Connection, channel: str, next_at: datetime) -> None:
    """Write down when a channel's bucket is empty."""
    here = ChannelPace.channel == channel
    connection.execute(update(ChannelPace).where(here).values(next_at=next_at))
