"""A family said that a child set off, and then a register came without the child: an alarm."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

from sqlalchemy import Row

from bot.rules.calendar import moment_at
from bot.rules.digest_lines import day_shown
from bot.rules.marks import Half
from bot.rules.nudges import Child, Rules
from bot.rules.set_off import alarms_of, gone_from, was_known
from bot.scene.family import local_time
from bot.scene.scene import Scene
from bot.turns.alarms import raise_later
from storage.contacts import heard_on
from storage.mark_history import history_of
from storage.received import note_received

CLOCK = "clock"  # where it is noted that a message has alarmed somebody
SESSIONS: dict[Half, str] = {"am": "morning", "pm": "afternoon"}


def look_for_set_off(scene: Scene, case: Row[Any], child: Child, rules: Rules) -> None:
    """Raise what a family wrote today, where a register now says that the child is not in.

    Words that came after the register were understood when they came.
    """
    half = gone_from(child.marks, rules.codes, child.seen_in, scene.today)
    if half is None:
        return
    marked = None
    for said in heard_on(scene.connection, case.id, moment_at(scene.today, time.min)):
        alarms = alarms_of(said.words)
        if not alarms:
            continue
        marked = marked or history_of(scene.connection, case.id, scene.today)
        if not (said.raised and was_known(marked, said.recorded_at)):
            _raise(scene, case.ref, half, said, alarms[0].level)


def _raise(scene: Scene, ref: str, half: Half, said: Row[Any], level: str) -> None:
    """Put both facts before a person, once for a message and a child, whatever comes in later."""
    key = f"set_off/{ref}/{said.id}"
    if not note_received(scene.connection, CLOCK, key, scene.now):
        return
    register = f"the register of {day_shown(scene.today)} ({SESSIONS[half]}) does not have {ref} in"
    why = f"missing: {register}. At {local_time(said.occurred_at)} the family had written this."
    tell = "They may not know: ring them now."
    raise_later(replace(scene, key=key), said.id, level, f"{why} {tell}")
