"""Why nothing about absence goes to a family: its tier, or the first days of an exclusion."""

from __future__ import annotations

from bot.rules.clocks import Stay, why_quiet
from bot.rules.placement import Placed
from bot.scene.placements import calendar_and_year
from bot.scene.scene import Scene
from storage.case_summary import cases_at
from storage.stays import stays_of


def quiet_of(scene: Scene, case_id: int) -> str:
    """Say why a family gets no text about absence today; empty: it may."""
    calendar, year = calendar_and_year(scene, case_id)
    stay = stays_of(scene.connection, [case_id]).get(case_id)
    if stay is None:
        [case] = cases_at(scene.connection, [case_id])
        stay = Stay(Placed(), case.tier, case.status, year, scene.today)
    return why_quiet(stay, calendar, scene.practice, scene.today)
