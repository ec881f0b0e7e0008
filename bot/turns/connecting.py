"""A chat becomes a family's: confirmed by the code at their number, or by their key worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.flows.base import Prompt
from bot.scene import sentences
from bot.scene.chats import phone_of
from bot.scene.family import Family, family_at
from bot.scene.letters import Kind, say, spoken_values
from bot.scene.matters import Matter
from bot.scene.notices import FAMILY_CHAT, notify
from bot.scene.scene import Scene
from bot.turns.voice import REPLY_USEFUL_FOR
from storage import contacts, links, outbox, tasks
from storage.addresses import (
    Line,
    Someone,
    hold_line_by_id,
    hold_person,
    lines_of,
    mark_line,
    person_by_id,
)

NOTICE = "telegram-1"  # what they were told: a changed text gets a new number
REQUEST = "link_request"


def connect(scene: Scene, link: Row[Any], line: Line, by: str) -> None:
    """Give a chat to the person a link was made for, by their code or by their worker's word."""
    person = hold_person(scene.connection, link.person_id)
    links.end_link(scene.connection, link.id, "connected", scene.now)
    tasks.close_all(scene.connection, person.id, (REQUEST,), by, "connected", scene.now)
    # A link that was opened and confirmed asks for messages here; a worker's /attach does not.
    mark_line(scene.connection, line.id, opted_out_at=None, stop_asked_at=None)
    by_code = by == person.ref
    closed = take_chat(scene, line, person, scene.now if by_code else link.opened_at)
    how = "the code" if by_code else "you or a colleague"
    moved = " Their earlier chat is closed." if closed else ""
    family = family_at(scene, line, person)
    words = f"{family.named()} is connected by Telegram, confirmed by {how}.{moved}"
    for ref in family.owners():
        notify(scene, ref, family, Matter("connected", words))


def take_chat(scene: Scene, line: Line, person: Someone, heard_at: datetime | None) -> bool:
    """Make a chat somebody's own, and tell them what that means; returns if it closed another."""
    before = [old for old in lines_of(scene.connection, person.id) if old.channel == FAMILY_CHAT]
    claim_words(scene, line, person.id)
    make_theirs(scene, line.id, person.id)
    others = [old for old in before if old.id != line.id]
    for old in others:
        _close_old(scene, old, line, person.id)
    own = hold_line_by_id(scene.connection, line.id)
    tell_connected(scene, family_at(scene, own, person), heard_at)
    return bool(others)


def make_theirs(scene: Scene, line_id: int, person_id: int) -> None:
    """Make a chat a person's own, and keep which notice they are shown."""
    mark_line(
        scene.connection,
        line_id,
        person_id=person_id,
        proven_at=scene.now,
        opted_in_at=scene.now,
        notice=NOTICE,
        left_at=None,
        dead_at=None,
        wrong_at=None,
    )


def claim_words(scene: Scene, line: Line, person_id: int) -> None:
    """Put what was said from an unknown address on the cases of the person it belongs to."""
    family = family_at(scene, line, person_by_id(scene.connection, person_id))
    for contact_id in contacts.unclaimed(scene.connection, line.id):
        contacts.link(scene.connection, contact_id, family.case_ids)
    tasks.claim_for(scene.connection, line.id, person_id, family.filed_under)


def tell_connected(scene: Scene, family: Family, heard_at: datetime | None) -> None:
    """Say in plain words what writing here means, and how to go back.

    At once to somebody whose phone is in their hands; a worker who connects a family late in
    the evening does not make it buzz.
    """
    say(
        scene,
        family,
        sentences.CONNECTED,
        spoken_values(family, {}),
        Kind("reply", "telegram_notice", heard_at=heard_at),
        name="connected",
        language=scene.language_for(family.language, sentences.CONNECTED.text),
    )


def _close_old(scene: Scene, old: Line, new: Line, person_id: int) -> None:
    outbox.readdress(scene.connection, person_id, old.id, new.id)
    person = person_by_id(scene.connection, person_id)
    mark_line(scene.connection, old.id, person_id=None, opted_in_at=None)
    if old.dead_at is not None:
        return  # it was blocked or is gone: there is nobody to tell
    stranger = Family(scene, hold_line_by_id(scene.connection, old.id))
    language = scene.language_for(person.language, sentences.OLD_CHAT.text)
    speak(scene, stranger, sentences.OLD_CHAT, "door", f"old:{old.id}", language=language)


def number_on_file(scene: Scene, family: Family) -> Line | None:
    """Find the number a code may go to. None: there is none, or they must not be contacted."""
    return phone_of(scene, family.person.id) if family.person and not family.muted else None


def speak(
    scene: Scene,
    family: Family,
    prompt: Prompt,
    purpose: str,
    name: str,
    *,
    language: str | None = None,
) -> None:
    """Say one thing of the service itself, in an approved language or in English."""
    kind = Kind("safety", purpose, not_after=scene.now + REPLY_USEFUL_FOR)
    chosen = language or scene.language_for(family.language, prompt.text)
    say(scene, family, prompt, spoken_values(family, {}), kind, name=name, language=chosen)
