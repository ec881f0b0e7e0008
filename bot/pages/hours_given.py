"""The time the team has given, laid out for the manager's report."""

from __future__ import annotations

from typing import Any

from bot.rules.digest_lines import day_shown
from bot.rules.hours_given import KINDS, Given, TeamGiven, in_hours


def hours_values(team: TeamGiven | None) -> dict[str, Any]:
    """Lay the hours out; nothing where no calendar says which half term it is."""
    if team is None:
        return {"hours": None}
    kinds = tuple(kind for kind in KINDS if team.in_all.by_kind[kind])
    return {
        "hours": {
            "first": day_shown(team.first),
            "last": day_shown(team.last),
            "kinds": kinds,
            "rows": [(one.case, one.child, *_cells(one.given, kinds)) for one in team.pupils],
            "in_all": _cells(team.in_all, kinds),
            "each": in_hours(team.for_each),
            "works": [(work, in_hours(minutes)) for work, minutes in team.by_work.items()],
            "out_of_hours": in_hours(team.out_of_hours),
            "untold": team.in_all.untold,
        }
    }


def _cells(given: Given, kinds: tuple[str, ...]) -> tuple[str, list[str], str]:
    """Write the sum, the kinds that anybody used, and the way there."""
    each = [in_hours(given.by_kind[kind]) for kind in kinds]
    return in_hours(given.minutes), each, in_hours(given.travel)
