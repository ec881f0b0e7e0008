"""A message somebody has claimed, and one of which nobody knows whether it left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.domain import Outgoing, Receipt, Shown
from storage.addresses import Line


@dataclass(frozen=True, slots=True)
class Claim:
    """One message this worker alone may send, and the number of this attempt."""

    outbox_id: int
    attempt: int
    kind: str
    outgoing: Outgoing
    probing: bool = False  # the channel was in trouble: this one finds out whether it still is


@dataclass(frozen=True, slots=True)
class Question:
    """One message this worker alone asks its provider about."""

    outbox_id: int
    attempt: int
    outgoing: Outgoing
    since: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What a provider says it took that may be one message; `whole`: nothing else can be there."""

    receipts: Sequence[Receipt] = ()
    whole: bool = False


def outgoing(row: Row[Any], line: Line, shown: Shown | None = None) -> Outgoing:
    """Make what a channel is handed of a message, always alike: a look-up compares it."""
    choices = tuple((key, label) for key, label in row.choices)
    return Outgoing(
        ref=row.ref,
        channel=line.channel,
        address=line.address,
        shown=shown or Shown(row.text, choices, row.after, row.qr or ""),
        turn=row.turn,
        reply_to=row.reply_to,
        not_after=row.not_after,
        silent=row.silent,
    )
