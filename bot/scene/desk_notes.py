"""What staff are asked to do: tasks, each told to everybody it concerns at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.rules.hours import add_working_time
from bot.rules.practice import Practice, Week
from bot.scene.family import Family
from bot.scene.holiday_cover import also_told
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from storage import tasks
from storage.addresses import person_by_ref

ANSWER_WITHIN = timedelta(hours=4)
SAME_DAY = timedelta(hours=6)
SOON = timedelta(hours=2)

NOT_BY_HOURS = frozenset({"typed", "clocks"})  # no day of theirs, or one that is set
WITHIN: dict[str, timedelta] = {
    "call": SOON,
    "message": ANSWER_WITHIN,
    "unclaimed": SOON,
    "hand_over": ANSWER_WITHIN,
}


def raise_task(
    scene: Scene,
    family: Family | None,
    owner: str,
    matter: Matter,
    *,
    told: Iterable[str],
    case_id: int | None = None,
) -> int | None:
    """Make a task and tell everybody in `told` about it at once. None: nobody could own it.

    `case_id`: what it is about, where no family can be answered.
    """
    staff = person_by_ref(scene.connection, owner)
    if staff is None:
        return None
    about = family.filed_under if family else case_id
    told = tuple(dict.fromkeys((owner, *told, *also_told(scene, owner, matter, about))))
    task_id = tasks.make_task(
        scene.connection,
        tasks.NewTask(
            key=f"{scene.key}:{matter.kind}:{owner}",
            kind=matter.kind,
            owner_id=staff.id,
            words=matter.words,
            at=scene.now,
            respond_by=matter.respond_by or respond_by(scene, owner, matter),
            level=matter.level,
            case_id=about,
            person_id=family.person.id if family and family.person else None,
            address_id=family.line.id if family else None,
            contact_id=matter.contact_id,
            outbox_id=matter.outbox_id,
            told=told,
        ),
    )
    for ref in told:
        notify(scene, ref, family, matter, task_id=task_id)
    return task_id


def respond_by(scene: Scene, owner: str, matter: Matter) -> datetime | None:
    """Work out by when somebody must have it, from the owner's real working hours."""
    return due_within(scene.practice, matter, scene.worker(owner).hours, scene.now)


def due_within(practice: Practice, matter: Matter, hours: Week, since: datetime) -> datetime | None:
    """Count from a moment on by when a matter must be taken by somebody with these hours."""
    if matter.kind in NOT_BY_HOURS:
        return None
    limits = practice.acknowledge_within
    if matter.level == "L1":
        return since + limits["L1"]
    length = limits["L2"] if matter.level == "L2" else WITHIN.get(matter.kind, SAME_DAY)
    return add_working_time(hours, practice.calendar, since, length)
