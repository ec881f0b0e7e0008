"""The clock of an incident: its owner and the heads are reminded before it ends, and at its end.

Source: UK GDPR, article 33: 72 hours from when it was noticed, weekends and holidays included.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import Row

from bot.rules.routing import heads
from bot.scene.family import Family, family_at, local_time
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.turns.incidents import KIND, REPORT_WITHIN
from storage import tasks
from storage.addresses import hold_line_by_id, person_by_id
from storage.conversations import Moment, set_due, take_moment

NAME = KIND
HOUR = timedelta(hours=1)


def remind(scene: Scene, moment: Moment) -> None:
    """Say how long is left, or that the time is over; a decision that was taken ends the clock."""
    if not take_moment(scene.connection, moment):
        return
    task = tasks.find_task(scene.connection, int(moment.subject))
    ends = task.created_at + REPORT_WITHIN if task is not None else scene.now
    open_still = task is not None and task.done_at is None
    still_runs = open_still and scene.now < ends
    set_due(scene.connection, NAME, moment.subject, ends if still_runs else None)
    if task is None or not open_still:
        return
    matter = Matter(KIND, f"{_left(ends, scene.now)} {task.words}")
    for ref in _whom(scene, task):
        notify(scene, ref, _family(scene, task), matter, task_id=task.id)


def _left(ends: datetime, now: datetime) -> str:
    if now >= ends:
        return f"The 72 hours ended {local_time(ends)} and this incident is still open."
    hours = ceil((ends - now) / HOUR)
    return f"{hours} hour{'' if hours == 1 else 's'} left: this incident is still open."


def _whom(scene: Scene, task: Row[Any]) -> tuple[str, ...]:
    """Name its owner, whoever has taken it, and the heads; nobody who has left."""
    owner = person_by_id(scene.connection, task.owner_id).ref
    named = dict.fromkeys((owner, task.seen_by, *heads(scene.team, scene.practice)))
    workers = scene.team.workers
    return tuple(ref for ref in named if ref in workers and workers[ref].active)


def _family(scene: Scene, task: Row[Any]) -> Family | None:
    if task.address_id is None:
        return None
    line = hold_line_by_id(scene.connection, task.address_id)
    person = person_by_id(scene.connection, task.person_id) if task.person_id else None
    return family_at(scene, line, person)
