"""How a family may safely be reached, in words for whoever is about to ring. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.rules.practice import Span, Window

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NEEDS = {
    "no_voicemail": "leave no voicemail",
    "deaf_text_only": "text only, never phone",
    "phone_call": "prefers a phone call",
    "in_person": "prefers to be seen",
}


def safe_contact(
    *, discreet: bool, shared: bool, needs: Iterable[str], window: Window, forbidden: Iterable[str]
) -> str:
    """Say in one line what must be kept to; what nobody has said is no permission."""
    rules = [
        *(["others may read this phone: name no service and no helpline"] if discreet else []),
        *(["a shared phone"] if shared else []),
        *(NEEDS[need] for need in dict.fromkeys(needs) if need in NEEDS),
        *_times(window),
        *(f"never contact the {relation}" for relation in dict.fromkeys(forbidden)),
    ]
    return "; ".join(rules) or "no special rule on record"


def _times(window: Window) -> list[str]:
    when = [DAYS[day] for day in sorted(window.days)]
    hours = [_hours(window.hours)] if window.hours else []
    only = [f"only {' '.join((', '.join(when), *hours)).strip()}"] if when or hours else []
    return only + [f"not {DAYS[day]} {_hours(span)}" for day, span in window.avoid]


def _hours(span: Span) -> str:
    return f"{span.start:%H:%M}-{span.end:%H:%M}"
