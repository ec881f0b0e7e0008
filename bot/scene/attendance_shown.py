"""What the page of one case's attendance is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.rules.attendance_picture import Comparator, Picture
from storage.attendance_reads import Balance, Barrier, Corrected


@dataclass(frozen=True)
class AttendanceShown:
    """Everything the page of one case's attendance shows."""

    case: str
    child: str = field(repr=False)
    today: date
    since: date  # the Monday from which the page counts
    picture: Picture
    schools: Mapping[int, str]
    comparator: Comparator
    corrected: tuple[Corrected, ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)
    barriers: tuple[Barrier, ...] = ()
    balance: Balance = field(default_factory=Balance)
