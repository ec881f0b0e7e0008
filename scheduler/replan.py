"""What decides about a family's next check-in has changed: it is worked out anew.

Their key worker has, with the new one's hours, or how often they are asked.
"""

from __future__ import annotations

from datetime import datetime

from bot.rules.calendar import wall
from bot.rules.check_in import asked_in, week_of
from bot.scene.family import Family, family_of
from bot.scene.scene import Scene
from scheduler.check_ins import NAME, as_rule, plan_first
from storage.addresses import person_by_ref
from storage.conversations import Moment, due_at, note_not_sent, set_due, take_moment

GONE_BY = "their new key worker is not in again this week"
LESS_OFTEN = "they are asked less often now"


def replan(scene: Scene, moment: Moment) -> None:
    """Set the next check-in of one person; one that has gone this week does not come again."""
    if not take_moment(scene.connection, moment):
        return
    set_due(scene.connection, moment.job, moment.subject, None)
    planned = due_at(scene.connection, NAME, moment.subject)
    person = person_by_ref(scene.connection, moment.subject)
    family = family_of(scene, person) if person else None
    if family is None or planned is None:
        return
    anew = plan_first(scene, family)
    set_due(scene.connection, NAME, moment.subject, anew)
    if _week(planned) < _week(anew):
        _say_it_is_left_out(scene, family, planned)


def _week(moment: datetime) -> str:
    return week_of(wall(moment).date()).isoformat()


def _say_it_is_left_out(scene: Scene, family: Family, planned: datetime) -> None:
    """Show staff that one week has no check-in, and why."""
    if family.person is not None:
        key = f"{NAME}/{family.person.ref}/{_week(planned)}"
        week = week_of(wall(planned).date())
        asked = asked_in(week, as_rule(scene, family), scene.practice)
        about = (family.person.id, family.cases, GONE_BY if asked else LESS_OFTEN)
        note_not_sent(scene.connection, key, scene.now, NAME, *about)
