"""Asking a key worker for their yes: the task with the very words, and when it runs out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from bot.rules.routing import owners
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from storage import approvals, tasks
from storage.addresses import person_by_ref
from storage.approvals import NewApproval
from storage.conversations import set_due
from storage.staff import key_workers_of

RUNS_OUT = "approval"  # the job that ends what nobody said yes to, by its number
NOTHING_SENT = "Nothing was sent"


def asked_for(scene: Scene, case_id: int) -> list[str]:
    """Name who is asked about a case now: its key workers, or whoever answers for them."""
    theirs = key_workers_of(scene.connection, [case_id], scene.today)
    return owners(scene.team, scene.practice, theirs, scene.now)


def ask(scene: Scene, new: NewApproval, matter: Matter, family: Family | None) -> int:
    """Ask for a yes once; returns the number of what waits."""
    number = approvals.propose(scene.connection, new)
    told = asked_for(scene, new.case_id)
    own = replace(scene, key=f"approval/{number}")
    case_id = None if family else new.case_id
    task_id = raise_task(own, family, told[0], matter, told=told, case_id=case_id)
    approvals.asked_by(scene.connection, number, task_id)
    set_due(scene.connection, RUNS_OUT, str(number), new.not_after)
    return number


def end(scene: Scene, row: Row[Any], by: str, outcome: str) -> bool:
    """Say what becomes of it, and close its task. False: somebody has said so already."""
    if not approvals.decide(scene.connection, row.id, by, outcome, scene.now):
        return False
    if row.task_id is not None:
        tasks.close(scene.connection, row.task_id, by, outcome, scene.now)
    set_due(scene.connection, RUNS_OUT, str(row.id), None)
    return True


def staff_asked(scene: Scene, case_id: int) -> int:
    """Give the person who is asked about a case; the manager, where nobody keeps it."""
    ref = asked_for(scene, case_id)[0]
    found = person_by_ref(scene.connection, ref)
    if found is None:
        raise LookupError("Nobody on record answers for this case.")
    return found.id
