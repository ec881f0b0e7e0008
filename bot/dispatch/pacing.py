"""Providers' limits: how fast one claim may let messages leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from bot.domain import Channel, Pace
from bot.rules.pace import Bucket, a_second, earliest, taken
from storage.addresses import Line, mark_line
from storage.pace import hold_pace, said_lately, set_pace, tried_lately

HOUR = timedelta(hours=1)


def paces_of(channels: Mapping[str, Channel]) -> dict[str, Pace]:
    """List the channels whose provider has limits."""
    found = {name: getattr(channel, "pace", None) for name, channel in channels.items()}
    return {name: pace for name, pace in found.items() if pace is not None}


class Buckets:
    """The buckets of one claim: held from its beginning, so that two workers share them."""

    def __init__(
        self,
        connection: Connection,
        channels: Iterable[str],
        paces: Mapping[str, Pace],
        now: datetime,
    ) -> None:
        self._connection, self._paces, self._now = connection, paces, now
        # All are held at once and in one order: no two claims can wait for each other.
        held = {name: hold_pace(connection, name, now) for name in sorted(channels)}
        self._held = held
        self._empty_at = {name: row.next_at for name, row in held.items()}
        self._probed: set[str] = set()

    def wait(self, channel: str) -> datetime | None:
        """Say when a channel lets its next message leave. None: now."""
        held, pace = self._held[channel], self._paces.get(channel)
        if held.paused_until is not None and held.paused_until > self._now:
            moment: datetime = held.paused_until
            return moment
        if channel in self._probed:
            return self._now + timedelta(seconds=1)
        if pace is None:
            return None
        moment = earliest(a_second(pace.per_second), self._empty_at[channel], self._now)
        return moment if moment > self._now else None

    def wait_of(self, line: Line, words: str) -> datetime | None:
        """Say when a message may leave to this address. None: now."""
        pace = self._paces.get(line.channel)
        if pace is None:
            return None
        moment = earliest(Bucket(pace.each_chat), line.next_at, self._now)
        moment = max(moment, self._hourly(line, pace, words))
        return moment if moment > self._now else None

    def _hourly(self, line: Line, pace: Pace, words: str) -> datetime:
        """Keep below what the networks take for one number in an hour, whoever sends it."""
        if not pace.per_hour:
            return self._now
        since, most = self._now - HOUR, pace.per_hour
        tried = tried_lately(self._connection, line.id, since, most)
        moments = [tried[-1] + HOUR] if len(tried) >= most else []
        if pace.same_per_hour and len(tried) >= pace.same_per_hour:
            same = said_lately(self._connection, line.id, since, words)[: pace.same_per_hour]
            moments += [same[-1] + HOUR] if len(same) >= pace.same_per_hour else []
        return max(moments, default=self._now)

    def take(self, line: Line) -> bool:
        """Let one message to an address leave now; returns whether it is a probe."""
        pace, channel = self._paces.get(line.channel), line.channel
        if pace is not None:
            self._empty_at[channel] = taken(
                a_second(pace.per_second), self._empty_at[channel], self._now
            )
            set_pace(self._connection, channel, next_at=self._empty_at[channel])
            next_at = taken(Bucket(pace.each_chat), line.next_at, self._now)
            mark_line(self._connection, line.id, next_at=next_at)
        probing = bool(self._held[channel].trouble)
        if probing:
            self._probed.add(channel)
        return probing


def hold_back(connection: Connection, channel: str, until: datetime) -> None:
    """The provider asked for silence: nothing leaves by this channel before then."""
    ahead = timedelta(seconds=1)  # what a bucket lets go at once spans less than a second
    held: Row[Any] = hold_pace(connection, channel, until)
    set_pace(connection, channel, next_at=max(held.next_at, until + ahead))
