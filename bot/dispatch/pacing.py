"""Providers' limits: how fast one claim may let messages leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.domain import Channel, Pace
from bot.rules.pace import Bucket, a_second, earliest, taken
from storage.addresses import Line, mark_line
from storage.pace import hold_pace, set_pace


def paces_of(channels: Mapping[str, Channel]) -> dict[str, Pace]:
    """List the channels whose provider has limits."""
    found = {name: getattr(channel, "pace", None) for name, channel in channels.items()}
    return {name: pace for name, pace in found.items() if pace is not None}


class Buckets:
    """The buckets of one claim: held from its beginning, so that two workers share them."""

    def __init__(self, connection: Connection, paces: Mapping[str, Pace], now: datetime) -> None:
        self._connection, self._paces, self._now = connection, paces, now
        # All are held at once and in one order: no two claims can wait for each other.
        self._empty_at = {name: hold_pace(connection, name, now) for name in sorted(paces)}

    def take(self, line: Line) -> datetime | None:
        """Let one message to an address leave now: None. Or say when it may, and take nothing."""
        pace = self._paces.get(line.channel)
        if pace is None:
            return None
        everybody, here = a_second(pace.per_second), Bucket(pace.each_chat)
        empty_at = self._empty_at[line.channel]
        moment = max(
            earliest(everybody, empty_at, self._now), earliest(here, line.next_at, self._now)
        )
        if moment > self._now:
            return moment
        self._empty_at[line.channel] = taken(everybody, empty_at, self._now)
        set_pace(self._connection, line.channel, self._empty_at[line.channel])
        mark_line(self._connection, line.id, next_at=taken(here, line.next_at, self._now))
        return None


def hold_back(connection: Connection, channel: str, until: datetime) -> None:
    """The provider asked for silence: nothing leaves by this channel before then."""
    ahead = timedelta(seconds=1)  # what a bucket lets go at once spans less than a second
    empty_at = hold_pace(connection, channel, until)
    set_pace(connection, channel, max(empty_at, until + ahead))
