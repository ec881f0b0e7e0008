"""A fresh look at the calendar before a conversation about visits asks its next question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from bot.flows.base import Answers
from bot.turns.deskside import Desk
from bot.turns.visit_choosing import look_at_calling_off, look_at_lateness, look_at_outcome
from bot.turns.visit_planning import look_at_booking, look_at_move

Look: TypeAlias = tuple[str, Answers] | str  # the conversation to begin, or why there is none

LOOKS: Mapping[str, Callable[[Desk, Answers], Look]] = MappingProxyType(
    {
        "book_visit": look_at_booking,
        "move_visit": look_at_move,
        "cancel_visit": look_at_calling_off,
        "late_visit": look_at_lateness,
        "visit_outcome": look_at_outcome,
    }
)


def looked(desk: Desk, flow: str, given: Answers) -> Look:
    """Add what the calendar says now to what a conversation is given; most need nothing."""
    look = LOOKS.get(flow)
    return look(desk, given) if look else (flow, given)
