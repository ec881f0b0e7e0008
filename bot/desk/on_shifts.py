"""What the desk may ask about extra shifts, and what it may settle about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot.rules.calendar import Stretch


@dataclass(frozen=True, slots=True)
class AddShift:
    """This member of staff works beside their usual week."""

    from_at: datetime
    to_at: datetime

    @property
    def subject(self) -> str:
        return f"{self.from_at:%Y-%m-%d %H:%M} {self.to_at:%H:%M}"


@dataclass(frozen=True, slots=True)
class EndShifts:
    """This member of staff does not work then after all."""

    from_at: datetime
    to_at: datetime

    @property
    def subject(self) -> str:
        return f"off {self.from_at:%Y-%m-%d %H:%M} {self.to_at:%H:%M}"


ShiftChange: TypeAlias = AddShift | EndShifts


@dataclass(frozen=True, slots=True)
class OnShifts:
    """Each is one question to the records about whoever asks."""

    own: Callable[[datetime, datetime], tuple[Stretch, ...]] = field(
        default=lambda _first, _last: ()
    )
    # What is booked then and outside the usual week, by kind and time.
    booked: Callable[[datetime, datetime], tuple[str, ...]] = field(
        default=lambda _first, _last: ()
    )
