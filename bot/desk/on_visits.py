"""What the desk may ask about visits; each is one question to the records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from bot.desk.reads import Page

Stretch: TypeAlias = tuple[date, date]  # its first and its last day


@dataclass(frozen=True, slots=True)
class Ahead:
    """The visits that may be meant, and how many lie further ahead than there is room for."""

    listed: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # (number, line)
    more: int = 0


@dataclass(frozen=True, slots=True)
class OnVisits:
    """Visits as whoever asks may see them, named as openly as the place allows."""

    mine: Callable[[], Page] = field(default=lambda: Page("", ""), repr=False)
    team: Callable[[], Page] = field(default=lambda: Page("", ""), repr=False)
    # What lies ahead of these cases, or of whoever asks; on these days alone, if any is on them.
    ahead: Callable[[tuple[str, ...], Stretch | None], Ahead] = field(
        default=lambda _cases, _days: Ahead(), repr=False
    )
