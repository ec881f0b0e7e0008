"""What a family has had lately, and whether a person is writing with it: the gate counts it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.rules.calendar import moment_at
from bot.scene.family import Family
from bot.scene.scene import Scene
from storage import sent, tasks

WAITS_FOR = timedelta(days=1)  # then the ladder has it, and the family hears from us again
LIVE_TASKS = ("message", "crisis", "call", "hand_over")


def sent_lately(scene: Scene, family: Family) -> tuple[int, int]:
    """Count what caps are about, today and this week; nothing else is counted."""
    automatic = _automatic(scene, family)
    midnight = moment_at(scene.today, time.min)
    return sum(moment >= midnight for moment in automatic), len(automatic)


def _automatic(scene: Scene, family: Family) -> list[datetime]:
    """List what this phone got by itself in a week, about whichever child, from whichever worker.

    Two parents in two homes are two phones: one may not use up what the other is to be told.
    """
    if family.person is None:
        return []
    since = scene.now - timedelta(days=7)
    return sent.automatic_since(scene.connection, [family.person.id], since)


def thread_live(scene: Scene, family: Family) -> bool:
    """A family waits for an answer, or a worker wrote to it a moment ago."""
    if family.person is None:
        return False
    lately = scene.now - WAITS_FOR
    if tasks.has_open(scene.connection, family.person.id, LIVE_TASKS, lately):
        return True
    last = sent.last_typed(scene.connection, family.person.id)
    return last is not None and scene.now - last < scene.practice.thread_live_for
