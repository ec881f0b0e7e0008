"""What the desk may ask about how a family was welcomed, and whom it was told of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Introduced:
    """Somebody a family was told of."""

    name: str = field(repr=False)
    agency: str
    about: str = field(repr=False)
    by: str  # staff id
    on: date


@dataclass(frozen=True, slots=True)
class Greetings:
    """Each is one question to the records about a case, by its reference."""

    # The adult who is written to first, by person id; empty: nobody can be.
    first: Callable[[str], str] = field(default=lambda _case: "")
    introduced: Callable[[str], tuple[Introduced, ...]] = field(
        default=lambda _case: (), repr=False
    )
    # Why nobody greets the family: its case is closed. Empty: it is open.
    closed: Callable[[str], str] = field(default=lambda _case: "")


@dataclass(frozen=True, slots=True)
class OfferWelcome:
    """The key worker of a case is asked, again, whether their welcome may go."""

    case: str

    @property
    def subject(self) -> str:
        return self.case
