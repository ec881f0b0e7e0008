"""Tasks nobody has taken in time climb the ladder: owner, cover, duty, manager."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from bot.rules.routing import heads, ladder
from bot.scene.desk_notes import respond_by
from bot.scene.family import Family
from bot.scene.matters import Matter
from bot.scene.notices import family_behind, notify
from bot.scene.scene import Scene
from storage import tasks
from storage.addresses import hold_line_by_id, person_by_id
from storage.contacts import restricted_from
from storage.staff import key_worker_of

CLIMBING = frozenset({"crisis", "safeguarding", "call", "message", "unclaimed", "complaint"})
REMIND_EVERY = timedelta(days=1)
REMIND_GRAVE = timedelta(hours=2)


def climb(scene: Scene, task_id: int) -> None:
    """Hand one overdue task to the next person; at the top, remind."""
    task = tasks.find_task(scene.connection, task_id)
    if task is None or task.done_at or task.seen_at or task.respond_by > scene.now:
        return
    cases = [task.case_id] if task.case_id else []
    key_worker = key_worker_of(scene.connection, cases, scene.today) if cases else None
    chain = ladder(scene.team, scene.practice, key_worker, scene.now, grave=bool(task.level))
    hidden_from = _hidden_from(scene, task)
    climbing = chain if task.kind in CLIMBING else ()
    rest = [ref for ref in climbing if ref not in task.told and ref not in hidden_from]
    family = None
    if task.address_id:
        family = family_behind(scene, hold_line_by_id(scene.connection, task.address_id))
    matter = Matter(task.kind, f"Not taken yet. {task.words}", task.level, task.contact_id)
    if not rest:
        _remind(scene, task, family, matter, hidden_from)
        return
    notify(scene, rest[0], family, matter, task_id=task_id)
    by = respond_by(scene, rest[0], matter)
    tasks.tell_next(scene.connection, task_id, [*task.told, rest[0]], by)


def _remind(
    scene: Scene,
    task: Row[Any],
    family: Family | None,
    matter: Matter,
    hidden_from: frozenset[str],
) -> None:
    """At the top of the ladder: danger is said again every two hours, the rest put off by a day."""
    grave = task.level == "L1"
    if grave:
        for ref in heads(scene.team, scene.practice, hidden_from):
            notify(scene, ref, family, matter, task_id=task.id)
    later = scene.now + (REMIND_GRAVE if grave else REMIND_EVERY)
    tasks.tell_next(scene.connection, task.id, task.told, later)


def _hidden_from(scene: Scene, task: Row[Any]) -> frozenset[str]:
    """Name the staff who may not read what a task is about."""
    kept = restricted_from(scene.connection, task.contact_id) if task.contact_id else ()
    return frozenset(person_by_id(scene.connection, staff_id).ref for staff_id in kept)
