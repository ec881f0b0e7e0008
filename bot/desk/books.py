"""What the commands about writing, copying and counting may ask of the records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from bot.desk.reads import Page
from bot.desk.to_approve import ToApprove
from bot.flows.base import Answers, DraftWords


@dataclass(frozen=True, slots=True)
class Copying:
    """One's own contacts as text, and the button that notes that they were copied."""

    words: str = field(default="", repr=False)
    count: int = 0
    at_the_page: int = 0  # restricted ones, which no chat shows
    button: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Books:
    """Each is one question to the records, asked only when a command needs it."""

    # The conversation that shows words before they go, or in words why there is none.
    draft: Callable[[DraftWords], tuple[str, Answers] | str] = field(
        default=lambda _wish: "", repr=False
    )
    to_copy: Callable[[date, bool], Copying] = field(
        default=lambda _since, _again: Copying(), repr=False
    )
    numbers: Callable[[date], Page] = field(default=lambda _since: Page("", ""), repr=False)
    quiet: Callable[[], Page] = field(default=lambda: Page("", ""), repr=False)
    style: Callable[[str], str] = field(default=lambda _case: "")
    to_approve: Callable[[], tuple[ToApprove, ...]] = field(default=tuple, repr=False)
