"""A button on a staff notice: it carries its task, and works however old the notice is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Row, or_, select

from bot.desk.base import Answer
from bot.scene import matters
from bot.scene.family import family_at
from bot.scene.scene import Scene
from bot.turns import approving
from bot.turns.access import cut_off
from bot.turns.closing import DONE_ALREADY, as_text, ask_how_it_ended
from bot.turns.connecting import connect
from bot.turns.places import press_offer
from bot.turns.referrals import refer_asked, refer_message
from bot.turns.rights import may_know_of, may_press
from bot.turns.welcome import leave_welcome, reword_welcome, send_welcome
from storage import audit, links, outbox, steps, tasks
from storage.addresses import (
    Line,
    Someone,
    ask_to_stop,
    hold_line_by_id,
    mark_line,
    opt_out,
    person_by_id,
)
from storage.contacts import restricted_from
from storage.tables import Task

NOT_KNOWN = "This button is not known here."
NOT_YOURS = "That is for whoever was told of it, or for the manager."
STOPPED_ANEW = (
    "Not used again: after this incident it was stopped once more. Press the button of the newer "
    "incident; if there is none, /wrong opens one."
)
GOES_NOWHERE = "Thank you, it is theirs. Nothing is sent there all the same: {why}"
STILL_WRONG = (
    "the number is said to reach somebody else. If it is right, press “The address is right” on"
    " its incident."
)
STILL_OUT = "texts to it were ended by STOP. START, written from that phone, brings them back."
STILL_BLOCKED = "the phone network blocks us there. Please phone or visit."
AFTERWARDS = frozenset({"right", "copy", "refer"})  # what may be wanted of a task that is closed


def press(scene: Scene, staff: Someone, key: str, line: Line) -> Answer:
    """Do what a button `t:<task>:<action>` says; returns what the desk answers there."""
    number, action = matters.number_in(key, matters.TASK), key.rpartition(":")[2]
    task = task_for(scene, staff, number) if number is not None else None
    handler = ACTIONS.get(action, _done)
    if task is None or action not in _fitting(task.kind):
        return Answer(NOT_KNOWN)
    if not may_press(scene, staff, task, action):
        return Answer(NOT_YOURS)
    if task.done_at is not None and action not in AFTERWARDS:
        return Answer(DONE_ALREADY)
    if action == "copy":
        answer = as_text(scene, line, staff, task)
    elif action == "reword":
        reword = approving.reword if task.kind == "approval" else reword_welcome
        answer = reword(scene, staff, task)
    elif action == "refer" and task.kind == "message":
        return refer_asked(scene, staff, task)  # nothing has been done yet
    elif action == "done" and task.kind in steps.DANGER:
        return ask_how_it_ended(scene, staff, task)  # nothing has been done yet
    else:
        answer = Answer(handler(scene, staff, task))
    audit.append(scene.connection, scene.now, staff.ref, f"button {action}", f"task {task.id}")
    return answer


def task_for(scene: Scene, staff: Someone, number: int) -> Row[Any] | None:
    """Find a task a member of staff may know of; one whose words name them is not there at all."""
    task = tasks.find_task(scene.connection, number)
    if task is None or not may_know_of(scene, staff, task):
        return None
    if task.contact_id is None:
        return task
    return None if staff.id in restricted_from(scene.connection, task.contact_id) else task


def _fitting(kind: str) -> frozenset[str]:
    """Name what may be done with a task: any can be taken and closed, the rest was offered."""
    offered = (action for action, _label in matters.ACTIONS.get(kind, ()))
    return frozenset(("ack", "done", *offered))


def _have(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    if tasks.see(scene.connection, task.id, staff.ref, scene.now):
        steps.note(scene.connection, task.id, (staff.ref,), steps.HAD, scene.now)
        return "You have it."
    who = scene.team.workers.get(task.seen_by)
    name = who.first_name if who else "Somebody"
    return "You have it already." if task.seen_by == staff.ref else f"{name} has it already."


def _done(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    tasks.close(scene.connection, task.id, staff.ref, "done", scene.now)
    return "Done."


def _stop(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    stopped = outbox.stop(scene.connection, task.outbox_id, "stopped by its writer")
    tasks.close(scene.connection, task.id, staff.ref, "stopped", scene.now)
    return "Stopped. Nothing was sent." if stopped else "Too late: it has been sent."


def _now(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    going = outbox.send_now(scene.connection, task.outbox_id, scene.now)
    tasks.close(scene.connection, task.id, staff.ref, "sent now", scene.now)
    return "Going now." if going else DONE_ALREADY


def _confirm(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    line = hold_line_by_id(scene.connection, task.address_id)
    opt_out(scene.connection, line, scene.now)
    tasks.close(scene.connection, task.id, staff.ref, "opted out", scene.now)
    return "No more texts will go there. Please phone or visit."


def _lift(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    line = hold_line_by_id(scene.connection, task.address_id)
    ask_to_stop(scene.connection, line, None)
    tasks.close(scene.connection, task.id, staff.ref, "lifted", scene.now)
    return "Texts go on."


def _let_in(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    line = hold_line_by_id(scene.connection, task.address_id)
    link = links.pending_at(scene.connection, line.id, scene.now)
    if link is None or link.person_id != task.person_id or line.person_id is not None:
        tasks.close(scene.connection, task.id, staff.ref, "too late", scene.now)
        return "That link is used up or too old. /link makes a new one."
    person = person_by_id(scene.connection, link.person_id)
    if family_at(scene, line, person).muted:
        return "This person must not be contacted: they are not connected."
    connect(scene, link, line, staff.ref)
    return "Connected."


def _keep_out(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    link = links.pending_at(scene.connection, task.address_id, scene.now)
    if link is not None and link.person_id == task.person_id:
        links.end_link(scene.connection, link.id, "not them", scene.now)
    tasks.close(scene.connection, task.id, staff.ref, "not them", scene.now)
    return "Kept out. Whoever opened the link learns nothing."


def _cut_off(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    says = cut_off(scene, staff, task.address_id)
    tasks.close(scene.connection, task.id, staff.ref, "cut off", scene.now)
    return says


def _refer(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    return refer_message(scene, staff, task.contact_id)


def _proven(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    line = hold_line_by_id(scene.connection, task.address_id)
    if line.person_id != task.person_id or line.dead_at is not None:
        tasks.close(scene.connection, task.id, staff.ref, "another number", scene.now)
        return "Their number has changed since. A newer message asks about the new one."
    mark_line(scene.connection, line.id, proven_at=scene.now)
    tasks.close(scene.connection, task.id, staff.ref, "proven", scene.now)
    return _what_goes(line)


def _what_goes(line: Line) -> str:
    """Promise texts to a proven number only where nothing else stops them."""
    for stopped, why in (
        (line.opted_out_at, STILL_OUT),
        (line.carrier_blocked_at, STILL_BLOCKED),
        (line.wrong_at, STILL_WRONG),
    ):
        if stopped is not None:
            return GOES_NOWHERE.format(why=why)
    return "Thank you. Texts can go to this number now."


def _offer(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    says = press_offer(scene, staff, task.key)
    tasks.close(scene.connection, task.id, staff.ref, "offered", scene.now)
    return says


def _right(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    line = hold_line_by_id(scene.connection, task.address_id)
    if _stopped_anew(scene, task, line):
        return STOPPED_ANEW
    mark_line(scene.connection, line.id, wrong_at=None)
    if task.done_at is not None:
        return "The address is used again."
    tasks.see(scene.connection, task.id, staff.ref, scene.now)
    return "The address is used again. The incident stays open until you press Done."


def _stopped_anew(scene: Scene, task: Row[Any], line: Line) -> bool:
    """Say whether more is known against an address than this closed incident was about.

    An address that is stopped already keeps its first moment, so that alone does not tell.
    """
    if task.done_at is None or line.wrong_at is None:
        return False
    newer = (
        (Task.kind == task.kind) & (Task.id > task.id),
        (Task.kind == "wrong_number") & (Task.created_at > task.done_at),
    )
    query = select(Task.id).where(Task.address_id == line.id, or_(*newer)).limit(1)
    return line.wrong_at > task.done_at or scene.connection.execute(query).first() is not None


ACTIONS: Mapping[str, Callable[[Scene, Someone, Row[Any]], str]] = {
    "ack": _have,
    "done": _done,
    "stop": _stop,
    "now": _now,
    "confirm": _confirm,
    "lift": _lift,
    "proven": _proven,
    "let_in": _let_in,
    "keep_out": _keep_out,
    "cut_off": _cut_off,
    "right": _right,
    "refer": _refer,
    "offer": _offer,
    "approve": approving.approve,
    "unsent": approving.leave,
    "passed_on": approving.passed_on,
    "welcome": send_welcome,
    "later": leave_welcome,
}
