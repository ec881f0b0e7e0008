"""Saying yes, or no, to what waits: by its button, or to all that was listed at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row

from bot.desk.base import Answer
from bot.desk.to_approve import APPROVED, BULK, ToApprove
from bot.rules.access import IN_CHARGE
from bot.scene import matters
from bot.scene.days_missed import PURPOSE as DAYS_MISSED
from bot.scene.names import as_read_by
from bot.scene.roles import buttons_for, role
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from bot.turns import days_missed, to_school
from bot.turns.closing import DONE_ALREADY
from bot.turns.digest_parts import child, in_initials
from bot.turns.proposals import NOTHING_SENT, asked_for, end
from storage import approvals, audit, tasks
from storage.addresses import Someone
from storage.attendance_reads import schools
from storage.case_summary import cases_at

NOT_KNOWN = "This button is not known here."
APPROVED_NOW = "{sent} of {all} are approved. They leave when the rules allow."
WAITED = "Something has changed since. Nothing was sent: /approve all shows what waits now."
KINDS: Mapping[str, Callable[[Scene, Someone, Row[Any]], str]] = MappingProxyType(
    {DAYS_MISSED: days_missed.send, to_school.PURPOSE: to_school.send}
)


def approve(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    """Send what a task asks about, as it was read."""
    row = approvals.of_task(scene.connection, task.id)
    if row is None or row.decided_at is not None:
        return DONE_ALREADY
    return KINDS[row.kind](scene, staff, row)


def leave(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    """Send nothing."""
    row = approvals.of_task(scene.connection, task.id)
    if row is None or not end(scene, row, staff.ref, approvals.STOPPED):
        return DONE_ALREADY
    return f"{NOTHING_SENT}."


def passed_on(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    """Note that a person passed it on."""
    row = approvals.of_task(scene.connection, task.id)
    return DONE_ALREADY if row is None else to_school.pass_on(scene, staff, row)


def reword(scene: Scene, staff: Someone, task: Row[Any]) -> Answer:
    """Let a worker change the words that a task asks about."""
    row = approvals.of_task(scene.connection, task.id)
    if row is None or row.decided_at is not None:
        return Answer(DONE_ALREADY)
    return days_missed.reword(scene, staff, row)


def to_approve(scene: Scene, staff: Someone, *, shown: bool) -> tuple[ToApprove, ...]:
    """List what waits for somebody's yes; for those in charge, what waits for anybody's."""
    rows = _waiting(scene, staff)
    cases = {case.id: case for case in cases_at(scene.connection, {row.case_id for row in rows})}
    named = schools(scene.connection)
    name = child if shown else in_initials
    found = []
    for row in rows:
        case, task = cases[row.case_id], tasks.find_task(scene.connection, row.task_id)
        if task is None:
            continue
        school = f"a reason for {named[row.school_id]}" if row.school_id else "days missed"
        found.append(
            ToApprove(
                row.id,
                name(case.pupil, case.ref),
                school,
                as_read_by(scene, staff, task.words or ""),
                buttons_for(scene, staff, task.kind, task.id),
                alone=task.kind == to_school.PASS_ON,
            )
        )
    return tuple(found)


def _waiting(scene: Scene, staff: Someone) -> list[Row[Any]]:
    every = role(scene, staff) in IN_CHARGE
    hidden = hidden_cases(scene, staff)
    return [
        row
        for row in approvals.waiting(scene.connection, tuple(KINDS))
        if row.case_id not in hidden
        and (every or row.owner_id == staff.id or staff.ref in _asked(scene, row))
    ]


def _asked(scene: Scene, row: Row[Any]) -> list[str]:
    return [*row.told, *asked_for(scene, row.case_id)]


def approve_all(scene: Scene, staff: Someone, key: str) -> Answer:
    """Do what a button `y:<last number>:<how many>` says; what has changed is not in it."""
    last, count = matters.number_in(key, APPROVED), key.rpartition(":")[2]
    rows = [row for row in _waiting(scene, staff) if last is not None and row.id <= last]
    asked = [(row, tasks.find_task(scene.connection, row.task_id)) for row in rows]
    going = [(row, task) for row, task in asked if task and task.kind != to_school.PASS_ON]
    if last is None or not going or str(len(going)) != count:
        return Answer(WAITED if last is not None else NOT_KNOWN)
    if len(going) > BULK and staff.ref != scene.practice.manager:
        return Answer(NOT_KNOWN)
    said = [_say_yes(scene, staff, row, task) for row, task in going]
    audit.append(scene.connection, scene.now, staff.ref, "approve all", f"{len(going)} approvals")
    sent, not_sent = said.count(""), [words for words in said if words]
    return Answer("\n".join([APPROVED_NOW.format(sent=sent, all=len(said)), *not_sent]))


def _say_yes(scene: Scene, staff: Someone, row: Row[Any], task: Row[Any]) -> str:
    """Say yes to one of many; returns what went otherwise, as a line about its case."""
    if task.done_at is not None:
        return f"{DONE_ALREADY}"
    says = approve(scene, staff, task)
    now = approvals.find(scene.connection, row.id)
    if now is not None and now.outcome == approvals.SENT:
        return ""
    [case] = cases_at(scene.connection, [row.case_id])
    return f"{case.ref}: {says}"
