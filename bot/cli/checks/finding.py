"""One thing `check-config` found out, as one line that quotes no secret and no number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "missing", "wrong", "unreachable", "look"]
FAULTS = frozenset({"missing", "wrong", "unreachable"})
LINE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Finding:
    """How one part is: it works, it is at fault, or a person should look at it."""

    part: str
    state: State
    words: str

    @property
    def fault(self) -> bool:
        return self.state in FAULTS

    def __str__(self) -> str:
        from bot.logs import PHONE, TOKEN

        words = PHONE.sub("[number]", TOKEN.sub("[token]", LINE.sub(" ", self.words)))
        return f"{self.state:<12}{self.part}: {words}"


def ok(part: str, words: str) -> Finding:
    """Say that a part works."""
    return Finding(part, "ok", words)


def missing(part: str, words: str) -> Finding:
    """Say what is not set."""
    return Finding(part, "missing", words)


def wrong(part: str, words: str) -> Finding:
    """Say what is set and cannot be right."""
    return Finding(part, "wrong", words)


def unreachable(part: str, words: str) -> Finding:
    """Say who does not answer."""
    return Finding(part, "unreachable", words)


def look(part: str, words: str) -> Finding:
    """Say what a person should see to, though the service would start."""
    return Finding(part, "look", words)
