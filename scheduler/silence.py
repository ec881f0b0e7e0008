"""Nobody answered: ask again in other words, or let a person take over."""

from __future__ import annotations

from bot.scene.scene import Scene
from bot.turns import elapse
from storage.conversations import Moment, set_due, take_moment


def silence(scene: Scene, moment: Moment) -> None:
    """Let the silence rule of an open question act; a stale timer does nothing."""
    if not take_moment(scene.connection, moment):
        return
    set_due(scene.connection, moment.job, moment.subject, None)
    elapse(scene, moment.subject, moment.turn)
