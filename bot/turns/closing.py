"""Closing a matter of danger: only a person, only with an outcome, and the entry for the record."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from bot.desk.base import Answer
from bot.flows.base import CloseMatter
from bot.flows.close_matter import OUTCOMES, RECORDS
from bot.rules.calendar import wall
from bot.scene.names import as_read_by
from bot.scene.notices import PAGE, family_behind
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from storage import audit, closings, steps, tasks
from storage.addresses import Line, Someone, hold_line_by_id
from storage.closings import Closing
from storage.contacts import restricted_from
from storage.threads import contact_by_id, pupils_in

DONE_ALREADY = "That is done already."
MODES = {"sms": "text message", "telegram": "Telegram", "telephone": "phone call"}


def ask_how_it_ended(scene: Scene, staff: Someone, task: Row[Any]) -> Answer:
    """Begin the questions that must be answered before a matter of danger is closed."""
    given = {"task": str(task.id), "matter": _named(scene, staff, task)}
    return Answer("", begins=("close_matter", given))


def close_matter(scene: Scene, staff: Someone, said: CloseMatter) -> str:
    """Close a matter as it was confirmed; returns what the desk answers."""
    task = tasks.find_task(scene.connection, said.task)
    hidden = restricted_from(scene.connection, task.contact_id) if task and task.contact_id else ()
    if task is None or staff.id in hidden:
        return "This is not known here."
    if not tasks.close(scene.connection, task.id, staff.ref, said.outcome, scene.now):
        return DONE_ALREADY
    closing = Closing(said.outcome, said.reason, said.told, said.recorded_in, said.reference)
    closings.keep_closing(scene.connection, task.id, closing, staff.ref, scene.now)
    steps.note(scene.connection, task.id, (staff.ref,), steps.CLOSED, scene.now)
    audit.append(scene.connection, scene.now, staff.ref, "close matter", f"task {task.id}")
    return f"Closed: {OUTCOMES[said.outcome].lower()}. “Copy as text” still gives the entry."


def as_text(scene: Scene, line: Line, staff: Someone, task: Row[Any]) -> Answer:
    """Write a matter as plain text for another system; where words may not stand, behind a tap."""
    entry = _entry(scene, staff, task)
    if line.channel == PAGE or scene.practice.notices_shown:
        return Answer(entry)
    return Answer(f"The entry of {_named(scene, staff, task)}.", behind=entry)


def _named(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    about = "an unknown number"
    if task.address_id is not None:
        family = family_behind(scene, hold_line_by_id(scene.connection, task.address_id))
        about = family.shown_to(staff).initials()
    return f"{task.level or ''} {task.kind}, {about}".strip()


def _entry(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    contact = contact_by_id(scene.connection, task.contact_id) if task.contact_id else None
    at = wall(contact.occurred_at if contact else task.created_at)
    hidden = hidden_cases(scene, staff)
    pupils = pupils_in(scene.connection, contact.id, hidden) if contact else []
    mode = MODES.get(contact.mode, "message") if contact else ""
    lines = {
        "Date": f"{at:%d/%m/%Y}",
        "Time": f"{at:%H:%M}",
        "Pupil": ", ".join(name for _ref, name in pupils) or "not known",
        "Category": as_read_by(scene, staff, task.words.partition("\n")[0]),
        "Mode": mode,
        "Staff": _first_name(scene, task.seen_by) or "nobody yet",
        "Said": (contact.words or "(erased)") if contact else "",
        "Action": _action(scene, task),
    }
    return "\n".join(f"{name}: {words}" for name, words in lines.items())


def _action(scene: Scene, task: Row[Any]) -> str:
    closing = closings.closing_of(scene.connection, task.id)
    if closing is None:
        return "open"
    record = f"{RECORDS[closing.recorded_in]}, {closing.reference}"
    who = _first_name(scene, closing.by)
    head = f"{OUTCOMES[closing.outcome]} ({who}). {closing.reason}"
    return f"{head} Told: {closing.told} Recorded in: {record}"


def _first_name(scene: Scene, ref: str | None) -> str:
    worker = scene.team.workers.get(ref or "")
    return worker.first_name if worker else ref or ""
