"""Typed words before they leave: everything about them that their writer should know first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.flows.base import Answers, DraftWords
from bot.flows.good_news import PURPOSE
from bot.rules import gate
from bot.rules.days_missed import goes_from
from bot.rules.preview import Preview, cheaper, lines, sendable
from bot.rules.status import shown
from bot.rules.verdict import Verdict
from bot.scene.chats import labels_at
from bot.scene.colleagues import wrote_today
from bot.scene.days_missed import PURPOSE as DAYS_MISSED
from bot.scene.family import Family, all_families
from bot.scene.scene import Scene
from bot.scene.sight import hidden_cases, sees_family
from bot.turns import buttons, typed
from bot.turns.digest_parts import first_name
from bot.turns.rights import may_on
from bot.turns.summaries import language
from storage.addresses import Line, Someone
from storage.cases import Tie, ties_of
from storage.contacts import last_inbound

NOBODY = "That person is not known here any more. Nothing was sent."


def draft(scene: Scene, line: Line, staff: Someone, wish: DraftWords) -> tuple[str, Answers] | str:
    """Say which conversation shows these words, and what it is given; or why there is none."""
    person_id = typed.person_of_ref(scene, wish.person)
    if person_id is None:
        return NOBODY
    if why := not_theirs(scene, staff, person_id, answers_to(scene, staff, wish.task)):
        return unsent(why, wish.words)
    words = _words(scene, staff, wish, person_id)
    label = _label(scene, line, staff, wish.person)
    family = typed.family_for(scene, words)
    if not label:
        return NOBODY
    if family is None or family.person is None:
        return typed.NOWHERE
    given = {
        "to": wish.person,
        "purpose": wish.purpose,
        "task": str(wish.task or ""),
        "where": str(words.address_id or ""),
    }
    if not wish.words:
        return "write_words", {**given, "family": label}
    preview = _preview(scene, staff, words, family, label)
    if wish.purpose == PURPOSE and wish.person in labels_at(scene, line, staff):
        masked = tuple((tie.pupil_first_name, tie.initials) for tie in family.ties)
        preview = replace(preview, masked=masked)
    plain = cheaper(preview).removesuffix(f"\n{staff.first_name}")
    stuck = "" if sendable(preview) else "yes"
    look = {"preview": "\n".join(lines(preview)), "plain": plain, "stuck": stuck}
    return "write_draft", {**given, "words": words.words, **look}


def not_theirs(scene: Scene, staff: Someone, person_id: int, task: Row[Any] | None) -> str:
    """Say why somebody may not write to a family now; empty: they may.

    `task`: what their words answer. Whoever has a family's message answers it, closed or not.
    """
    if not sees_family(scene, staff, person_id):
        return "this family is not yours to write to any more"
    answers = task is not None and task.contact_id is not None and task.person_id == person_id
    ties = ties_of(scene.connection, person_id)
    if answers or not ties or any(may_on(scene, staff, "reply", tie.case_id) for tie in ties):
        return ""
    if any(tie.status in gate.OPEN_STATUSES for tie in ties):
        return "this family is not yours to write to"
    stand = ", ".join(f"{tie.case} is {shown(tie.status)}" for tie in _seen(scene, staff, ties))
    return f"{stand}, so only the manager writes first; to answer a message of theirs, reply to it"


def _seen(scene: Scene, staff: Someone, ties: Iterable[Tie]) -> list[Tie]:
    hidden = hidden_cases(scene, staff)
    return [tie for tie in ties if tie.case_id not in hidden]


def unsent(why: str, words: str) -> str:
    """Say that words were not sent, and why; they are given back."""
    given_back = f" “{words}”" if words else ""
    return f"Nothing was sent: {why}.{given_back}"


def _label(scene: Scene, line: Line, staff: Someone, ref: str) -> str:
    """Name a family as openly as this chat may; empty: it is not there for this reader."""
    named = dict(all_families(scene, staff)).get(ref, "")
    return labels_at(scene, line, staff).get(ref) or named


def _words(scene: Scene, staff: Someone, wish: DraftWords, person_id: int) -> typed.Words:
    task = answers_to(scene, staff, wish.task)
    where = task.address_id if task else None
    return typed.Words(person_id, wish.words, address_id=where, purpose=wish.purpose)


def answers_to(scene: Scene, staff: Someone, task: int | None) -> Row[Any] | None:
    """Find the message that words answer, as far as their writer may know of it."""
    return buttons.task_for(scene, staff, task) if task else None


def _preview(
    scene: Scene, staff: Someone, words: typed.Words, family: Family, label: str
) -> Preview:
    text, person = typed.signed(staff, words), family.person
    approved = words.purpose == DAYS_MISSED
    hidden = hidden_cases(scene, staff)
    colleagues = wrote_today(scene, family, staff.ref, since_they_did=True)
    return Preview(
        to=label,
        cases=tuple(tie.case for tie in family.ties if tie.case_id not in hidden),
        channel=family.line.channel,
        words=words.words,
        text=text,
        verdict=_verdict(scene, family, crowded=bool(colleagues)),
        pence_per_part=scene.practice.pence_per_part,
        undo=int(scene.practice.undo.total_seconds()),
        leaves=goes_from(scene.practice.calendar, scene.now) if approved else None,
        reads=language(family.language),
        shared_phone=person.shared_phone if person else True,
        discreet=person.discreet if person else True,
        other_child=typed.other_child(scene, staff, words) or "",
        colleagues=tuple(first_name(scene, ref) for ref in colleagues),
        refusal=typed.refused(scene, words, family, text),
    )


def _verdict(scene: Scene, family: Family, *, crowded: bool) -> Verdict:
    """Ask the gate what it would say to these words once they can no longer be stopped."""
    request = gate.Request(
        kind="person",
        purpose="support",
        channel=family.line.channel,
        do_not_use=family.muted,
        discreet=family.discreet,
        window=family.window,
        heard_at=_heard_at(scene, family),
        colleague_wrote=crowded,
    )
    return gate.decide(request, scene.practice, scene.now + scene.practice.undo)


def _heard_at(scene: Scene, family: Family) -> datetime | None:
    heard = last_inbound(scene.connection, family.line.id)
    return heard.occurred_at if heard else None
