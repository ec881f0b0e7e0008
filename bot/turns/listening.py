"""Reading what a family says: what the words are by themselves, and what they answer."""

from __future__ import annotations

from bot.domain import Inbound
from bot.rules import frontdesk, set_off
from bot.rules.calendar import wall
from bot.scene.family import Family
from bot.scene.scene import Scene
from bot.turns.lateness import heard_at
from storage.nudges import not_marked_in


def read(scene: Scene, inbound: Inbound, family: Family, said: str) -> frontdesk.Reading:
    """Read one message. "He left for school at 8" frightens where no register has him in."""
    staff = {worker.ref: worker.name for worker in scene.team.workers.values()}
    reading = frontdesk.read(said, scene.taskforce.lexicon, staff)
    alarms = set_off.alarms_of(said)
    if not alarms:
        return reading
    today = wall(heard_at(scene, inbound)).date()
    gone = not_marked_in(scene.connection, family.case_ids, today)
    return reading.with_alarms(alarms) if gone else reading
