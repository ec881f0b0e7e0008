"""A message reached somebody it was not meant for: a clock of 72 hours begins to run.

Source: UK GDPR, article 33: a breach is reported within 72 hours of being noticed, or the reason
why it need not be is written down.
"""

from __future__ import annotations

from datetime import timedelta

from bot.desk.base import WrongPerson
from bot.rules.routing import heads
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, family_at, family_of, local_time
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from storage.addresses import (
    Someone,
    hold_line_by_id,
    hold_person,
    mark_line,
    person_by_id,
    person_by_ref,
)
from storage.conversations import keep_state, set_due
from storage.sent import last_sent

REPORT_WITHIN = timedelta(hours=72)


def wrong_person(scene: Scene, by: Someone, change: WrongPerson) -> None:
    """Stop the address, and have the heads decide in time whether this has to be reported."""
    family = _whom_it_reached(scene, change)
    if family is None or family.person is None:
        return
    mark_line(scene.connection, family.line.id, wrong_at=scene.now)
    hold_person(scene.connection, family.person.id)
    keep_state(scene.connection, family.person.id, None, scene.now)
    set_due(scene.connection, "silence", family.person.ref, None)
    until = scene.now + REPORT_WITHIN
    words = (
        f"{by.name} says that a message to {family.named()} reached the wrong person. Nothing "
        f"more goes to that address. Decide by {local_time(until)} whether to report it to the "
        "Information Commissioner (72 hours), and write down why."
    )
    told = heads(scene.team, scene.practice) or (by.ref,)
    raise_task(scene, family, told[0], Matter("incident", words, respond_by=until), told=told)


def _whom_it_reached(scene: Scene, change: WrongPerson) -> Family | None:
    """Find the address that was last written to: the one in use now may be another."""
    connection = scene.connection
    if change.about is not None:
        person = person_by_id(connection, change.about)
    elif (found := person_by_ref(connection, change.person)) is not None:
        person = found
    else:
        return None
    last = last_sent(connection, person.id)
    if last is not None:
        return family_at(scene, hold_line_by_id(connection, last), person)
    family = family_of(scene, person)
    return family and family_at(scene, hold_line_by_id(connection, family.line.id), person)
