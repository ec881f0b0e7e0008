"""What this process has done since it started, counted for whoever watches over the service."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds


@dataclass(slots=True)
class Durations:
    """How long something took, each time."""

    total: float = 0.0
    _within: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))

    def add(self, seconds: float) -> None:
        """Note one more time; a clock that was set back counts as no time at all."""
        length = max(0.0, seconds)
        self._within[bisect_left(BOUNDS, length)] += 1
        self.total += length

    @property
    def count(self) -> int:
        return sum(self._within)

    def up_to(self) -> tuple[tuple[float, int], ...]:
        """Say for each bound how many took no longer than that."""
        return tuple(zip(BOUNDS, accumulate(self._within), strict=False))


@dataclass(slots=True)
class Counters:
    """One process's counts. Nothing here names a person, a number or a message."""

    messages: Counter[tuple[str, str]] = field(default_factory=Counter)  # (channel, outcome)
    webhooks: Counter[tuple[str, str]] = field(default_factory=Counter)  # (route, outcome)
    turns: Durations = field(default_factory=Durations)
    troubles: dict[str, str] = field(default_factory=dict)  # channel: why its last try failed

    def sent(self, channel: str) -> None:
        """A provider took a message: the channel works."""
        self.messages[channel, "sent"] += 1
        self.troubles.pop(channel, None)

    def not_sent(self, channel: str, outcome: str, trouble: str = "") -> None:
        """A provider did not take a message; where that says something of the channel, keep it."""
        self.messages[channel, outcome] += 1
        if trouble:
            self.troubles[channel] = trouble
