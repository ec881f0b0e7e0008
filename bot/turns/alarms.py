"""Crisis words, complaints, words about a member of staff: raised, never hidden, never stopped."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from bot.rules.routing import heads, paged, safeguarding
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from bot.turns.voice import Voice, shown_words
from storage.addresses import person_by_id, person_by_ref
from storage.contacts import restrict, restricted_from

LABELS = {
    "immediate_danger": "immediate danger",
    "suicide": "suicide",
    "self_harm": "self-harm",
    "harm_to_child": "harm to a child",
    "domestic_abuse": "domestic abuse",
    "exploitation_violence": "exploitation or violence",
    "missing": "missing",
    "basic_needs": "basic needs",
    "parent_wellbeing": "a parent's wellbeing",
    "complaint_consent": "complaint or consent",
    "self_referral": "asks for support",
    "unassigned": "a word of danger",
}


def hidden_from(voice: Voice) -> frozenset[str]:
    """Name the staff who must not read this before the manager or safeguarding lead allows it."""
    reading, practice = voice.reading, voice.scene.practice
    if not (reading.complaint or reading.alarms):
        return frozenset()
    first = {practice.manager, practice.safeguarding_lead}
    return frozenset(reading.names) - first


def hide(voice: Voice) -> None:
    """Keep the contact from the staff it names."""
    for ref in sorted(voice.hidden_from):
        staff = person_by_ref(voice.scene.connection, ref)
        if staff is not None:
            restrict(voice.scene.connection, voice.contact_id, staff.id, voice.scene.now)


def kept_from(scene: Scene, task: Row[Any]) -> frozenset[str]:
    """Name the staff who may not read what a task is about."""
    if task.contact_id is None:
        return frozenset()
    named = restricted_from(scene.connection, task.contact_id)
    return frozenset(person_by_id(scene.connection, staff_id).ref for staff_id in named)


def raise_alarms(voice: Voice) -> bool:
    """Raise what the front desk heard at its level. True: its owner has been told of the words."""
    reading = voice.reading
    level = reading.level
    about_staff = bool(voice.hidden_from) or reading.complaint
    if level is None and not about_staff:
        return False
    if about_staff:
        _to_the_top(voice, level or "L2")
    if level in {"L1", "L2"}:
        _to_the_owner(voice, level)
        return True
    return False


def _to_the_owner(voice: Voice, level: str) -> None:
    scene, family = voice.scene, voice.family
    lead = scene.practice.safeguarding_lead
    reached = paged(scene.team, scene.practice, family.key_worker, scene.now)
    told = [ref for ref in reached if ref not in voice.hidden_from and ref != lead]
    matter = Matter("crisis", _words(voice, level), level, voice.contact_id)
    if level == "L2":
        told = [ref for ref in told if ref in {family.urgent.staff, family.owner.staff}]
    if told:
        raise_task(scene, family, told[0], matter, told=told)
    if level == "L1" or not told:
        top = safeguarding(scene.team, scene.practice, voice.hidden_from)
        matter = Matter("safeguarding", _words(voice, level), level, voice.contact_id)
        raise_task(scene, family, top, matter, told=(top,))


def _to_the_top(voice: Voice, level: str) -> None:
    scene = voice.scene
    first = heads(scene.team, scene.practice, voice.hidden_from)
    hidden = ", ".join(sorted(voice.hidden_from)) or "nobody"
    note = f"Names staff or complains. Hidden from: {hidden}. /release shows it."
    words = f"{_words(voice, level)}\n{note}"
    if first:
        matter = Matter("complaint", words, level, voice.contact_id)
        raise_task(scene, voice.family, first[0], matter, told=first)


def _words(voice: Voice, level: str) -> str:
    named = ", ".join(LABELS.get(alarm.category, alarm.category) for alarm in voice.reading.alarms)
    head = f"{level} {named}".strip()
    return f"{head}\n{voice.facts_line(shown_words(voice.inbound))}"
