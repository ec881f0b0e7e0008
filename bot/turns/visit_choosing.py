"""A visit that is called off, late, or over: what a conversation about it is given."""

from __future__ import annotations

from typing import TypeAlias

from bot.flows.base import Answers
from bot.rules.visits import BOOKED, Visit
from bot.scene.chats import labels_at
from bot.turns.deskside import Desk
from bot.turns.visit_sight import GONE, has_begun, in_short, line_of, may_change, seen

NOT_LIVE = "Nothing has changed: {line}"
NOT_YET = "That visit has not begun: /move or /cancelvisit changes it."
NOT_THEIRS = "That is for whoever came to the visit, or for the manager."
NOT_YOURS = "Nothing has changed: that visit is not yours to change."
STILL_OFFERED = "No time is fixed yet for that visit."

Look: TypeAlias = tuple[str, Answers] | str


def look_at_calling_off(desk: Desk, given: Answers) -> Look:
    """Show the visit that would be called off; of one that has begun, ask how it went."""
    visit = _changeable(desk, given)
    if isinstance(visit, str):
        return visit
    if has_begun(desk.scene, visit):
        return look_at_outcome(desk, given)
    return "cancel_visit", {**given, **_about(desk, visit)}


def look_at_lateness(desk: Desk, given: Answers) -> Look:
    """Show the visit to which somebody comes late."""
    visit = _changeable(desk, given)
    if isinstance(visit, str):
        return visit
    if visit.state != BOOKED:
        return STILL_OFFERED
    return "late_visit", {**given, **_about(desk, visit)}


def look_at_outcome(desk: Desk, given: Answers) -> Look:
    """Show the visit of which somebody says how it went."""
    scene, staff = desk.scene, desk.staff
    visit = _live(desk, given)
    if isinstance(visit, str):
        return visit
    if visit.state != BOOKED or not has_begun(scene, visit):
        return NOT_YET
    if staff.ref not in {*visit.plan.staff, visit.made_by, scene.practice.manager}:
        return NOT_THEIRS
    follow_up = scene.practice.visits.follow_up and bool(visit.person)
    more = {
        "line": in_short(scene, staff, visit, shown=_shown(desk)),
        "kind": visit.kind,
        "planned": str(visit.plan.minutes),
        "follow_up": "yes" if follow_up else "",
    }
    return "visit_outcome", {**given, **_about(desk, visit), **more}


def _live(desk: Desk, given: Answers) -> Visit | str:
    """Find the visit that is meant, as it now stands; or say why nothing can be done with it."""
    visit = seen(desk.scene, desk.staff, given.get("visit", ""))
    if visit is None:
        return GONE
    if not visit.is_live:
        return NOT_LIVE.format(line=line_of(desk.scene, desk.staff, visit, shown=_shown(desk)))
    return visit


def _changeable(desk: Desk, given: Answers) -> Visit | str:
    """Find the visit that is meant, if whoever asks may change it; or say why not."""
    visit = _live(desk, given)
    if isinstance(visit, str) or may_change(desk.scene, desk.staff, visit):
        return visit
    return NOT_YOURS


def _about(desk: Desk, visit: Visit) -> dict[str, str]:
    return {
        "visit": str(visit.id),
        "version": str(visit.version),
        "invites": visit.person,
        "line": line_of(desk.scene, desk.staff, visit, shown=_shown(desk)),
    }


def _shown(desk: Desk) -> bool:
    """Say whether names may stand here."""
    return not labels_at(desk.scene, desk.line, desk.staff)
