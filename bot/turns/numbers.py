"""A family's number is corrected: the old one is used no more, the new one has to be proven."""

from __future__ import annotations

from bot.rules.phones import BadNumber, e164
from bot.scene.desk_notes import raise_task
from bot.scene.family import family_at
from bot.scene.matters import Matter
from bot.scene.notices import PHONE
from bot.scene.scene import Scene
from storage import audit, tasks
from storage.addresses import (
    Line,
    Someone,
    hold_line,
    hold_line_by_id,
    hold_person,
    lines_of,
    mark_line,
)
from storage.numbers import CORRECTED

TAKEN = "That is on record as the number of somebody else."
SAME = "That is their number already."
WRONG = (
    "That number is said to reach somebody else. If it is right, press “The address is right” "
    "on its incident first."
)


def correct_number(scene: Scene, person: Someone, raw: str, by: str) -> str:
    """Give somebody another number; returns why not, if it is not done.

    Whoever owns the family speaks to them before anything automatic goes there.
    """
    try:
        number = e164(raw)
    except BadNumber as bad:
        return f"The number {bad.advice}"
    line = hold_line(scene.connection, PHONE, number, scene.now)
    if refusal := _refusal(line, person):
        return refusal
    for old in _phones(scene, person):
        hold_line_by_id(scene.connection, old.id)
        mark_line(scene.connection, old.id, dead_at=scene.now)
    hold_person(scene.connection, person.id)
    mark_line(scene.connection, line.id, person_id=person.id, dead_at=None, proven_at=None)
    family = family_at(scene, hold_line_by_id(scene.connection, line.id), person)
    words = f"{family.named()} has a new number. Speak to them, then press the button."
    # Whoever spoke to them about an earlier number has not proven this one.
    older = ("prove_number",)
    tasks.close_all(scene.connection, person.id, older, by, "number corrected", scene.now)
    who = family.owner.staff
    raise_task(scene, family, who, Matter("prove_number", words), told=(who,))
    audit.append(scene.connection, scene.now, by, CORRECTED, person.ref)
    return ""


def _refusal(line: Line, person: Someone) -> str:
    if line.person_id not in {None, person.id}:
        return TAKEN
    if line.wrong_at is not None:
        return WRONG
    return SAME if line.person_id == person.id and line.dead_at is None else ""


def _phones(scene: Scene, person: Someone) -> list[Line]:
    lines = lines_of(scene.connection, person.id)
    return [line for line in lines if line.channel == PHONE and line.dead_at is None]
