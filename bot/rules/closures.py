"""A school that cannot open: for which sessions, who may say so, and the calendar then. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from bot.rules.attendance import Session
from bot.rules.calendar import is_school_day
from bot.rules.digest_lines import day_shown
from bot.rules.marks import HALVES
from bot.rules.practice import Calendar, Practice

MARK = "x"  # a button about a closure: "x:<school>:<day>:<half>:<what>"
CLOSE, OPEN_AGAIN, LEAVE = "close", "open", "leave"
SPANS = {"": "all day", "am": "in the morning", "pm": "in the afternoon"}


@dataclass(frozen=True, slots=True)
class Shut:
    """One day, or one half of it, on which a school cannot open."""

    school_id: int
    day: date
    half: str = ""  # "am", "pm"; empty: the whole day

    @property
    def sessions(self) -> frozenset[Session]:
        return frozenset((self.day, half) for half in HALVES if self.half in ("", half))

    @property
    def when(self) -> str:
        """Write it for staff: "Mon 30 Nov, all day"."""
        return f"{day_shown(self.day)}, {SPANS[self.half]}"

    def key(self, what: str) -> str:
        """Make the key of a button that does something about it."""
        return f"{MARK}:{self.school_id}:{self.day.isoformat()}:{self.half}:{what}"


def shut_of(key: str) -> tuple[Shut, str] | None:
    """Read a button's key back; None: it is another kind of button."""
    parts = key.split(":")
    if len(parts) != 5 or parts[0] != MARK or parts[3] not in SPANS:
        return None
    number = parts[1]
    if not (number.isascii() and number.isdecimal() and len(number) <= 9):
        return None
    try:
        return Shut(int(number), date.fromisoformat(parts[2]), parts[3]), parts[4]
    except ValueError:
        return None


def may_close(ref: str, employer: str, school: str, practice: Practice) -> bool:
    """Say whether somebody may say that a school is closed: it stops texts to many families."""
    in_charge = ref in {practice.manager, practice.safeguarding_lead, *practice.duty}
    return in_charge or employer.strip().casefold() == school.strip().casefold()


def fault_in(shut: Shut, calendar: Calendar, today: date) -> str:
    """Say why a school cannot be said to be closed then; empty: it can."""
    if shut.day < today:
        return f"{day_shown(shut.day)} is over. What the register says of it stays."
    if calendar.school_days and not is_school_day(calendar, shut.day):
        return f"{day_shown(shut.day)} is no school day there, so nothing changes."
    if shut.half == "pm" and shut.day in calendar.half_days:
        return f"{day_shown(shut.day)} has a morning only there, so nothing changes."
    return ""


def without(calendar: Calendar, closed: Collection[Session]) -> Calendar:
    """Take closed days out of a calendar; an afternoon leaves a day with a morning only.

    A closed morning cannot be said in a calendar: `Schooling.shut` holds it.
    """
    shut_days = {
        day for day, half in closed if half == "am" and _afternoon_gone(calendar, day, closed)
    }
    mornings = {day for day, half in closed if half == "pm"} & calendar.school_days
    if not shut_days and not mornings:
        return calendar
    return replace(
        calendar,
        school_days=calendar.school_days - shut_days,
        half_days=(calendar.half_days | mornings) - shut_days,
    )


def _afternoon_gone(calendar: Calendar, day: date, closed: Collection[Session]) -> bool:
    return (day, "pm") in closed or day in calendar.half_days


@dataclass(frozen=True, slots=True)
class Closing:
    """What there is to say of a closure before anybody says yes to it."""

    school: str
    fault: str = ""
    closed: bool = False
    expected: int = 0  # children who are expected there then

    def in_words(self, when: str) -> str:
        """Say what follows from it, for whoever is to press the button."""
        if self.closed:
            return f"{self.school} is closed on {when}. No message about absence goes out for it."
        many = "1 child is" if self.expected == 1 else f"{self.expected} children are"
        return (
            f"{self.school} closed on {when}? {many} expected there then; no message about "
            "absence goes to their families. The register stays the school's. Nothing has "
            "happened yet."
        )
