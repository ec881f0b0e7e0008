"""Why a child is not in: the words for it, what helps next, and who of the team it is for. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

TAKEN_BACK = "taken_back"  # nobody has given a reason after all


@dataclass(frozen=True, slots=True)
class Why:
    """One reason, as staff read it."""

    shown: str
    step: str  # what the key worker does next
    posts: tuple[str, ...] = ()  # of the team: part of the role whose holder can help


REASONS: Mapping[str, Why] = MappingProxyType(
    {
        "ill": Why("ill", "wish them well, and ask how they are before the next school day"),
        "appointment": Why("an appointment", "ask when they are back in, if they did not say"),
        "transport": Why(
            "the bus or transport",
            "ring about a lift today, and about how they come tomorrow",
            ("transport", "youth worker"),
        ),
        "uniform": Why("uniform or kit", "offer spare kit, and have school told to let it pass"),
        "worried": Why(
            "worried about school",
            "listen first; ask what one thing would make tomorrow easier",
            ("educational psychologist", "mental health"),
        ),
        "home": Why(
            "something at home",
            "ring when it suits them; nothing about school",
            ("family support",),
        ),
        "other": Why("something else", "read what they say, and ask"),
    }
)


@dataclass(frozen=True, slots=True)
class GiveReason:
    """Somebody says why a child is not in on a day."""

    case: str
    day: date
    kind: str
    passed_on: bool = False  # their own words reach the key worker anyway


def shown(kind: str) -> str:
    """Write a reason for staff."""
    return REASONS[kind].shown if kind in REASONS else kind


def for_whom(kind: str, posts: Mapping[str, str]) -> str | None:
    """Find who of the team can help, by the words of their role; None: the key worker alone.

    `posts`: the role of each member of staff, by staff id.
    """
    wanted = REASONS[kind].posts if kind in REASONS else ()
    return next(
        (ref for word in wanted for ref, role in posts.items() if word in role.casefold()), None
    )
