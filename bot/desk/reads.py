"""What reading commands may ask of the records, always as their reader may see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Page:
    """Something to read, and what may be said of it where neither names nor words may stand."""

    words: str = field(repr=False)
    discreet: str
    buttons: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    read: str = ""  # whose history it shows, for the audit


@dataclass(frozen=True, slots=True)
class Hit:
    """A case that was found by a name, a reference or a number."""

    ref: str
    label: str = field(repr=False)  # "Kai Thornton P01: Leanne Thornton"
    initials: str  # "KT P01"


@dataclass(frozen=True, slots=True)
class Reads:
    """Each is one question to the records, asked only when a command needs it."""

    shown: bool  # names and words may stand in this chat
    today: Callable[[], Page]
    my_cases: Callable[[], Page]
    team: Callable[[], Page]
    case: Callable[[str], Page | None]  # None: this reader may not
    found: Callable[[str], tuple[Hit, ...]]
    about: Callable[[], tuple[Hit, ...]]  # the family of the notice that is replied to

    def named(self, hit: Hit) -> str:
        """Name what was found as openly as this chat may."""
        return hit.label if self.shown else hit.initials
