"""Words a member of staff typed for a family: checked, signed, and stoppable for a moment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from bot.rules import gate
from bot.rules.wording import units
from bot.scene.chats import CHATS, phone_of, stands_in_unproven, usable
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, family_at, family_of
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases
from storage import outbox
from storage.addresses import (
    Someone,
    hold_line_by_id,
    person_by_id,
    person_by_ref,
)
from storage.case_summary import every_case
from storage.contacts import last_inbound
from storage.staff import caseload
from storage.tables import Address

TYPED_USEFUL_FOR = timedelta(days=7)
NOWHERE = "This family has no number or chat here. Please phone or visit."
SOMEBODY = "somebody"  # of a family that is not there for the writer


@dataclass(frozen=True, slots=True)
class Words:
    """What was typed, and for whom."""

    person_id: int
    words: str = field(repr=False)
    checked: bool = False
    address_id: int | None = None  # where they wrote from, if this answers something
    beside: bool = False  # a colleague's answer goes as well, and the writer knows
    purpose: str = "support"
    all_the_same: bool = False  # one person writes to this family, and the writer knows


def put_in_outbox(scene: Scene, staff: Someone, words: Words) -> str:
    """Put typed words on their way; returns what the desk says, empty if a notice says it."""
    family = family_for(scene, words)
    if family is None or family.person is None:
        return NOWHERE
    text = signed(staff, words)
    refusal = refused(scene, words, family, text)
    if refusal:
        return refusal
    heard = last_inbound(scene.connection, family.line.id)
    outbox_id = outbox.put(
        scene.connection,
        outbox.Letter(
            key=f"{scene.key}:typed",
            address_id=family.line.id,
            person_id=family.person.id,
            kind="person",
            purpose=words.purpose,
            language=family.language,
            text=text,
            at=scene.now,
            due_at=scene.now + scene.practice.undo,
            cases=family.cases,
            author=staff.ref,
            heard_at=heard.occurred_at if heard else None,
            not_after=scene.now + TYPED_USEFUL_FOR,
        ),
    )
    if words.beside:
        outbox.mark(scene.connection, outbox_id, reason=gate.BESIDE)
    _announce(scene, staff, family, outbox_id)
    return ""


def signed(staff: Someone, words: Words) -> str:
    """Put the writer's name under what they typed, unless it stands there as a name of its own."""
    name = re.escape(staff.first_name)
    own = re.search(rf"(?:^|[\n.,!?–-])\s*{name}\W*$", words.words, re.IGNORECASE)
    return words.words if own else f"{words.words}\n{staff.first_name}"


def refused(scene: Scene, words: Words, family: Family, text: str) -> str:
    """Say why a text cannot go to a family at all; empty: it can."""
    return _refusal(family) or _unproven(scene, words, family) or _too_long(scene, family, text)


def _announce(scene: Scene, staff: Someone, family: Family, outbox_id: int) -> None:
    """Say where the words go, with a button that stops them."""
    seconds = int(scene.practice.undo.total_seconds())
    words = f"To {family.for_chat(staff.ref)} in {seconds} seconds."
    matter = Matter("typed", words, outbox_id=outbox_id)
    raise_task(scene, family, staff.ref, matter, told=(staff.ref,))


def family_for(scene: Scene, words: Words) -> Family | None:
    """Load whom words are for, at the address they would go to; None: there is none."""
    person = person_by_id(scene.connection, words.person_id)
    if words.address_id is not None:
        line = hold_line_by_id(scene.connection, words.address_id)
        blocked = line.channel in CHATS and line.dead_at is not None
        if line.person_id == person.id and not blocked:
            return family_at(scene, line, person)
    return _instead_of_a_chat(scene, family_of(scene, person))


def _instead_of_a_chat(scene: Scene, family: Family | None) -> Family | None:
    """Where a number stands in for a chat of theirs, take one that is proven, if there is one."""
    if family is None or family.person is None or not stands_in_unproven(scene, family.line):
        return family
    phone = phone_of(scene, family.person.id)
    return family_at(scene, phone, family.person) if phone else family


def _unproven(scene: Scene, words: Words, family: Family) -> str:
    """Refuse a number nobody has proven in place of a chat; who wrote from it is answered there."""
    if family.line.id == words.address_id or not stands_in_unproven(scene, family.line):
        return ""
    return f"Not sent: their chat cannot be used. No number here is proven. {family.reach}."


def _too_long(scene: Scene, family: Family, text: str) -> str:
    """Refuse at once what no provider would take: cut by us, half of it might mean the opposite."""
    over = units(text) - scene.taskforce.longest_text
    if family.line.channel != "sms" or over <= 0:
        return ""
    return f"Not sent: {over} characters too many for one text message. Send it in two parts."


def _refusal(family: Family) -> str:
    line = family.line
    if family.muted:
        return "Not sent: this person must not be contacted here."
    if line.wrong_at:  # First: a STOP that came from a stranger is no reason to ring them.
        return f"Not sent: it is said to reach somebody else. {_instead(family)}"
    if line.opted_out_at:
        return f"Not sent: they asked for no more texts (STOP). {family.reach}."
    if line.dead_at or line.carrier_blocked_at:
        return f"Not sent: this number cannot be used. {family.reach}, and check it."
    return ""


def _instead(family: Family) -> str:
    """Say how a family is written to whose one address is stopped; never to ring a stranger."""
    best = family_of(family.scene, family.person) if family.person else None
    if best is not None and usable(best.line) and not best.line.opted_out_at:
        return "To use their other address, type it again without replying."
    return "Do not ring it either: visit, or find out their number."


def other_child(scene: Scene, staff: Someone, words: Words) -> str | None:
    """Name a child of another family who is mentioned in the words, if there is one.

    Whose case is not there for the writer is asked about too, and not named.
    """
    family = family_for(scene, words)
    own = {part.casefold() for tie in (family.ties if family else ()) for part in tie.pupil.split()}
    said = {word.strip(".,!?:;'\"()’").removesuffix("'s").removesuffix("’s").casefold()
            for word in words.words.split()}  # fmt: skip
    hidden = hidden_cases(scene, staff)
    others = [
        (row.id in hidden, row.pupil.split()[0])
        for row in every_case(scene.connection)
        if row.pupil.split()[0].casefold() in said - own
    ]
    unseen, first = min(others, key=lambda one: one[0], default=(False, None))
    return SOMEBODY if unseen else first


def person_of_address(scene: Scene, address_id: int | None) -> int | None:
    """Find whose an address is now: it may have been attached since the message came."""
    query = select(Address.person_id).where(Address.id == address_id)
    return scene.connection.execute(query).scalar_one_or_none()


def person_of_ref(scene: Scene, ref: str) -> int | None:
    """Find a person by their stable id."""
    found = person_by_ref(scene.connection, ref)
    return found.id if found else None


def ref_of(scene: Scene, person_id: int) -> str:
    """Name a person by their stable id."""
    return person_by_id(scene.connection, person_id).ref


def latest_first(
    scene: Scene, staff: Someone, families: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Put a worker's own caseload first, then everybody else."""
    own = caseload(scene.connection, staff.id, scene.today)
    return sorted(families, key=lambda family: not any(case in family[1] for case in own))
