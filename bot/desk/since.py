"""Reading a day that has been: "1 Nov", "monday", "yesterday"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.desk.names import DAYS, day_named
from bot.flows.reading import folded

A_WEEK = timedelta(days=7)
A_YEAR = re.compile(r"\b\d{4}\b")


def day_gone(words: str, today: date) -> date | None:
    """Read the last day these words may mean. None: not a day, or one that is still to come."""
    said = folded(words).removeprefix("since ").removeprefix("from ")
    if said in {"today", "yesterday", "tomorrow"}:
        return {"today": today, "yesterday": today - timedelta(days=1)}.get(said)
    found = day_named(said, today)
    if found is None:
        return None
    if any(said in (day, day[:3]) for day in DAYS):
        return found - A_WEEK if found - A_WEEK < today else today - A_WEEK
    return _gone(found, today, dated=bool(A_YEAR.search(said)))


def _gone(found: date, today: date, *, dated: bool) -> date | None:
    """Take a date that has been; one without a year is the last one that was."""
    if found <= today:
        return found
    try:
        return None if dated else found.replace(year=found.year - 1)
    except ValueError:  # 29 February
        return None
