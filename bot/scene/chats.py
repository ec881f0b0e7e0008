"""Chats that come and go: what is used instead, and who hears of it."""

from __future__ import annotations

from bot.rules.routing import in_charge
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, chat_labels, family_at
from bot.scene.matters import Matter
from bot.scene.notices import FAMILY_CHAT, PAGE, PHONE, STAFF_CHAT, notify
from bot.scene.scene import Scene
from storage import outbox
from storage.addresses import Line, Someone, lines_of, mark_line, person_by_id

CHATS = frozenset({FAMILY_CHAT, STAFF_CHAT})


def usable(line: Line) -> bool:
    """Say whether anything can still be sent to an address."""
    return not (line.dead_at or line.wrong_at or line.carrier_blocked_at)


def phone_of(scene: Scene, person_id: int) -> Line | None:
    """Find the number that may stand in for a chat: proven to be theirs. None: there is none."""
    lines = lines_of(scene.connection, person_id)
    phones = [one for one in lines if one.channel == PHONE and usable(one)]
    mine = (one for one in phones if one.proven_at is not None and one.opted_out_at is None)
    return next(mine, None)


def stands_in_unproven(scene: Scene, line: Line) -> bool:
    """Say whether an address is a number nobody has proven, of somebody who uses a chat."""
    if line.channel != PHONE or line.proven_at is not None or line.person_id is None:
        return False
    return any(one.channel == FAMILY_CHAT for one in lines_of(scene.connection, line.person_id))


def phone_instead(scene: Scene, line: Line) -> Line | None:
    """Find the number that is texted when a chat cannot be used. None: there is none."""
    if line.channel not in CHATS or line.person_id is None:
        return None
    return phone_of(scene, line.person_id)


def chat_lost(scene: Scene, line: Line) -> None:
    """A chat cannot be used any more: what waits goes by text, and somebody is told, once."""
    if line.dead_at is not None:
        return
    mark_line(scene.connection, line.id, dead_at=scene.now)
    if line.person_id is None:
        return
    if line.channel == STAFF_CHAT:
        _tell_about_staff(scene, line)
        return
    phone = phone_instead(scene, line)
    if phone is not None:
        outbox.readdress(scene.connection, line.person_id, line.id, phone.id)
    person = person_by_id(scene.connection, line.person_id)
    family = family_at(scene, line, person)
    instead = "Text messages are used instead" if phone else f"No number here. {family.reach}"
    words = f"{family.named()} cannot be reached by chat any more: it was blocked. {instead}."
    who = family.owner.staff
    raise_task(scene, family, who, Matter("chat_blocked", words), told=family.owners())


def chat_back(scene: Scene, line: Line) -> None:
    """A chat that had been blocked is open again."""
    if line.dead_at is None:
        return
    mark_line(scene.connection, line.id, dead_at=None)
    if line.person_id is None or line.channel == STAFF_CHAT:
        return
    family = family_at(scene, line, person_by_id(scene.connection, line.person_id))
    for ref in family.owners():
        notify(scene, ref, family, Matter("chat_back", f"{family.named()} is back in the chat."))


def _tell_about_staff(scene: Scene, line: Line) -> None:
    person = person_by_id(scene.connection, line.person_id or 0)
    top = next(iter(in_charge(scene.team, scene.practice)), person.ref)
    if top != person.ref:
        words = f"{person.name} has blocked the staff chat: notices reach them by text only."
        raise_task(scene, None, top, Matter("staff_blocked", words), told=(top,))


def labels_at(scene: Scene, line: Line, staff: Someone) -> dict[str, str]:
    """Name carers as openly as this place allows: whoever signed in to the page reads names."""
    return {} if line.channel == PAGE else chat_labels(scene, staff)


def waits_elsewhere(family: Family) -> bool:
    """Say whether a family's chat is one they left, or that cannot be used."""
    line = family.line
    return line.channel in CHATS and (line.left_at is not None or not usable(line))
