"""What came of taking a register in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class RegisterReport:
    """Counts only: whom they are about is in the marks themselves."""

    marks: int = 0  # read
    new: int = 0
    corrected: int = 0
    pupils: int = 0  # of ours
    unknown_pupils: int = 0  # of nobody here: nothing of them was kept
    unknown_marks: int = 0
    days: int = 0
    first_on: date | None = None
    last_on: date | None = None
    conflicts: int = 0  # sessions of these pupils and days in which two registers disagree now
    came_at: datetime | None = None  # the same register was taken in before, then
    changed: frozenset[int] = field(default=frozenset(), repr=False)  # cases

    @property
    def again(self) -> bool:
        """Say whether this very register had been taken in before: then nothing was changed."""
        return self.came_at is not None
