"""What the desk may ask about visits; each is one question to the records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.desk.reads import Page


@dataclass(frozen=True, slots=True)
class OnVisits:
    """Visits as whoever asks may see them, named as openly as the place allows."""

    mine: Callable[[], Page] = field(default=lambda: Page("", ""), repr=False)
    team: Callable[[], Page] = field(default=lambda: Page("", ""), repr=False)
    # (number, line) of the visits that lie ahead: of these cases, or of whoever asks.
    ahead: Callable[[tuple[str, ...]], tuple[tuple[str, str], ...]] = field(
        default=lambda _cases: (), repr=False
    )
