"""What came of taking a register in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was read and not kept, in counts."""

    unknown_marks: int = 0  # not ours on that register
    unknown_pupils: int = 0
    elsewhere: int = 0  # of the unknown marks: of pupils of ours who never stood on that register
    off_roll: int = 0  # marks of pupils of ours, of days before or after their time on it
    off_roll_pupils: int = 0
    unkept_pupils: int = 0  # all of whom nothing was kept, whatever the reason

    @property
    def marks(self) -> int:
        return self.unknown_marks + self.off_roll


@dataclass(frozen=True, slots=True)
class RegisterReport:
    """Counts only: whom they are about is in the marks themselves."""

    marks: int = 0  # read
    new: int = 0
    corrected: int = 0
    pupils: int = 0  # of ours
    left_out: LeftOut = field(default_factory=LeftOut)
    days: int = 0
    first_on: date | None = None
    last_on: date | None = None
    conflicts: int = 0  # sessions of these pupils and days in which two registers disagree now
    came_at: datetime | None = None  # the same register was taken in before, then
    changed: frozenset[int] = field(default=frozenset(), repr=False)  # cases

    @property
    def again(self) -> bool:
        """Say whether this very register had been taken in before, and changed nothing now."""
        return self.came_at is not None
