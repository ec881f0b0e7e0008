"""Which address of a family a member of staff means: never simply the last one written to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from bot.desk.base import Reached
from bot.scene.chats import usable
from bot.scene.family import local_time
from bot.scene.notices import STAFF_CHAT
from bot.scene.scene import Scene
from storage import contacts, outbox, sent
from storage.addresses import Line, Someone, hold_line_by_id, lines_of, person_by_id, person_by_ref

HEARD, TOLD = "in:", ":notice:"  # how the keys begin, and go on, of notices of what was heard


def by_notice(scene: Scene, notice: Row[Any] | None, task: Row[Any] | None) -> Reached | None:
    """Find the address that a notice is about: where its message went, or where it came from."""
    message = _its_message(scene, notice, task)
    if message is not None:
        return _reached(scene, message.address_id, message.person_id, message)
    address_id = task.address_id if task is not None else None
    if address_id is None and notice is not None:
        address_id = _came_from(scene, notice)
    if address_id is not None:
        return _reached(scene, address_id, task.person_id if task is not None else None)
    if notice is None or notice.about_id is None:
        return None
    before = sent.last_sent(scene.connection, notice.about_id, notice.created_at)
    return _reached(scene, before.address_id, before.person_id, before) if before else None


def by_person(scene: Scene, ref: str) -> Reached | None:
    """Find where the last message to a person went; None: none has left."""
    person = person_by_ref(scene.connection, ref)
    last = sent.last_sent(scene.connection, person.id) if person else None
    return _reached(scene, last.address_id, last.person_id, last) if last else None


def _its_message(scene: Scene, notice: Row[Any] | None, task: Row[Any] | None) -> Row[Any] | None:
    if task is not None and task.outbox_id is not None:
        return outbox.find(scene.connection, task.outbox_id)
    return sent.spoken_of(scene.connection, notice) if notice is not None else None


def _came_from(scene: Scene, notice: Row[Any]) -> int | None:
    """Find the address behind a notice that has no task, such as a check-in's answer."""
    heard, told, _whom = notice.key.removeprefix(HEARD).partition(TOLD)
    if not told or not notice.key.startswith(HEARD):
        return None
    contact = contacts.by_source(scene.connection, heard)
    return contact.address_id if contact is not None else None


def _reached(
    scene: Scene, address_id: int, person_id: int | None, message: Row[Any] | None = None
) -> Reached | None:
    """Look at one address of a family; None: it is a member of staff's."""
    line = hold_line_by_id(scene.connection, address_id)
    whom = person_id if person_id is not None else line.person_id
    person = person_by_id(scene.connection, whom) if whom is not None else None
    if line.channel == STAFF_CHAT or (person is not None and person.kind == "staff"):
        return None
    left = message if message is not None and message.sent_at else None
    left = left or sent.last_sent_to(scene.connection, address_id)
    return Reached(
        address=line.id,
        channel=line.channel,
        person=person.ref if person else "",
        left=local_time(left.sent_at) if left is not None else "",
        since=local_time(line.wrong_at) if line.wrong_at else "",
        others=_has_others(scene, line, person),
    )


def _has_others(scene: Scene, line: Line, person: Someone | None) -> bool:
    theirs = lines_of(scene.connection, person.id) if person else []
    return any(usable(one) and not one.opted_out_at for one in theirs if one.id != line.id)
