"""A worker's own contacts as plain text, for the case system of their home service. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from bot.rules.calendar import wall
from bot.rules.logged_echo import MODES, PLACES, RESULTS

MESSAGES = {"sms": "Text message", "telegram": "Telegram message"}
NOTE = "note"
HOW = {**MESSAGES, **MODES, NOTE: "Note"}
LOST = frozenset({"undelivered", "failed"})


@dataclass(frozen=True, slots=True)
class Kept:
    """One contact as it stands on one case."""

    case: str = field(repr=False)  # "Kai Thornton P01"
    at: datetime
    mode: str
    words: str = field(repr=False)
    inbound: bool = False
    person: str = field(default="", repr=False)
    result: str = ""
    place: str = "none"
    minutes: int | None = None
    travel_minutes: int | None = None
    restricted: bool = False


def text(contacts: Iterable[Kept]) -> str:
    """Write contacts down by case and day, oldest first, each with its words."""
    in_order = sorted(contacts, key=lambda one: (one.case, one.at))
    return "\n\n".join(
        "\n".join([case, *_by_day(of_case)])
        for case, of_case in groupby(in_order, key=lambda one: one.case)
    )


def _by_day(contacts: Iterable[Kept]) -> Iterable[str]:
    for day, of_day in groupby(contacts, key=lambda one: wall(one.at).date()):
        yield f"\n{day:%a} {day.day} {day:%b %Y}"
        for one in of_day:
            yield head(one)
            yield one.words


def head(one: Kept) -> str:
    """Say when and how it was, in one line."""
    lost = "not delivered" if one.result in LOST else RESULTS.get(one.result, "")
    found = (
        f"{wall(one.at):%H:%M}",
        f"{HOW.get(one.mode, 'Contact')}{_with(one)}",
        PLACES.get(one.place, ""),
        f"{one.minutes} minutes" if one.minutes else "",
        f"travel {one.travel_minutes} minutes" if one.travel_minutes else "",
        lost,
        "restricted" if one.restricted else "",
    )
    return ", ".join(part for part in found if part)


def _with(one: Kept) -> str:
    if not one.person or one.mode == NOTE:
        return ""
    if one.inbound:
        return f" from {one.person}"
    return f" to {one.person}" if one.mode in MESSAGES else f" with {one.person}"
