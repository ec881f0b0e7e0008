"""The weekly meeting as it is held, and what is decided in it until it is done: all audited."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from bot.desk.base import Decide
from bot.rules.access import may
from bot.scene.matters import DECISION, number_in
from bot.scene.roles import role
from bot.scene.scene import Scene
from bot.turns.buttons import NOT_KNOWN
from bot.turns.changes import make
from bot.turns.rights import has_a_desk, may_on
from storage import audit, decisions, meetings
from storage.addresses import Someone, person_by_ref
from storage.received import note_received

OPEN_ALREADY = "A colleague has opened the meeting already."
NOT_TODAY = "A meeting is opened on its own day."
NOBODY = "Tick who is here first."
CLOSED_ALREADY = "The meeting is closed already."
DONE = "Done. Thank you."
DONE_ALREADY = "That is done already."


def core_team(scene: Scene) -> tuple[str, ...]:
    """Name everybody who sits in the meeting: whoever has a desk, in the order of the team."""
    active = (ref for ref, worker in scene.team.workers.items() if worker.active)
    people = ((ref, person_by_ref(scene.connection, ref)) for ref in active)
    return tuple(ref for ref, one in people if one is not None and has_a_desk(scene, one))


def begin(scene: Scene, staff: Someone, on: date, attendees: Collection[str]) -> str:
    """Open the meeting of today with who is here; returns what is wrong, or nothing."""
    here = [ref for ref in core_team(scene) if ref in attendees]
    if on != scene.today:
        return NOT_TODAY
    if not here:
        return NOBODY
    if meetings.open_meeting(scene.connection, on, staff.ref, here, scene.now) is None:
        return OPEN_ALREADY
    audit.append(scene.connection, scene.now, staff.ref, "meeting opened", f"{on}")
    return ""


def finish(scene: Scene, staff: Someone, on: date) -> str:
    """Close the meeting of a day; returns what is wrong, or nothing."""
    meeting = meetings.meeting_on(scene.connection, on)
    if meeting is None or not meetings.close_meeting(scene.connection, meeting.id, scene.now):
        return CLOSED_ALREADY
    audit.append(scene.connection, scene.now, staff.ref, "meeting closed", f"{on}")
    return ""


def decide_once(scene: Scene, staff: Someone, decision: Decide, key: str) -> None:
    """Write a decision down as /decide does; the same form sent twice is one decision."""
    if note_received(scene.connection, "page", f"decide:{staff.ref}:{key}", scene.now):
        make(scene, staff, decision)


def may_end(scene: Scene, staff: Someone, number: int) -> bool:
    """Say whether somebody may note a decision as done: who sits in meetings and reads the case."""
    case = decisions.case_of(scene.connection, number)
    sits = may(role(scene, staff), "meeting")
    return case is not None and sits and may_on(scene, staff, "read", case)


def end_decision(scene: Scene, staff: Someone, number: int) -> bool:
    """Note that what was decided is done. False: it was done before."""
    if not decisions.end_decision(scene.connection, number, staff.ref, scene.now):
        return False
    audit.append(scene.connection, scene.now, staff.ref, "decision done", f"decision {number}")
    return True


def press_done(scene: Scene, staff: Someone, key: str) -> str:
    """Do what a button `d:<decision>` says; returns the line the desk answers."""
    number = number_in(key, DECISION)
    if number is None or not may_end(scene, staff, number):
        return NOT_KNOWN
    return DONE if end_decision(scene, staff, number) else DONE_ALREADY
