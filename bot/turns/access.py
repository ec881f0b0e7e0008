"""Who of the staff may enter: invited by a code, connected once, cut off at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.domain import NotReady
from bot.rules import doors
from bot.rules.routing import in_charge
from bot.scene.family import Family, family_at
from bot.scene.matters import OWN_WORK, Matter
from bot.scene.notices import STAFF_CHAT, notify
from bot.scene.scene import Scene
from bot.turns.rights import FOR_THE_TOP
from bot.turns.visit_loose_ends import of_leaver
from storage import audit, contacts, steps, tasks
from storage import staff as staffing
from storage.addresses import (
    Someone,
    hold_line_by_id,
    hold_person,
    lines_of,
    mark_line,
    person_by_id,
    person_by_ref,
)
from storage.conversations import keep_state, set_due
from storage.invites import make_invite, void_invites
from storage.sessions import end_sessions


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code for one member of staff, and until when it lets them in."""

    name: str = field(repr=False)
    code: str = field(repr=False)
    until: datetime
    returns: bool = False  # their access had been ended


@dataclass(frozen=True, slots=True)
class Revoked:
    """Somebody was cut off: what moved to others, and what somebody still has to hand over."""

    name: str = field(repr=False)
    tasks_moved: int
    cases: tuple[str, ...]


def invite(scene: Scene, ref: str, by: str) -> Invitation:
    """Make a code for a member of staff; raises `NotReady` for anybody else."""
    person = _member(scene, ref)
    code, until = scene.taskforce.invitation(), scene.now + doors.INVITE_LASTS
    make_invite(scene.connection, person.id, code, scene.now, until)
    audit.append(scene.connection, scene.now, by, "staff invite", ref)
    return Invitation(person.name, code, until, returns=not scene.worker(ref).active)


def revoke(scene: Scene, ref: str, by: str) -> Revoked:
    """Cut a member of staff off: chats, codes and notices end, and open tasks go to others."""
    person = _held(scene, _member(scene, ref))
    staffing.set_active(scene.connection, person.id, active=False)
    void_invites(scene.connection, person.id, scene.now)
    end_sessions(scene.connection, person.id, scene.now)
    for line in lines_of(scene.connection, person.id):
        if line.channel == STAFF_CHAT:
            mark_line(scene.connection, line.id, person_id=None)
    keep_state(scene.connection, person.id, None, scene.now)
    set_due(scene.connection, "silence", ref, None)
    after = Scene(scene.connection, scene.taskforce, scene.now, scene.key)
    moved = _hand_on(after, person)
    of_leaver(after, person)
    cases = tuple(staffing.caseload(scene.connection, person.id, scene.today))
    audit.append(scene.connection, scene.now, by, "staff revoke", ref)
    return Revoked(person.name, moved, cases)


def cut_off(scene: Scene, by: Someone, address_id: int) -> str:
    """End the access of whoever has a chat; returns what the desk says."""
    line = hold_line_by_id(scene.connection, address_id)
    if line.person_id is None:
        return "This chat is connected to nobody any more."
    person = person_by_id(scene.connection, line.person_id)
    revoke(scene, person.ref, by.ref)
    return f"{person.first_name} is cut off. A new code lets them in: staff invite {person.ref}."


def restore(scene: Scene, person: Someone) -> None:
    """Let somebody in who has a chat again; the audit is its last statement."""
    staffing.set_active(scene.connection, person.id, active=True)
    audit.append(scene.connection, scene.now, person.ref, "staff connected", person.ref)


def _member(scene: Scene, ref: str) -> Someone:
    person = person_by_ref(scene.connection, ref) if ref in scene.team.workers else None
    if person is None:
        known = ", ".join(scene.team.workers) or "nobody: import staff first"
        raise NotReady(f"There is no member of staff with this id. Known are: {known}.")
    return person


def _held(scene: Scene, person: Someone) -> Someone:
    """Hold a person as every turn of theirs does: what they write from before themselves."""
    for line in lines_of(scene.connection, person.id):
        hold_line_by_id(scene.connection, line.id)
    return hold_person(scene.connection, person.id)


def _hand_on(scene: Scene, leaver: Someone) -> int:
    """Give what a leaver had open, or had taken on, to whoever owns it now."""
    moved = 0
    for task in tasks.open_with(scene.connection, leaver.id, leaver.ref):
        family = _family_of(scene, task.address_id, task.person_id)
        heir = None if task.kind in OWN_WORK else _heir(scene, leaver, task, family)
        if heir is None:
            continue
        tasks.give_to(scene.connection, task.id, heir.id, heir.ref)
        matter = Matter(task.kind, f"From {leaver.name}: {task.words}", task.level, task.contact_id)
        notify(scene, heir.ref, family, matter, task_id=task.id, name=f":{task.id}")
        steps.note(scene.connection, task.id, (heir.ref,), steps.HANDED_ON, scene.now)
        moved += 1
    return moved


def _heir(scene: Scene, leaver: Someone, task: Row[Any], family: Family | None) -> Someone | None:
    """Find who has a task now: never somebody its words are about, or who has left too."""
    if task.owner_id != leaver.id:
        return person_by_id(scene.connection, task.owner_id)
    usual = (family.owner.staff,) if family and task.kind not in FOR_THE_TOP else ()
    named = contacts.restricted_from(scene.connection, task.contact_id) if task.contact_id else ()
    for ref in (*usual, *in_charge(scene.team, scene.practice)):
        worker, heir = scene.team.workers.get(ref), person_by_ref(scene.connection, ref)
        if worker and worker.active and heir and heir.id not in named:
            return heir
    return None


def _family_of(scene: Scene, address_id: int | None, person_id: int | None) -> Family | None:
    if address_id is None:
        return None
    line = hold_line_by_id(scene.connection, address_id)
    person = person_by_id(scene.connection, person_id) if person_id else None
    return family_at(scene, line, person)
