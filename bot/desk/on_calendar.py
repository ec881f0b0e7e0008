"""What the desk may ask about calendars, and what it may settle about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class MakeFeed:
    """A new address for a worker's own calendar; the one they had opens nothing any more."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EndFeed:
    """No calendar reads this worker's visits any more."""


CalendarChange: TypeAlias = MakeFeed | EndFeed


@dataclass(frozen=True, slots=True)
class Next:
    """The next visit of one adult, and the button that sends them its link."""

    words: str = field(default="", repr=False)  # "Tue 1 Dec 13:00, “a visit”"; empty: none
    why_not: str = ""  # empty: a link may go
    button: str = ""


@dataclass(frozen=True, slots=True)
class Calendars:
    """Each is one question to the records, asked only when a command needs it."""

    address: str = ""  # where calendars reach the service; empty: they do not
    made_at: Callable[[], datetime | None] = field(default=lambda: None)
    following: Callable[[str], Next] = field(default=lambda _person: Next(), repr=False)
