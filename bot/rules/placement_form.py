"""The forms of a placement and of agreed sessions, read as they were typed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.rules.expected import SLOTS, Pattern
from bot.rules.placement import Placed, Wrong, stretch_fault, tenths_of, wrong_with
from bot.rules.practice import Calendar
from bot.rules.school_clocks import twelve_weeks

BY_CALENDAR, BY_SCHOOL = "calendar", "school"  # how a person chose to read "twelve weeks"
# Who agreed on fewer sessions: without the family there is no such agreement.
AGREED_BY = ("the family", "the family and the school", "family, school and social worker")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of something that was typed: it is done, or what has to be put right first."""

    done: str = ""
    wrong: tuple[Wrong, ...] = ()


def day_in(form: Mapping[str, str], name: str, wrong: list[Wrong]) -> date | None:
    """Read one date of a form; what is none is noted. Empty: there is none."""
    words = form.get(name, "").strip()
    try:
        return date.fromisoformat(words) if words else None
    except ValueError:
        wrong.append(Wrong(name, "is no date. Write it as 2026-11-30."))
        return None


def placed_in(
    form: Mapping[str, str], calendar: Calendar, today: date
) -> tuple[Placed, list[Wrong]]:
    """Read a placement as a person typed it; "twelve weeks" becomes the day they chose."""
    wrong: list[Wrong] = []
    starts_on = day_in(form, "starts_on", wrong)
    ends_on = day_in(form, "ends_on", wrong)
    if starts_on is not None and form.get("end_as") in (BY_CALENDAR, BY_SCHOOL):
        both = twelve_weeks(calendar, starts_on)
        ends_on = both.by_calendar if form["end_as"] == BY_CALENDAR else both.by_school
    placed = Placed(
        starts_on,
        ends_on,
        day_in(form, "excluded_on", wrong),
        _prior_in(form, wrong),
        day_in(form, "ended_on", wrong),
    )
    return placed, wrong or wrong_with(placed, today)


def pattern_in(form: Mapping[str, str]) -> tuple[Pattern | None, list[Wrong]]:
    """Read agreed sessions as a person typed them; None: its dates cannot be read."""
    wrong: list[Wrong] = []
    first, last = day_in(form, "from_on", wrong), day_in(form, "until_on", wrong)
    kind = form.get("kind", "")
    if kind not in ("reduced", "reintegration"):
        wrong.append(Wrong("kind", "Please choose what it is."))
    if form.get("agreed_by") not in AGREED_BY:
        wrong.append(Wrong("agreed_by", "Please choose who agreed."))
    if not wrong and (first is None or last is None):
        name = "from_on" if first is None else "until_on"
        wrong.append(Wrong(name, "is missing: every agreement has a first and a last day."))
    if wrong or first is None or last is None:
        return None, wrong
    slots = frozenset(slot for words, slot in SLOTS.items() if form.get(words.replace(" ", "-")))
    pattern = Pattern("reduced" if kind == "reduced" else "reintegration", slots, first, last)
    fault = stretch_fault(pattern)
    return pattern, [Wrong("from_on", fault)] if fault else []


def _prior_in(form: Mapping[str, str], wrong: list[Wrong]) -> int | None:
    try:
        return tenths_of(form.get("prior", ""))
    except ValueError:
        wrong.append(Wrong("prior", "is no percentage. Write it as 87.5, or leave it empty."))
        return None
