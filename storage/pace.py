"""When a channel may send again: one row a channel, shared by every worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from storage.received import add_once
from storage.tables import ChannelPace, Outbox, core

HOLD = select(ChannelPace).where(ChannelPace.channel == bindparam("channel")).with_for_update()
SET = update(core(ChannelPace)).where(core(ChannelPace).c.channel == bindparam("which"))
TRIED = (
    select(Outbox.intent_at)
    .where(Outbox.address_id == bindparam("address"), Outbox.intent_at > bindparam("since"))
    .order_by(Outbox.intent_at.desc())
    .limit(bindparam("most"))
)


def hold_pace(connection: Connection, channel: str, now: datetime) -> Row[Any]:
    """Read when a channel may send, and keep every other worker from it."""
    found = connection.execute(HOLD, {"channel": channel}).one_or_none()
    if found is None:
        add_once(connection, ChannelPace, {"channel": channel, "next_at": now, "trouble": ""})
        found = connection.execute(HOLD, {"channel": channel}).one()
    return found


def hold_all(connection: Connection) -> None:
    """Keep every claim waiting until this is over."""
    query = select(ChannelPace.channel).order_by(ChannelPace.channel).with_for_update()
    connection.execute(query).all()


def set_pace(connection: Connection, channel: str, **marks: Any) -> None:
    """Write down when a channel may send: `next_at`, `paused_until`, `trouble`."""
    connection.execute(SET, {"which": channel, **marks})


def troubles(connection: Connection) -> dict[str, str]:
    """List the channels that are in trouble, and why."""
    query = select(ChannelPace.channel, ChannelPace.trouble).where(ChannelPace.trouble != "")
    return {row.channel: row.trouble for row in connection.execute(query)}


def tried_lately(
    connection: Connection, address_id: int, since: datetime, most: int
) -> list[datetime]:
    """List when one address was last written to, the latest first."""
    given = {"address": address_id, "since": since, "most": most}
    return [moment for moment in connection.execute(TRIED, given).scalars() if moment is not None]


def said_lately(
    connection: Connection, address_id: int, since: datetime, words: str
) -> list[datetime]:
    """List when one address was last sent these very words, the latest first."""
    query = select(Outbox.intent_at, Outbox.text).where(Outbox.address_id == address_id)
    lately = query.where(Outbox.intent_at > since).order_by(Outbox.intent_at.desc())
    return [row.intent_at for row in connection.execute(lately) if row.text == words]
