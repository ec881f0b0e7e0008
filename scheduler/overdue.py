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
from bot.scene.holiday_cover import holiday_people
from bot.scene.matters import Matter
from bot.scene.notices import family_behind, notify
from bot.scene.scene import Scene
from bot.scene.sight import sees_family
from bot.turns.alarms import kept_from
from bot.turns.rights import FOR_THE_TOP
from storage import steps, tasks
from storage.addresses import hold_line_by_id, person_by_ref
from storage.matters import Taken, taken_by
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
    hidden_from = kept_from(scene, task)
    has_it = taken_by(scene.connection, task) if task.kind in steps.DANGER else None
    climbing = () if has_it else _ladder(scene, task, hidden_from)
    rest = [ref for ref in climbing if ref not in task.told and ref not in hidden_from]
    family = None
    if task.address_id:
        family = family_behind(scene, hold_line_by_id(scene.connection, task.address_id))
    matter = Matter(task.kind, _still_open(scene, task, has_it), task.level, task.contact_id)
    if not rest:
        _remind(scene, task, family, matter, hidden_from)
        return
    notify(scene, rest[0], family, matter, task_id=task_id)
    steps.note(scene.connection, task_id, rest[:1], steps.HANDED_ON, scene.now)
    by = respond_by(scene, rest[0], matter)
    tasks.tell_next(scene.connection, task_id, [*task.told, rest[0]], by)


def _ladder(scene: Scene, task: Row[Any], hidden_from: frozenset[str]) -> tuple[str, ...]:
    """Name who is told next; what is for the heads alone climbs no further than them."""
    if task.kind not in CLIMBING:
        return ()
    if task.kind in FOR_THE_TOP:
        return _top(scene, task, hidden_from)
    cases = [task.case_id] if task.case_id else []
    key_worker = key_worker_of(scene.connection, cases, scene.today) if cases else None
    who = ladder(scene.team, scene.practice, key_worker, scene.now, grave=bool(task.level))
    who = tuple(dict.fromkeys((*holiday_people(scene), *who)))
    return who if task.level else _to_whom_they_exist(scene, task, who)


def _to_whom_they_exist(scene: Scene, task: Row[Any], who: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out whoever could not even read whom to ring: the family's case is kept from them."""
    if not task.person_id:
        return who
    people = [person_by_ref(scene.connection, ref) for ref in who]
    see = [one.ref for one in people if one and sees_family(scene, one, task.person_id)]
    return tuple(see) or who


def _still_open(scene: Scene, task: Row[Any], has_it: Taken | None) -> str:
    """Say what is still missing: anybody at all, or only that the lead has read it."""
    if has_it is None:
        return f"Not taken yet. {task.words}"
    name = scene.worker(has_it.by).first_name
    return f"{name} has it since {wall(has_it.at):%H:%M}. This is for you to read. {task.words}"


def _remind(
    scene: Scene,
    task: Row[Any],
    family: Family | None,
    matter: Matter,
    hidden_from: frozenset[str],
) -> None:
    """At the top of the ladder: danger is said again until somebody has it, the rest put off."""
    later = scene.now + REMIND_EVERY
    if task.level == "L1" or task.kind in steps.DANGER:
        told = _top(scene, task, hidden_from)
        for ref in told:
            notify(scene, ref, family, matter, task_id=task.id)
        steps.note(scene.connection, task.id, told, steps.REMINDED, scene.now)
        soon = task.level == "L1" and scene.now - task.created_at < GRAVE_FOR
        later = scene.now + REMIND_GRAVE if soon else _next_morning(scene, told)
    tasks.tell_next(scene.connection, task.id, task.told, later)


def _top(scene: Scene, task: Row[Any], hidden_from: frozenset[str]) -> tuple[str, ...]:
    """Name the heads, and for L1 whoever is paged at night: there may be nobody else awake."""
    awake = scene.practice.out_of_hours if task.level == "L1" else ()
    paged = (ref for ref in awake if ref not in hidden_from)
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
