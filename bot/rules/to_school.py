"""What a school learns of a reason a family gave: its category, never a word of theirs. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from types import MappingProxyType

from bot.rules.attendance import Mark
from bot.rules.digest_lines import day_shown
from bot.rules.marks import ELSEWHERE, NO_MARK, Codes
from bot.rules.reasons import TAKEN_BACK

CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        "ill": "ill",
        "appointment": "an appointment",
        "transport": "transport",
        TAKEN_BACK: "the reason is taken back",
    }
)
OTHER = "another reason"
ATTENDANCE = "attendance"  # part of the role of whoever keeps a register


def category(reason: str) -> str:
    """Write a reason as a school may know it: ill, an appointment, transport, or another."""
    return CATEGORIES.get(reason, OTHER)


def for_the_school(pupil: str, ref: str, day: date, reason: str) -> str:
    """Word what a school is told."""
    about = f"{pupil} ({ref}) on {day_shown(day)}"
    if reason == TAKEN_BACK:
        return f"{about}: the reason you were told is taken back. Nobody has given another."
    given = f"{about}: the family gave a reason: {category(reason)}."
    return f"{given} Which code it is stays yours to decide."


def schools_told(
    marks: Iterable[Mark], codes: Codes, expected_at: Collection[int]
) -> tuple[int, ...]:
    """Find whose mark a day is: they still wait for a reason.

    A school that has written an authorised absence knows why already. Before there is any mark it
    is every school at which the child is expected.
    """
    said = [mark for mark in marks if mark.code not in NO_MARK and mark.code != ELSEWHERE]
    if not said:
        return tuple(sorted(set(expected_at)))
    waits = {
        mark.school_id
        for mark in said
        if codes[mark.code].counts == "absent" and not codes[mark.code].authorised
    }
    return tuple(sorted(waits))


def who_hears(posts: Mapping[str, str], safeguarding_lead: str) -> tuple[str, ...]:
    """Find who of a school's staff is told: whoever keeps its register, else their colleagues.

    `posts`: the role of each of them, by staff id. The safeguarding lead is asked last of all:
    their phone is for danger.
    """
    keepers = tuple(ref for ref, role in posts.items() if ATTENDANCE in role.casefold())
    others = tuple(ref for ref in posts if ref != safeguarding_lead)
    return keepers or others or tuple(posts)
