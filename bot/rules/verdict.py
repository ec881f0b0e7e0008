"""What may become of one message now, always with the reason. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Send:
    """It may go now."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Not now; look again at `until`."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Never; `status` is what the row becomes, `tell` whether its owner must act."""

    reason: str
    status: str = "cancelled"
    tell: bool = False


Verdict: TypeAlias = Send | Hold | Drop
