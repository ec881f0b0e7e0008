"""When and whether one adult may be contacted: what the rules mean, and who may loosen them. Pure.

A rule stands for something somebody has said or a court has ordered, so that lifting one is a
deed of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

from bot.rules.practice import ANY_TIME, Span, Window

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
A_RUN = 3  # days in a row that are written as "Mon-Wed"
ONLY_THE_MANAGER = "Not changed: only the manager lifts “must not be contacted”."
UNCONFIRMED = (
    "Not changed: to lift “must not be contacted”, type the adult's whole name in the box for it."
)
ONLY_WITH_ALL = (
    "Not changed: “Others use this phone” and “Somebody may read along” count for all children of "
    "this adult, so only the manager, or who may set the rules for all of them, takes them away."
)
UNCONFIRMED_MARK = (
    "Not changed: to take away “Others use this phone” or “Somebody may read along”, type the "
    "adult's whole name in the box for it."
)
# What is an adult's own, whichever child it was said about, in words.
MARKS: Mapping[str, str] = MappingProxyType(
    {"shared_phone": "others use this phone", "discreet": "somebody may read along"}
)
NEVER = "Nothing is sent to this adult, and nobody is asked to ring."


@dataclass(frozen=True, slots=True)
class Rules:
    """How one adult may be contacted about one child."""

    do_not_use: bool = False
    reason: str = field(default="", repr=False)
    window: Window = ANY_TIME
    copy_only: bool = False
    prefers_phone: bool = False
    shared_phone: bool = False
    discreet: bool = False


def refusal(
    before: Rules, after: Rules, *, manager: bool, confirmed: bool, everywhere: bool
) -> str:
    """Say why a change is not made; empty: it is.

    `everywhere`: whoever makes it may set the rules for all children of this adult.
    """
    gone = loosened(before, after)
    if "do_not_use" in gone and not manager:
        return ONLY_THE_MANAGER
    if not gone.isdisjoint(MARKS) and not (manager or everywhere):
        return ONLY_WITH_ALL
    if confirmed or not gone:
        return ""
    return UNCONFIRMED if "do_not_use" in gone else UNCONFIRMED_MARK


def loosened(before: Rules, after: Rules) -> frozenset[str]:
    """Name what protected an adult before and does so no more, by its field."""
    fields = ("do_not_use", *MARKS)
    return frozenset(one for one in fields if getattr(before, one) and not getattr(after, one))


def is_name(typed: str, name: str) -> bool:
    """Say whether somebody typed a name; capitals and spaces do not matter."""
    return " ".join(typed.casefold().split()) == " ".join(name.casefold().split())


def meaning(rules: Rules) -> str:
    """Say in one sentence what the rules mean."""
    return NEVER if rules.do_not_use else "; ".join(_parts(rules)) + "."


def _parts(rules: Rules) -> Iterator[str]:
    yield f"Texts go {when(rules.window)}"
    if rules.copy_only:
        yield "copies only, nothing is asked"
    if rules.prefers_phone:
        yield "a person rings for the check-in"
    if rules.discreet:
        yield "somebody may read along, so no text gives anything away"
    elif rules.shared_phone:
        yield "others use this phone, so no text gives anything away"


def when(window: Window) -> str:
    """Say when somebody may be written to: "Mon-Fri 13:30-16:00 only"."""
    days, hours = days_in_words(window.days), _hours(window.hours) if window.hours else ""
    only = " ".join(part for part in (days, hours) if part)
    avoid = ", ".join(f"{DAYS[day]} {_hours(span)}" for day, span in window.avoid)
    said = f"{only} only" if only else "at the usual hours"
    return f"{said}, never {avoid}" if avoid else said


def days_in_words(days: frozenset[int]) -> str:
    """Write weekdays down: "Mon-Fri", "Tue and Thu"; empty: every day."""
    ordered = sorted(days)
    in_a_row = all(after - before == 1 for before, after in pairwise(ordered))
    if len(ordered) >= A_RUN and in_a_row:
        return f"{DAYS[ordered[0]]}-{DAYS[ordered[-1]]}"
    *most, last = [DAYS[day] for day in ordered] or [""]
    return f"{', '.join(most)} and {last}" if most else last


def _hours(span: Span) -> str:
    return f"{span.start:%H:%M}-{span.end:%H:%M}"
