"""What staff are told and asked to do: notices and tasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from bot.rules.hours import add_working_time
from bot.rules.routing import may_sound
from bot.scene.family import Family, family_at
from bot.scene.scene import Scene
from storage import outbox, tasks
from storage.addresses import Line, Someone, lines_of, person_by_id, person_by_ref
from storage.contacts import restricted_from

CHAT, PHONE = "staff", "sms"
ANSWER_WITHIN = timedelta(hours=4)
SAME_DAY = timedelta(hours=6)
SOON = timedelta(hours=2)

HAVE_IT = ("ack", "I have this")
NO_ANSWER = ("done", "No answer needed")
DONE = ("done", "Done")
ACTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "message": (HAVE_IT, NO_ANSWER),
    "crisis": (HAVE_IT, DONE),
    "safeguarding": (HAVE_IT, DONE),
    "complaint": (HAVE_IT, DONE),
    "unclaimed": (HAVE_IT, NO_ANSWER),
    "stop_request": (("confirm", "Yes, stop the texts"), ("lift", "No, keep texting")),
    "prove_number": (("proven", "Spoke to them, number right"), DONE),
    "typed": (("stop", "Stop"),),
    "held": (("now", "Send now"), ("stop", "Do not send")),
}
OWN_WORK = frozenset({"typed", "held"})  # says only where a worker's own words stand
WITHIN: dict[str, timedelta] = {
    "call": SOON,
    "message": ANSWER_WITHIN,
    "unclaimed": SOON,
    "hand_over": ANSWER_WITHIN,
}


@dataclass(frozen=True, slots=True)
class Matter:
    """Something staff must read or do about somebody."""

    kind: str
    words: str = field(repr=False)
    level: str | None = None
    contact_id: int | None = None
    outbox_id: int | None = None
    respond_by: datetime | None = None
    discreet_words: str = ""  # what stands in a notice when words must not


def raise_task(
    scene: Scene, family: Family | None, owner: str, matter: Matter, *, told: Iterable[str]
) -> int | None:
    """Make a task and tell everybody in `told` about it at once. None: nobody could own it."""
    staff = person_by_ref(scene.connection, owner)
    if staff is None:
        return None
    told = tuple(dict.fromkeys((owner, *told)))
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
            case_id=family.case_ids[0] if family and family.case_ids else None,
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
    if matter.kind == "typed":
        return None
    limits = scene.practice.acknowledge_within
    if matter.level == "L1":
        return scene.now + limits["L1"]
    length = limits["L2"] if matter.level == "L2" else WITHIN.get(matter.kind, SAME_DAY)
    hours = scene.worker(owner).hours
    return add_working_time(hours, scene.practice.calendar, scene.now, length)


def notify(
    scene: Scene,
    staff_ref: str,
    family: Family | None,
    matter: Matter,
    *,
    task_id: int | None = None,
    name: str = "",
) -> None:
    """Tell one member of staff; urgent news reaches a phone at night by chat and by SMS."""
    staff = person_by_ref(scene.connection, staff_ref)
    if staff is None or _kept_from(scene, staff, matter):
        return
    urgent = matter.level == "L1"
    sound = may_sound(scene.team, scene.practice, staff_ref, scene.now, urgent=urgent)
    for line in _lines(scene, staff, urgent=urgent):
        _put(scene, staff, line, family, matter, task_id, silent=not sound, name=name)


def _kept_from(scene: Scene, staff: Someone, matter: Matter) -> bool:
    """Words about a member of staff reach them by no road until they are released."""
    if matter.contact_id is None:
        return False
    return staff.id in restricted_from(scene.connection, matter.contact_id)


def _lines(scene: Scene, staff: Someone, *, urgent: bool) -> list[Line]:
    usable = [line for line in lines_of(scene.connection, staff.id) if line.dead_at is None]
    chat = [line for line in usable if line.channel == CHAT]
    phones = [line for line in usable if line.channel == PHONE]
    if not chat:
        return phones[:1]
    by_night = urgent and staff.ref in scene.practice.out_of_hours
    return [*chat[:1], *(phones[:1] if by_night else [])]


def _put(
    scene: Scene,
    staff: Someone,
    line: Line,
    family: Family | None,
    matter: Matter,
    task_id: int | None,
    *,
    silent: bool,
    name: str,
) -> None:
    shown = scene.practice.notices_shown and line.channel == CHAT
    outbox.put(
        scene.connection,
        outbox.Letter(
            key=f"{scene.key}:notice:{staff.ref}:{line.channel}:{matter.kind}{name}",
            address_id=line.id,
            person_id=staff.id,
            kind="staff",
            purpose=matter.kind,
            language="en",
            text=matter.words if shown or matter.kind in OWN_WORK else _discreet(family, matter),
            choices=_buttons(matter.kind, task_id) if line.channel == CHAT else (),
            at=scene.now,
            due_at=scene.now,
            about_id=family.person.id if family and family.person else None,
            task_id=task_id,
            silent=silent,
        ),
    )


def _discreet(family: Family | None, matter: Matter) -> str:
    """Say that something is there, and nothing of what it says."""
    if matter.discreet_words:
        return matter.discreet_words
    about = family.initials() if family else "the service"
    level = f"{matter.level} " if matter.level else ""
    return f"{level}{matter.kind.replace('_', ' ')}: {about}. Open your desk to read it."


def _buttons(kind: str, task_id: int | None) -> tuple[tuple[str, str], ...]:
    if task_id is None:
        return ()
    actions = ACTIONS.get(kind, (DONE,))
    return tuple((f"t:{task_id}:{action}", label) for action, label in actions)


def mark_words(scene: Scene, row: Row[Any], words: str) -> None:
    """Say one short line to a member of staff about words they typed; replying reaches the same."""
    staff = person_by_ref(scene.connection, row.author)
    if staff is None:
        return
    for line in _lines(scene, staff, urgent=False)[:1]:
        say_to_staff(scene, line, staff, words, "mark", about_id=row.person_id)


def say_to_staff(
    scene: Scene, line: Line, staff: Someone, words: str, name: str, about_id: int | None = None
) -> None:
    """Say one line to a member of staff: no task, no buttons."""
    outbox.put(
        scene.connection,
        outbox.Letter(
            key=f"{scene.key}:{name}:{staff.ref}",
            address_id=line.id,
            person_id=staff.id,
            kind="staff",
            purpose=name,
            language="en",
            text=words,
            at=scene.now,
            due_at=scene.now,
            about_id=about_id,
        ),
    )


def family_behind(scene: Scene, line: Line) -> Family:
    """Load whoever is at a held address."""
    person = person_by_id(scene.connection, line.person_id) if line.person_id else None
    return family_at(scene, line, person)
