"""What the settings of a family show of its child's placement, agreed sessions and hold."""

from __future__ import annotations

from typing import Any

from bot.pages.visitor import Visitor
from bot.rules.attendance import percent
from bot.rules.expected import DAYS
from bot.rules.marks import HALVES
from bot.rules.placement import HOLDS, Placed
from bot.rules.placement_form import AGREED_BY, BY_CALENDAR, BY_SCHOOL
from bot.rules.school_clocks import twelve_weeks
from bot.scene.placements import agreed_in_words, dated, placement_lines
from storage.holds import held
from storage.placements import agreed_on, placement_of

KINDS = (("reintegration", "A step back into school"), ("reduced", "A reduced timetable"))


def attending_values(visitor: Visitor, case_id: int) -> dict[str, Any]:
    """Read what the forms of a placement show; `sent` and `amiss`: what was refused just now."""
    scene = visitor.scene
    placed = placement_of(scene.connection, case_id) or Placed()
    return {
        "placement_lines": placement_lines(scene, case_id),
        "placed_given": _given(placed),
        "twelve": _twelve(visitor, placed),
        "agreed": [
            (each.id, agreed_in_words(each.pattern), each.agreed_by)
            for each in agreed_on(scene.connection, case_id)
        ],
        "agreed_kinds": KINDS,
        "agreed_by": AGREED_BY,
        "school_days": [(day, day.title()) for day in DAYS],
        "halves": HALVES,
        "holds": tuple(HOLDS.items()),
        "held_for": held(scene.connection, [case_id], scene.today).get(case_id, ""),
        "sent": {},
        "amiss": [],
    }


def _given(placed: Placed) -> dict[str, str]:
    """Write a placement as its form has it."""
    dates = {
        "starts_on": placed.starts_on,
        "ends_on": placed.ends_on,
        "excluded_on": placed.excluded_on,
        "ended_on": placed.ended_on,
    }
    prior = "" if placed.prior_tenths is None else percent(placed.prior_tenths).removesuffix("%")
    return {"prior": prior} | {name: day.isoformat() for name, day in dates.items() if day}


def _twelve(visitor: Visitor, placed: Placed) -> list[tuple[str, str]]:
    """Offer both readings of twelve weeks, with their last day where the first one is known."""
    words = {BY_CALENDAR: "Twelve weeks on the calendar", BY_SCHOOL: "Twelve weeks with school"}
    if placed.starts_on is None:
        return list(words.items())
    scene = visitor.scene
    both = twelve_weeks(scene.practice.calendar, placed.starts_on)
    days = {BY_CALENDAR: both.by_calendar, BY_SCHOOL: both.by_school}
    return [(key, f"{said}: {dated(days[key], scene.today)}") for key, said in words.items()]
