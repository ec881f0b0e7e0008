"""Channels whose every try is counted, whoever makes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.counters import Counters
from bot.domain import Channel, Misconfigured, Outgoing, SendError, Sent, Unreachable


class Counted:
    """One way out, and everything else it can do; what comes of each message is counted."""

    def __init__(self, name: str, behind: Channel, counters: Counters) -> None:
        self._name, self._behind, self._counters = name, behind, counters

    def laid_out(self, message: Outgoing) -> str:
        """Say how the words will look on this channel. Pure."""
        return self._behind.laid_out(message)

    async def send(self, message: Outgoing) -> Sent:
        """Hand one message over, or raise `SendError`, and count it."""
        try:
            sent = await self._behind.send(message)
        except Exception as error:
            self._counters.not_sent(self._name, outcome(error), trouble(error))
            raise
        self._counters.sent(self._name)
        return sent

    async def close(self) -> None:
        """Close the channel."""
        await self._behind.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)


class CountedChannels(Mapping[str, Channel]):
    """The channels of a service as they are at each moment, every one of them counted."""

    def __init__(self, behind: Mapping[str, Channel], counters: Counters) -> None:
        self._behind, self._counters = behind, counters

    def __getitem__(self, name: str) -> Channel:
        return Counted(name, self._behind[name], self._counters)

    def __iter__(self) -> Iterator[str]:
        return iter(self._behind)

    def __len__(self) -> int:
        return len(self._behind)


def outcome(error: Exception) -> str:
    """Say what a try that was no success came to: nobody knows, later again, or never."""
    if not isinstance(error, SendError) or error.uncertain:
        return "uncertain"
    return "put_off" if error.retry else "failed"


def trouble(error: Exception) -> str:
    """Say what a failed try tells about the channel; nothing if it was about one message."""
    if isinstance(error, Misconfigured):
        return "misconfigured"
    known = isinstance(error, SendError)
    return "unreachable" if not known or isinstance(error, Unreachable) else ""
