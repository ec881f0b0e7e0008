"""When nobody having answered begins to matter."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.engine import next_silence
from bot.flows import flow_named
from bot.flows.base import Hours, State
from bot.rules.calendar import later_by_school_days
from bot.scene.scene import Scene


def silence_ends(scene: Scene, state: State) -> datetime:
    """Work out when a question that was asked now has been silent for too long."""
    rule = next_silence(flow_named(state.flow), state)
    if rule is None:
        return scene.now + scene.practice.expires_after
    if isinstance(rule.after, Hours):
        return scene.now + timedelta(hours=rule.after.count)
    return later_by_school_days(scene.practice.calendar, scene.now, rule.after.count)
