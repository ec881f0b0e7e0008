"""The staff bot's door: chats nobody knows get one neutral answer, and no data."""

from __future__ import annotations

from bot.desk import COMMANDS, HELP
from bot.domain import Inbound
from bot.flows.base import PassOn
from bot.rules import doors
from bot.rules.routing import in_charge
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, family_at
from bot.scene.matters import Matter
from bot.scene.notices import STAFF_CHAT, say_to_staff
from bot.scene.scene import Scene
from bot.turns import access, alarms
from bot.turns.hearing import listen
from bot.turns.keep import Said, pass_on
from bot.turns.knocking import may_knock
from bot.turns.voice import shown_words
from storage import outbox
from storage.addresses import (
    Line,
    Someone,
    hold_line_by_id,
    hold_person,
    lines_of,
    mark_line,
)
from storage.invites import use_invite

OURS = frozenset((*COMMANDS, HELP.name, "start"))

NOT_CONNECTED = (
    "This chat is not connected. If you work here, ask your manager for a code and type it. "
    "In an emergency call 999."
)
ELSEWHERE = (
    "This chat is no longer connected: another one took its place. "
    "If that was not you, tell your manager now."
)
WELCOME = "You are connected, {name}. Reply to a message to answer the family. /help says more."


def hear_unknown(scene: Scene, inbound: Inbound, line: Line) -> None:
    """Take what came from a chat of nobody's, or of somebody whose access has ended."""
    words = inbound.words.strip()
    code = None if inbound.forwarded or inbound.amends else doors.invitation(words)
    if code is not None and line.channel == STAFF_CHAT and _let_in(scene, line, code):
        return
    if inbound.media or not (inbound.key or doors.only_a_command(words, OURS)):
        _keep(scene, inbound, line)
    if line.channel == STAFF_CHAT and may_knock(scene, line, "door"):
        say_to_staff(scene, line, None, NOT_CONNECTED, "door")


def _keep(scene: Scene, inbound: Inbound, line: Line) -> None:
    """Whatever was written here, a person reads it: it may be a family at the wrong door."""
    voice = listen(scene, inbound, Family(scene, line), None)
    if not alarms.raise_alarms(voice):
        effect = PassOn(f"{shown_words(inbound)}\n(written to the staff chat)")
        pass_on(scene, voice.family, effect, Said("", voice.contact_id, late=voice.late_note))


def _let_in(scene: Scene, line: Line, code: str) -> bool:
    """Connect the chat if the code is right. False: it may just have been words."""
    if not may_knock(scene, line, "invite"):
        return False
    staff_id = use_invite(scene.connection, code, scene.now)
    if staff_id is None:
        return False
    person = hold_person(scene.connection, staff_id)
    for old in lines_of(scene.connection, person.id):
        if old.channel == STAFF_CHAT and old.id != line.id:
            outbox.readdress(scene.connection, person.id, old.id, line.id)
            mark_line(scene.connection, old.id, person_id=None)
            say_to_staff(scene, old, None, ELSEWHERE, f"old:{old.id}")
    mark_line(scene.connection, line.id, person_id=person.id, proven_at=scene.now, dead_at=None)
    connected = hold_line_by_id(scene.connection, line.id)
    say_to_staff(scene, connected, person, WELCOME.format(name=person.first_name), "door")
    _tell_manager(scene, connected, person)
    access.restore(scene, person)
    return True


def _tell_manager(scene: Scene, line: Line, person: Someone) -> None:
    """The manager hears of every new chat, with a button that cuts it off."""
    top = next(iter(in_charge(scene.team, scene.practice)), person.ref)
    if top == person.ref:
        return
    words = f"{person.name} has connected a chat. If that was not them, cut it off."
    matter = Matter("staff_chat", words, discreet_words=f"{person.ref} has connected a chat.")
    raise_task(scene, family_at(scene, line, None), top, matter, told=(top,))
