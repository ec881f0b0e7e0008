"""Tasks nobody has taken in time climb the ladder: owner, cover, duty, manager."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row

from bot.rules.calendar import moment_at, wall
from bot.rules.hours import next_shift
from bot.rules.practice import Week
from bot.rules.routing import heads, ladder
from bot.scene.desk_notes import respond_by
from bot.scene.family import Family
from bot.scene.matters import Matter
from bot.scene.notices import family_behind, notify
from bot.scene.scene import Scene
from bot.turns.alarms import kept_from
from storage import tasks
from storage.addresses import hold_line_by_id
from storage.staff import key_worker_of

CLIMBING = frozenset({"crisis", "safeguarding", "call", "message", "unclaimed", "complaint"})
REMIND_EVERY = timedelta(days=1)
REMIND_GRAVE = timedelta(hours=2)
GRAVE_FOR = timedelta(hours=3)  # this young, danger is said again within the day
MORNING = time(9)  # where nobody works that day: danger is not silent over a holiday


def climb(scene: Scene, task_id: int) -> None:
    """Hand one overdue task to the next person; at the top, remind."""
    task = tasks.find_task(scene.connection, task_id)
    if task is None or task.done_at or task.seen_at or task.respond_by > scene.now:
        return
    cases = [task.case_id] if task.case_id else []
    key_worker = key_worker_of(scene.connection, cases, scene.today) if cases else None
    chain = ladder(scene.team, scene.practice, key_worker, scene.now, grave=bool(task.level))
    hidden_from = kept_from(scene, task)
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
    """At the top of the ladder: danger is said again until somebody has it, the rest put off."""
    later = scene.now + REMIND_EVERY
    if task.level == "L1":
        told = _top(scene, hidden_from)
        for ref in told:
            notify(scene, ref, family, matter, task_id=task.id)
        soon = scene.now - task.created_at < GRAVE_FOR
        later = scene.now + REMIND_GRAVE if soon else _next_morning(scene, told)
    tasks.tell_next(scene.connection, task.id, task.told, later)


def _top(scene: Scene, hidden_from: frozenset[str]) -> tuple[str, ...]:
    """Name the heads and whoever is paged at night: there may be nobody else awake."""
    paged = (ref for ref in scene.practice.out_of_hours if ref not in hidden_from)
    everybody = dict.fromkeys((*heads(scene.team, scene.practice, hidden_from), *paged))
    workers = scene.team.workers
    return tuple(ref for ref in everybody if ref in workers and workers[ref].active)


def _next_morning(scene: Scene, told: Iterable[str]) -> datetime:
    """Find when the first of them next begins work, today if that is still ahead.

    A reminder that never stops sounding is one that nobody hears; one a day is read.
    """
    weeks = [scene.worker(ref).hours for ref in told]
    today = _morning(scene, weeks, scene.today)
    begins = today if today > scene.now else _morning(scene, weeks, scene.today + timedelta(days=1))
    return max(begins, scene.now + REMIND_GRAVE)


def _morning(scene: Scene, weeks: Iterable[Week], day: date) -> datetime:
    """Find when the first of them begins work on a day; nobody does: the morning all the same."""
    midnight, calendar = moment_at(day, time.min), scene.practice.calendar
    shifts = (next_shift(week, calendar, midnight) for week in weeks)
    begins = min((shift for shift in shifts if shift is not None), default=None)
    return begins if begins and wall(begins).date() == day else moment_at(day, MORNING)
