"""A child whose family has no address here: a person is asked, as if a text had been stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.rules.digest_lines import day_shown
from bot.rules.nudge_plan import decide
from bot.rules.nudges import Adult, Child, Left, Rules
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from bot.turns.proposals import asked_for
from storage import nudges as records
from storage.received import note_received

NO_ADDRESS = "no address on record"
CLOCK = "clock"


def ask_instead(
    scene: Scene, case: Row[Any], look: tuple[Child, Rules], asked: Mapping[str, str]
) -> datetime | None:
    """Have a person reach the family, once for each thing; returns when to look again."""
    child, rules = look
    plan = decide(child, Adult(against=NO_ADDRESS), rules, scene.now)
    for left in plan.left:
        if left.to_person:
            _ask(scene, case, left, asked)
    return plan.again


def _ask(scene: Scene, case: Row[Any], left: Left, asked: Mapping[str, str]) -> None:
    like = f"attendance/{case.ref}/{left.kind}/"
    key = f"attendance/{case.ref}/{left.key}"
    third = left.kind == "absence_day3" and records.is_asked(scene.connection, case.id, like)
    if third or not note_received(scene.connection, CLOCK, key, scene.now):
        return
    what = asked.get(left.kind, "has news of school waiting ({day}).")
    words = f"{case.ref} {what.format(day=day_shown(left.about_on))} No text: {left.reason}."
    told = asked_for(scene, case.id)
    own = replace(scene, key=key)
    raise_task(own, None, told[0], Matter("absence", words), told=told, case_id=case.id)
