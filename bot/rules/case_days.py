"""On which days a case was open: of the others nobody collects anything. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.rules.gate import OPEN_STATUSES


@dataclass(frozen=True, slots=True)
class Stood:
    """How a case stood from a day on, as somebody has said it."""

    from_on: date
    status: str


def is_open_on(day: date, said: Sequence[Stood]) -> bool:
    """Say whether a case was open on a day; the day it was closed or opened again is one of them.

    `said`: in the order it was said. The newest word that had begun counts.
    """
    return _is_open(day, said) or _is_open(day - timedelta(days=1), said)


def _is_open(day: date, said: Sequence[Stood]) -> bool:
    begun = [one.status for one in said if one.from_on <= day]
    return not begun or begun[-1] in OPEN_STATUSES
