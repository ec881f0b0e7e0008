"""How those who started before came in their first six weeks, as a team worked it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.rules.weeks import FIRST_WEEKS

WHOLE = 100  # per cent
HOW = "attendance.comparator needs six numbers from 0 to 100, one for each week: per cent"
WHOSE = "attendance.comparator needs comparator_from: who worked it out, and from which pupils"


def read_comparator(kept: Mapping[str, Any]) -> tuple[int, ...]:
    """Read it in tenths of a per cent; empty: none was loaded. Raises ValueError."""
    series = kept.get("comparator", [])
    if not series:
        return ()
    if len(series) != FIRST_WEEKS or not all(_is_share(each) for each in series):
        raise ValueError(HOW)
    if not str(kept.get("comparator_from", "")).strip():
        raise ValueError(WHOSE)
    return tuple(round(each * 10) for each in series)


def _is_share(each: object) -> bool:
    return isinstance(each, int | float) and not isinstance(each, bool) and 0 <= each <= WHOLE
