"""What a family is to be told about school by itself, when, and why not. Pure.

One child and one adult at a time: two parents in two homes each have their own hours. Everything
is decided anew whenever it is looked at, so a late mark, a reason or a hold needs no cancelling.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal, Protocol, TypeAlias

from bot.rules.attendance import NONE_SETTLED, Mark, Session
from bot.rules.expected import Schooling
from bot.rules.marks import Codes
from bot.rules.practice import ANY_TIME, Practice, Window

Kind: TypeAlias = Literal[
    "absence",
    "absence_day2",
    "absence_day3",
    "transport",
    "closure",
    "praise",
    "agreed_reminder",
    "first_day",
    "next_step",
]
MOST_URGENT_FIRST: tuple[Kind, ...] = (
    "closure",
    "absence",
    "absence_day2",
    "absence_day3",
    "transport",
    "first_day",
    "next_step",
    "agreed_reminder",
    "praise",
)
ASKS_WHY: frozenset[Kind] = frozenset(("absence", "absence_day2", "absence_day3"))
ABOUT_ABSENCE: frozenset[Kind] = ASKS_WHY | {"transport", "praise"}
TALKING = frozenset({"engaged", "reintegrating"})
EBSA = "ebsa"  # the one hold under which agreed steps are still told
LOOK_BACK = timedelta(days=70)  # for the weeks that praise is measured against


class Schooled(Protocol):
    """One school of a child, and what says when the child is expected there."""

    @property
    def school_id(self) -> int: ...
    @property
    def school(self) -> str: ...
    @property
    def schooling(self) -> Schooling: ...


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder this adult asked for."""

    id: int
    weekdays: frozenset[int]  # of school it is for
    at: time  # the evening before
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Child:
    """What decides about one child."""

    status: str = "engaged"
    schools: tuple[Schooled, ...] = ()
    marks: tuple[Mark, ...] = ()
    settled: Mapping[Session, int] = field(default_factory=lambda: NONE_SETTLED)
    reasons: Mapping[date, str] = field(default_factory=dict)  # in words for staff
    seen_in: frozenset[Session] = frozenset()  # by staff of a provision, whatever a register says
    hold: str = ""  # ebsa, bereavement, safeguarding, custody
    paused: bool = False
    starts_on: date | None = None  # the first day of the placement
    quiet: str = ""  # why nothing about absence goes: before Day 6, or not in this tier


@dataclass(frozen=True, slots=True)
class Adult:
    """What decides about one of the adults who are told."""

    window: Window = ANY_TIME
    against: str = ""  # why no automatic text goes to them at all
    language: str = "en"
    unworded: frozenset[str] = frozenset()  # kinds without approved words in their language
    reminders: tuple[Reminder, ...] = ()
    had: tuple[datetime, ...] = ()  # what this phone got by itself in a week, or gets now


@dataclass(frozen=True, slots=True)
class Rules:
    """How this taskforce works, and what the codes mean."""

    practice: Practice
    codes: Codes
    restored_at: datetime | None = None  # what was due before may have gone, and nobody can know


@dataclass(frozen=True, slots=True)
class Wish:
    """Something that would be said if nothing is against it."""

    kind: Kind
    about_on: date
    at: datetime  # not before
    not_after: datetime
    key: str = ""  # with its child and its adult it is said once
    given: tuple[tuple[str, str], ...] = ()  # what the words need
    against: str = ""


@dataclass(frozen=True, slots=True)
class Nudge:
    """This is said now, and is of no use after `not_after`."""

    kind: Kind
    about_on: date
    at: datetime
    not_after: datetime
    key: str
    given: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """This is not said, and why; `to_person`: somebody of the team sees to it instead."""

    kind: Kind
    about_on: date
    reason: str
    key: str
    to_person: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What is said now, what is left out, and when to look again if nothing changes before."""

    due: tuple[Nudge, ...] = ()
    left: tuple[Left, ...] = ()
    again: datetime | None = None


def wish(
    kind: Kind,
    about_on: date,
    at: datetime,
    not_after: datetime,
    *,
    against: str = "",
    given: tuple[tuple[str, str], ...] = (),
) -> Wish:
    """Make a wish; one of a kind and a day is one message."""
    key = f"{kind}/{about_on.isoformat()}"
    return Wish(kind, about_on, at, not_after, key, given, against)
