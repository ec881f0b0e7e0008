"""The afternoon before a visit: everybody who comes reads the same, so no story is told twice."""

from __future__ import annotations

from bot.scene.scene import Scene
from bot.turns.visit_briefings import brief
from bot.turns.visit_news import BRIEFING
from scheduler.visit_outcomes import current
from storage.conversations import Moment, set_due, take_moment

NAME = BRIEFING


def send_briefing(scene: Scene, moment: Moment) -> None:
    """Brief whoever comes, if this version of the visit still counts."""
    if not take_moment(scene.connection, moment):
        return
    set_due(scene.connection, NAME, moment.subject, None)
    visit = current(scene, moment.subject)
    if visit is not None and visit.plan.starts_at and visit.plan.starts_at > scene.now:
        brief(scene, visit)
