"""Invitations to holiday activities: whether one may go to a family by itself now."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from bot.scene.family import Family
from bot.scene.scene import Scene
from storage.activities import find_place
from storage.conversations import set_due
from storage.holds import held

INVITES = "holiday_invite"  # the job that asks, by the number of the invitation
HELD = "nothing goes to this family by itself just now, so decide whether to ask them"
PAUSED = "their texts are paused"


def why_held_back(scene: Scene, family: Family, case_id: int) -> str:
    """Say why a person decides whether a family is asked now; empty: a text may go."""
    if held(scene.connection, [case_id], scene.today):
        return HELD
    paused = any(tie.paused_until and tie.paused_until > scene.now for tie in family.ties)
    return PAUSED if paused else ""


def why_not_now(scene: Scene, row: Row[Any]) -> str:
    """Say why an invitation that waits is not to leave; empty: it may. A pause is the gate's."""
    place = _place_of(scene, row)
    return HELD if place and held(scene.connection, [place.case_id], scene.today) else ""


def ask_anew(scene: Scene, row: Row[Any], reason: str) -> None:
    """An invitation that a hold stopped on its way is looked at again: then a person has it."""
    place = _place_of(scene, row) if reason == HELD else None
    if place is not None:
        set_due(scene.connection, INVITES, str(place.id), scene.now)


def _place_of(scene: Scene, row: Row[Any]) -> Row[Any] | None:
    if row.kind != "proactive" or row.purpose != INVITES or not row.recipe:
        return None
    return find_place(scene.connection, int(row.recipe["answers"]["number"]))
