"""What the desk may ask about what a child's appointments are called, and what it may settle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SetLabel:
    """What the family of one child reads of one kind of visit."""

    case: str
    kind: str  # of bot.rules.visit_kinds.KINDS
    words: str = field(repr=False)  # empty: the usual words again

    @property
    def subject(self) -> str:
        return f"{self.case} {self.kind}{'' if self.words else ' off'}"


@dataclass(frozen=True, slots=True)
class OnLabels:
    """Each is one question to the records about a case, by its reference."""

    kept: Callable[[str], Mapping[str, str]] = field(default=lambda _case: {}, repr=False)
    people: Callable[[str], tuple[str, ...]] = field(default=lambda _case: (), repr=False)  # names
    languages: Callable[[str], tuple[str, ...]] = field(default=lambda _case: ())  # beside English
