"""A reply as the page offers it: what it answers, where it goes, and what has come since."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from bot.pages import wording
from bot.pages.adults import Adult, adults
from bot.pages.families import Household
from bot.pages.visitor import Visitor
from bot.pages.waiting import may_know
from bot.scene.chats import phone_of, stands_in_unproven, usable
from bot.scene.family import family_of
from storage.addresses import Line, line_by_id, person_by_id
from storage.tables import Contact, DeskEntry, Task

NOBODY = "Not sent: choose who it is for."
NOT_THEM = "Not sent: this person may not be written to from here any more."
NO_WORDS = "Not sent: there are no words."
NO_KEY = "Not sent: this form was not complete. Read the page, then send."
ANSWERS_NOTHING = "Not sent: what this answers is not here. Read the page, then send."
NEWER = "Something new has come from {name} since you opened this. Read it, then send."
ANOTHER_WAY = "Not sent: messages to {name} go another way now. Look where, then send."
_SHOWN = re.compile(r"([0-9]{1,9}):([0-9]{1,9}):([0-9.]*)")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page showed of one adult: its form carries this back as it was."""

    task: int = 0  # what is answered; 0: nothing
    line: int = 0  # where it goes; 0: nowhere
    waiting: frozenset[str] = frozenset()  # every open task that stood there

    def __str__(self) -> str:
        return f"{self.task}:{self.line}:{'.'.join(sorted(self.waiting))}"


@dataclass(frozen=True, slots=True)
class Addressee:
    """An adult a reply may be for."""

    adult: Adult
    way: str  # ", by text"; empty: there is none
    shown: Shown


def addressees(visitor: Visitor, them: list[Adult]) -> list[Addressee]:
    """Say of each adult what a reply to them answers, and where it goes."""
    return [_addressee(visitor, adult) for adult in them]


def _addressee(visitor: Visitor, adult: Adult) -> Addressee:
    waits = _waiting(visitor, adult)
    task = waits[-1] if waits else None
    line = _destination(visitor, adult, task)
    open_ones = frozenset(str(row.id) for row in waits)
    shown = Shown(task.id if task else 0, line.id if line else 0, open_ones)
    return Addressee(adult, f", by {wording.mode(line.channel)}" if line else "", shown)


def shown_in(form: Mapping[str, str], ref: str) -> Shown:
    """Read what the page had shown of somebody; a form that says nothing had shown nothing."""
    found = _SHOWN.fullmatch(form.get(f"shown-{ref}", ""))
    if found is None:
        return Shown()
    return Shown(int(found[1]), int(found[2]), frozenset(found[3].split(".")))


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as it was sent in: to be handed to the desk, or not."""

    not_sent: str = ""  # why it is not; empty: it is
    notice: str = ""  # what it answers, as a button's key


def reply_in(visitor: Visitor, home: Household, form: Mapping[str, str]) -> Reply:
    """Judge a reply by what its writer had seen, and by what is so now."""
    adult = next((one for one in adults(visitor, home) if one.ref == form.get("to")), None)
    if adult is None:
        return Reply(NOT_THEM if form.get("to") else NOBODY)
    if not form.get("words", "").strip():
        return Reply(NO_WORDS)
    shown = shown_in(form, adult.ref)
    task = _task(visitor, adult, shown.task)
    changed = _changed(visitor, adult, shown, task)
    if changed or task is None or _line_of(visitor, adult, task) is None:
        return Reply(changed)
    return Reply(notice=f"t:{task.id}:ack")


def _changed(visitor: Visitor, adult: Adult, shown: Shown, task: Row[Any] | None) -> str:
    """Say what is not as it was when the page was made."""
    if shown.task and task is None:
        return ANSWERS_NOTHING
    if {str(row.id) for row in _waiting(visitor, adult)} - shown.waiting:
        return NEWER.format(name=adult.first_name)
    line = _destination(visitor, adult, task)
    moved = shown.line and (line is None or line.id != shown.line)
    return ANOTHER_WAY.format(name=adult.first_name) if moved else ""


def _from(visitor: Visitor, adult: Adult) -> Any:
    """Choose what somebody said that staff are to answer, as far as this reader may know."""
    return (
        select(Task.id, Task.address_id)
        .join(Contact, Contact.id == Task.contact_id)
        .where(
            Task.person_id == adult.id,
            Contact.direction == "inbound",
            may_know(visitor),
        )
        .order_by(Task.id)
    )


def _waiting(visitor: Visitor, adult: Adult) -> list[Row[Any]]:
    """List what is open from somebody, oldest first."""
    query = _from(visitor, adult).where(Task.done_at.is_(None))
    return list(visitor.scene.connection.execute(query))


def _task(visitor: Visitor, adult: Adult, task_id: int) -> Row[Any] | None:
    """Find what a form says it answers, open or not; only of this person, and to be read."""
    query = _from(visitor, adult).where(Task.id == task_id)
    return visitor.scene.connection.execute(query).one_or_none()


def _line_of(visitor: Visitor, adult: Adult, task: Row[Any]) -> Line | None:
    """Find where something was written from, if that is still theirs and can be used."""
    if task.address_id is None:
        return None
    line = line_by_id(visitor.scene.connection, task.address_id)
    theirs = line.person_id == adult.id and line.opted_out_at is None
    return line if theirs and usable(line) else None


def _destination(visitor: Visitor, adult: Adult, task: Row[Any] | None) -> Line | None:
    """Find where a reply goes: where they wrote from, or else the best way to reach them."""
    scene = visitor.scene
    wrote_from = _line_of(visitor, adult, task) if task else None
    if wrote_from is not None:
        return wrote_from
    family = family_of(scene, person_by_id(scene.connection, adult.id))
    if family is None or not stands_in_unproven(scene, family.line):
        return family.line if family else None
    return phone_of(scene, adult.id) or family.line


def entered(visitor: Visitor, key: str) -> bool:
    """Say whether the desk has this form already: sent twice, it is one deed."""
    here = (DeskEntry.staff_id == visitor.staff.id, DeskEntry.external_id == key[:120])
    query = select(DeskEntry.id).where(*here).limit(1)
    return visitor.scene.connection.execute(query).first() is not None
