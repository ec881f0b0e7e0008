"""The family bot's doorstep: links, codes, and chats nobody knows yet.

Until a link is confirmed nothing is disclosed: right and wrong, used and expired are answered in
the same words, and whoever knocks too often is not answered at all.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.domain import Inbound
from bot.flows.base import Prompt
from bot.rules import doors, gate
from bot.rules.verdict import Hold
from bot.scene import sentences
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, family_at, local_time
from bot.scene.letters import Kind, say
from bot.scene.matters import Matter
from bot.scene.notices import FAMILY_CHAT
from bot.scene.scene import Scene
from bot.turns import connecting, controls
from bot.turns.changes import ALL_PAUSED
from bot.turns.hearing import hear_family
from bot.turns.knocking import may_knock
from bot.turns.lateness import heard_at
from storage import links
from storage.addresses import Line, Someone, hold_line_by_id, opt_in, person_by_id
from storage.invites import knocks
from storage.received import recall

LINK_CODE = "link_code"
BARE_START = "/start"
OPENED = "The link for {family} was opened."
CONFIRM = "If you have spoken to them and it is them, you can connect them yourself."
MISUSED = (
    "The link for {family} was opened in the chat of somebody else. It is used up, and nothing "
    "was connected. Ask them how it got there; /link makes a new one."
)
WORN_OUT = (
    "Five wrong codes were typed for {family}. The link is used up, and nothing was connected. "
    "Ask them; /link makes a new one."
)


def hear_at_the_door(scene: Scene, inbound: Inbound, line: Line, person: Someone | None) -> bool:
    """Take what belongs to the door: a start, a link, a code. False: it is a message."""
    if line.channel != FAMILY_CHAT or inbound.forwarded or inbound.amends or inbound.media:
        return False
    payload = doors.started(inbound.words)
    if payload == "" and person is not None and _comes_back(line):
        return False  # the button with which a chat is taken up again says START
    if payload is not None:
        _started(scene, inbound, line, person, payload)
        return True
    code = doors.six_digits(inbound.words)
    if person is None and code is not None and _awaits_code(scene, line):
        _try_code(scene, inbound, line, code)
        return True
    return False


def _started(
    scene: Scene, inbound: Inbound, line: Line, person: Someone | None, payload: str
) -> None:
    if not may_knock(scene, line, "link" if payload else "start"):
        return
    link = links.open_link(scene.connection, payload, line.id, scene.now) if payload else None
    if link is not None:
        _opened(scene, link, line, person, heard_at(scene, inbound))
    if person is None:
        if controls.ended(line):  # nobody starts a bot who does not want to hear from it
            opt_in(scene.connection, line)
        _neutrally(scene, inbound, line, sentences.LINK_OPENED if payload else sentences.WELCOME)
    elif _comes_back(line):
        # Right or wrong, its token is written down nowhere.
        hear_family(scene, replace(inbound, words=BARE_START), line, person)
    else:
        family = family_at(scene, line, person)
        connecting.speak(scene, family, sentences.CONNECTED_ALREADY, "door", "door")


def _comes_back(line: Line) -> bool:
    """Say whether a start in this chat brings back what somebody had ended or left."""
    return controls.ended(line) or line.left_at is not None


def _opened(
    scene: Scene, link: Row[Any], line: Line, person: Someone | None, asked_at: datetime
) -> None:
    """A right link. Only a chat nobody has yet goes on to be confirmed."""
    family = family_at(scene, line, person_by_id(scene.connection, link.person_id))
    if person is not None:
        same = person.id == link.person_id
        links.end_link(scene.connection, link.id, "same chat" if same else "other chat", scene.now)
        if not same:
            _tell(scene, family, "link_misused", MISUSED)
        return
    phone = connecting.number_on_file(scene, family)
    how = "No code could be sent"
    if phone is not None:
        at_phone = family_at(scene, phone, family.person)
        _send_code(scene, link.id, at_phone, asked_at)
        how = _on_its_way(scene, at_phone, asked_at)
    _tell(scene, family, connecting.REQUEST, f"{OPENED} {how}. {CONFIRM}")


def _on_its_way(scene: Scene, family: Family, asked_at: datetime) -> str:
    """Say what becomes of a code now, asking the gate what it will be asked when it is to go."""
    request = gate.Request(
        "reply",
        LINK_CODE,
        family_paused=any(tie.paused_until and tie.paused_until > scene.now for tie in family.ties),
        all_paused=bool(recall(scene.connection, ALL_PAUSED)),
        discreet=family.discreet,
        window=family.window,
        heard_at=asked_at,
    )
    match gate.decide(request, scene.practice, scene.now):
        case Hold(until, reason) if until <= scene.now + doors.CODE_LASTS:
            return f"A code waits until {local_time(until)}: {reason}"
        case Hold(until, reason):
            return f"No code can go before {local_time(until)}: {reason}"
        case _:
            return "A code is on its way to their number"


def _send_code(scene: Scene, link_id: int, family: Family, asked_at: datetime) -> None:
    """Text the code to the number on file: within its hours only, and for as long as it lasts."""
    code, until = scene.taskforce.code(), scene.now + doors.CODE_LASTS
    links.give_code(scene.connection, link_id, code, until)
    say(
        scene,
        family,
        sentences.LINK_CODE,
        {"code": code},
        Kind("reply", LINK_CODE, not_after=until, heard_at=asked_at),
        name="code",
        language=scene.language_for(family.language, sentences.LINK_CODE.text),
    )


def _awaits_code(scene: Scene, line: Line) -> bool:
    return knocks(scene.connection, line.id, "link", scene.now - doors.AWAITS_CODE) > 0


def _try_code(scene: Scene, inbound: Inbound, line: Line, code: str) -> None:
    if not may_knock(scene, line, "code"):
        return
    link = links.pending_at(scene.connection, line.id, scene.now)
    if link is not None and _fits(scene, link, code):
        person = person_by_id(scene.connection, link.person_id)
        connecting.connect(scene, link, hold_line_by_id(scene.connection, line.id), person.ref)
        return
    if link is not None and links.count_wrong_code(scene.connection, link.id) >= doors.CODE_TRIES:
        links.end_link(scene.connection, link.id, "worn out", scene.now)
        family = family_at(scene, line, person_by_id(scene.connection, link.person_id))
        _tell(scene, family, "link_misused", WORN_OUT)
    _neutrally(scene, inbound, line, sentences.NOT_THE_CODE)


def _fits(scene: Scene, link: Row[Any], code: str) -> bool:
    in_time = link.code_until is not None and scene.now <= link.code_until
    return in_time and links.code_proof(scene.connection, link.id, code) == link.code_proof


def _tell(scene: Scene, family: Family, kind: str, what: str) -> None:
    """Tell the key workers of the family a link was made for."""
    who = family.owners()
    words = what.format(family=family.named())
    raise_task(scene, family, who[0], Matter(kind, words), told=who)


def _neutrally(scene: Scene, inbound: Inbound, line: Line, prompt: Prompt) -> None:
    """Answer a chat nobody knows in its app's language: it says nothing about anybody."""
    language = scene.language_for(inbound.language.partition("-")[0], prompt.text)
    stranger = Family(scene, line)
    connecting.speak(scene, stranger, prompt, "door", "door", language=language)
