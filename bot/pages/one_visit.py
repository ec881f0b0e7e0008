"""One visit, for the staff who may see it."""

from __future__ import annotations

from typing import Any

from bot.pages.visitor import Visitor
from bot.pages.visits import rows_of
from bot.pages.wording import day, when
from bot.rules.calendar import wall
from bot.rules.calendar_buttons import link_key
from bot.rules.calendar_entries import Entry
from bot.rules.visits import BOOKED, Visit
from bot.scene.calendars import invitation_to
from storage.calendar_feeds import link_made_at


def visit_values(visitor: Visitor, visit: Visit) -> dict[str, Any]:
    """Read what the page of one visit shows."""
    scene = visitor.scene
    [(_visit, row)] = rows_of(visitor, [visit])
    sent_at = link_made_at(scene.connection, visit.id, visit.person_id) if visit.person_id else None
    entry = invitation_to(scene, visitor.staff, visit)
    return {
        "title": f"Visit {visit.id}",
        "row": row,
        "week": _week(visit),
        "about_it": visit.about if row.cases == visit.cases else "",
        "changed": when(visit.changed_at, scene.now),
        "confirmed": when(visit.confirmed_at, scene.now) if visit.confirmed_at else "",
        "saves": _saves(entry),
        "sends": link_key(visit.id, visit.version) if _may_be_sent(visitor, visit) else "",
        "sent": day(sent_at) if sent_at else "",
        "is_live": visit.is_live,
    }


def _saves(entry: Entry | None) -> str:
    """Say what the button for one's own calendar does; empty: there is none."""
    if entry is None:
        return ""
    gone = entry.status == "CANCELLED"
    return "Take it out of my calendar" if gone else "Save it for my calendar"


def _may_be_sent(visitor: Visitor, visit: Visit) -> bool:
    begins = visit.plan.starts_at
    if visitor.hidden & set(visit.case_ids) or visit.state != BOOKED:
        return False
    reachable = bool(visit.person and visitor.scene.taskforce.public_url)
    return reachable and begins is not None and begins > visitor.scene.now


def _week(visit: Visit) -> str:
    return f"{wall(visit.plan.starts_at).date()}" if visit.plan.starts_at else ""
