"""A message reached somebody it was not meant for: a clock of 72 hours begins to run.

Source: UK GDPR, article 33: a breach is reported within 72 hours of being noticed, or the reason
why it need not be is written down.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.desk.base import WrongPerson
from bot.rules.routing import heads
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, family_at, local_time
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from storage import tasks
from storage.addresses import (
    Someone,
    hold_line_by_id,
    hold_person,
    mark_line,
    person_by_ref,
)
from storage.conversations import keep_state, load_state, set_due
from storage.sent import where_asked

KIND = "incident"  # of the task, and of the job that keeps its clock
REPORT_WITHIN = timedelta(hours=72)
WARNED_BEFORE = timedelta(hours=24)


def wrong_person(scene: Scene, by: Someone, change: WrongPerson) -> None:
    """Stop the address, and have the heads decide in time whether this has to be reported."""
    line = hold_line_by_id(scene.connection, change.address)
    since = line.wrong_at or scene.now
    mark_line(scene.connection, line.id, wrong_at=since)
    person = person_by_ref(scene.connection, change.person) if change.person else None
    if person is not None:
        person = hold_person(scene.connection, person.id)
        _close_question(scene, person, line.id)
    family = family_at(scene, line, person)
    # Said twice of one address it is one incident, until that is closed.
    same = replace(scene, key=f"{KIND}:{line.id}:{since.isoformat()}")
    if not _raised(same, by, family, change.left):
        _raised(scene, by, family, change.left)


def _raised(scene: Scene, by: Someone, family: Family, left: str) -> bool:
    """Tell the heads and start the clock. False: this incident has been closed before."""
    until = scene.now + REPORT_WITHIN
    when = f" that left {left}" if left else ""
    words = (
        f"{by.name} says that a message to {family.named()}{when} reached the wrong person. "
        f"Nothing more goes to that address. Decide by {local_time(until)} whether to report it to "
        "the Information Commissioner (72 hours), and write down why."
    )
    told = heads(scene.team, scene.practice) or (by.ref,)
    task_id = raise_task(scene, family, told[0], Matter(KIND, words, respond_by=until), told=told)
    task = tasks.find_task(scene.connection, task_id) if task_id is not None else None
    if task is None or task.done_at is not None:
        return False
    if task.created_at == scene.now:
        set_due(scene.connection, KIND, str(task.id), until - WARNED_BEFORE)
    return True


def _close_question(scene: Scene, person: Someone, address_id: int) -> None:
    """A question that was asked there is not open any more; one asked elsewhere is."""
    state = load_state(scene.connection, person.id)
    if state is None or where_asked(scene.connection, person.id, state.turn) != address_id:
        return
    keep_state(scene.connection, person.id, None, scene.now)
    set_due(scene.connection, "silence", person.ref, None)
