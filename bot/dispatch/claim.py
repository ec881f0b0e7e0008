"""A message somebody has claimed."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain import Outgoing


@dataclass(frozen=True, slots=True)
class Claim:
    """One message this worker alone may send, and the number of this attempt."""

    outbox_id: int
    attempt: int
    kind: str
    outgoing: Outgoing
