"""What fills a family's week, as one member of staff may be told of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.rules.visit_echo import full_week
from bot.rules.visit_kinds import KINDS
from bot.scene.scene import Scene
from bot.scene.sight import sees_visit
from bot.scene.visiting import over_cap
from bot.turns.visit_sight import first_names
from storage.addresses import Someone


def what_fills(
    scene: Scene,
    staff: Someone,
    kind: str,
    case_ids: Collection[int],
    at: datetime,
    *,
    leaving: int | None = None,
) -> str:
    """Say what fills the week in which a visit would be; empty: there is room."""
    if not (KINDS[kind].fills_week and case_ids):
        return ""
    filling = over_cap(scene, case_ids, at, leaving=leaving)
    if not filling:
        return ""
    known = [visit for visit in filling if sees_visit(scene, staff, visit)]
    names = first_names(scene, {ref for visit in known for ref in visit.plan.staff})
    return full_week(known, len(filling) - len(known), names)
