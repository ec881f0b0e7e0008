"""What a member of staff may do at the desk, whichever face of it they use."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from bot.rules.access import IN_CHARGE, Action, Standing, may, standing
from bot.rules.routing import owners
from bot.scene.roles import role
from bot.scene.scene import Scene
from bot.scene.sight import sees
from storage import case_summary as records
from storage.addresses import Someone
from storage.staff import key_workers_of

FOR_ALL = frozenset({"ack", "done"})
FOR_THE_TOP = frozenset({"complaint", "safeguarding"})  # not for whoever owns the family
ONLY_ALERTS = (
    "Alerts come to you here, with buttons under them. Writing to families and reading their "
    "records is for the taskforce."
)


def has_a_desk(scene: Scene, staff: Someone) -> bool:
    """Say whether somebody may type commands and write to families."""
    return may(role(scene, staff), "desk")


def standing_to(scene: Scene, staff: Someone, case_id: int) -> Standing:
    """Say what a case is to a member of staff now: covering for its key worker makes it theirs."""
    [case] = records.cases_at(scene.connection, [case_id])
    team = records.allocated(scene.connection, [case_id], scene.today)
    mine = {row.role for row in team if row.ref == staff.ref}
    led_by = [row.ref for row in team if row.role == "key_worker"]
    covers = bool(led_by) and staff.ref in owners(scene.team, scene.practice, led_by, scene.now)
    return standing(
        case.status,
        owns="key_worker" in mine or covers,
        supports=bool(mine),
        hidden=not sees(scene, staff, case_id),
    )


def may_on(scene: Scene, staff: Someone, action: Action, case_id: int) -> bool:
    """Say whether somebody may do this about a case, now."""
    return may(role(scene, staff), action, standing_to(scene, staff, case_id))


def may_know_of(scene: Scene, staff: Someone, task: Row[Any]) -> bool:
    """Say whether a task is anything to somebody: the team's, or theirs who were told of it.

    What is about a restricted case is only for whom it was brought to, and who sees the case.
    """
    if _addressed(scene, staff, task):
        return True
    return has_a_desk(scene, staff) and sees(scene, staff, task.case_id)


def may_press(scene: Scene, staff: Someone, task: Row[Any], action: str) -> bool:
    """Say whether somebody may do this about a task.

    A colleague of the team may take what waits and say that it needs no answer. Everything else is
    for whom it is addressed to, whoever owns the family now, and those in charge: a number in a
    form is no button that somebody was sent.
    """
    mine = role(scene, staff)
    if action == "cut_off":
        return may(mine, "staff") or _addressed(scene, staff, task)
    if _addressed(scene, staff, task) or mine in IN_CHARGE:
        return True
    return may(mine, "desk") and action in FOR_ALL and task.kind not in FOR_THE_TOP


def _addressed(scene: Scene, staff: Someone, task: Row[Any]) -> bool:
    """Say whether a task is somebody's own; what is done is theirs only while they see its case."""
    if staff.ref in task.told or staff.ref == task.seen_by or staff.id == task.owner_id:
        return task.done_at is None or sees(scene, staff, task.case_id)
    if task.case_id is None or task.kind in FOR_THE_TOP:
        return False
    theirs = key_workers_of(scene.connection, [task.case_id], scene.today)
    return staff.ref in owners(scene.team, scene.practice, theirs, scene.now)
