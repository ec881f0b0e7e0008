"""What the desk may ask about the holidays, and what it may settle about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from bot.desk.reads import Page


@dataclass(frozen=True, slots=True)
class SetHolidayWish:
    """One adult wants check-ins in the holidays, or wants none."""

    person: str  # person id
    wants: bool

    @property
    def subject(self) -> str:
        return f"{self.person} {'yes' if self.wants else 'no'}"


@dataclass(frozen=True, slots=True)
class NameHolidayDuty:
    """One colleague reads replies and is told of alerts in these days."""

    staff: str  # staff id
    from_on: date
    to_on: date

    @property
    def subject(self) -> str:
        return f"{self.staff} {self.from_on} {self.to_on}"


HolidayChange: TypeAlias = SetHolidayWish | NameHolidayDuty


@dataclass(frozen=True, slots=True)
class OnHolidays:
    """Each is one question to the records, asked only when a command needs it."""

    activities: Callable[[], Page] = field(default=lambda: Page("", ""), repr=False)
    wish: Callable[[str], bool | None] = field(default=lambda _person: None)
