"""Who knocks too often is not answered any more, and somebody is told once a day."""

from __future__ import annotations

from datetime import timedelta

from bot.rules import doors
from bot.rules.routing import in_charge
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from storage.addresses import Line
from storage.invites import knocked, knocks

ALARM_EVERY = timedelta(days=1)
TRIES = frozenset({"link", "code", "invite"})


def may_knock(scene: Scene, line: Line, kind: str) -> bool:
    """Count one more try of a chat. False: it has tried too often lately."""
    since = scene.now - doors.KNOCKS_WITHIN
    if knocks(scene.connection, line.id, kind, since) >= doors.KNOCKS[kind]:
        if kind in TRIES:
            _alarm(scene, line)
        return False
    knocked(scene.connection, line.id, kind, scene.now)
    return True


def _alarm(scene: Scene, line: Line) -> None:
    if knocks(scene.connection, line.id, "alarm", scene.now - ALARM_EVERY):
        return
    knocked(scene.connection, line.id, "alarm", scene.now)
    for top in in_charge(scene.team, scene.practice)[:1]:
        bot = "staff" if line.channel == "staff" else "family"
        words = f"Somebody nobody knows keeps trying links or codes at the {bot} bot. None let in."
        raise_task(scene, None, top, Matter("knocking", words), told=(top,))
