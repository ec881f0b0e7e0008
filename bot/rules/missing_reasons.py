"""Marks without a reason, and by which date their school must have one. Pure.

All of it is dates: a family is never told a number of days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from bot.rules.calendar import school_day_before
from bot.rules.digest_lines import day_shown
from bot.rules.marks import NO_REASON_YET
from bot.rules.practice import Calendar
from bot.rules.reasons import shown
from bot.rules.school_clocks import REASON_WITHIN, reason_due_by, school_days_between

SOON = 2  # school days left when the key worker's digest begins to say so
LOOK_BACK = timedelta(days=40)  # longer than five school days and a holiday
UNAUTHORISED = frozenset({"G", NO_REASON_YET, "O", "U"})
MUST_TELL = 10  # school days in a row without leave: the school tells the local authority
COPIED_STATUSES = frozenset({"CIN", "CP", "CLA"})
COPIED_ROLES = ("social worker", "youth justice")


class Marked(Protocol):
    """What one register says of one pupil in one session."""

    @property
    def case_id(self) -> int: ...
    @property
    def school_id(self) -> int: ...
    @property
    def day(self) -> date: ...
    @property
    def code(self) -> str: ...


@dataclass(frozen=True, slots=True, order=True)
class Missing:
    """One day for which one school has no reason."""

    by: date  # the last day for one; then the school must enter O
    day: date
    case_id: int
    school_id: int
    left: int  # school days from today until then
    known: str = ""  # a reason was given to us, and the school has not been told


def missing(
    marks: Iterable[Marked],
    told: Collection[tuple[int, int, date]],
    reasons: Mapping[int, Mapping[date, str]],
    calendars: Mapping[int, Calendar],
    today: date,
) -> list[Missing]:
    """List the days for which a reason may still come to its school, soonest first.

    `told`: case, school and day of which a school has been told the reason.
    """
    days = {(one.case_id, one.school_id, one.day) for one in marks if one.code == NO_REASON_YET}
    found = []
    for case_id, school_id, day in days - set(told):
        calendar = calendars[school_id]
        by = reason_due_by(calendar, day)
        if day <= today <= by:
            left = school_days_between(calendar, today, by)
            known = reasons.get(case_id, {}).get(day, "")
            found.append(Missing(by, day, case_id, school_id, left, known))
    return sorted(found)


def line(one: Missing) -> str:
    """Write it for a digest, behind the child and the last day."""
    if one.known:
        said = shown(one.known)
        return f"{day_shown(one.day)} has a reason ({said}), and the school has not been told"
    return (
        f"no reason yet for {day_shown(one.day)}; the school must have one by "
        f"{day_shown(one.by)}, or the mark becomes O"
    )


def last_days(calendar: Calendar, today: date, closed: int) -> tuple[date, ...]:
    """List the days whose clock may run out today; `closed`: days a school was shut of late."""
    back = (school_day_before(calendar, today, REASON_WITHIN + more) for more in range(closed + 1))
    return tuple(sorted(set(back)))


def ten_in_a_row(
    codes_by_day: Mapping[date, Sequence[str]], calendar: Calendar, last: date
) -> bool:
    """Say whether a school day and the nine before it were all missed without leave.

    A day counts if nothing else stands on it.
    """
    days = [last, *(school_day_before(calendar, last, back) for back in range(1, MUST_TELL))]
    return all(codes_by_day.get(day) and UNAUTHORISED.issuperset(codes_by_day[day]) for day in days)


def is_copied(role: str, csc: str) -> bool:
    """Say whether a colleague on a case is told of an absence nobody explained.

    A social worker where the child has a plan or is looked after; a youth justice worker always.
    """
    social, justice = COPIED_ROLES
    return justice in role or (social in role and csc in COPIED_STATUSES)
