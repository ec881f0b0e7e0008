"""The text about days missed: worded for a key worker, sent when they say yes to these words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from bot.desk.base import Answer
from bot.rules.calendar import wall
from bot.rules.days_missed import HalfTerm, goes_from, half_term_before, useful_until
from bot.rules.digest_lines import day_shown
from bot.rules.nudge_adults import told
from bot.scene.days_missed import PURPOSE, Draft, draft, recipe
from bot.scene.desk_notes import raise_task
from bot.scene.family import local_time
from bot.scene.matters import Matter
from bot.scene.notices import PHONE
from bot.scene.scene import Scene
from bot.turns import typed
from bot.turns.closing import DONE_ALREADY
from bot.turns.proposals import NOTHING_SENT, ask, asked_for, end, staff_asked
from storage import approvals, audit, nudges, outbox
from storage.addresses import Someone, person_by_id
from storage.conversations import note_not_sent
from storage.received import note_received

CLOCK = "clock"
MINUTE = timedelta(minutes=1)
CHANGED = (
    "What it says has changed since. Nothing was sent: please read the newer message with the "
    "words as they are now."
)


def propose(scene: Scene, case_id: int) -> None:
    """Ask whether each adult of a case may be told, if nothing is against it."""
    about = half_term_before(scene.practice.calendar, scene.today)
    if about is None:
        return
    for adult in told(nudges.adults_of(scene.connection, case_id)):
        before = _asked(scene, case_id, adult.person_id, about)
        if before and before[-1].outcome != approvals.CHANGED:
            continue
        found = draft(scene, case_id, adult.person_id, about)
        if found is not None:
            _propose(scene, found, about, len(before))


def _asked(scene: Scene, case_id: int, person_id: int, about: HalfTerm) -> list[Row[Any]]:
    every = approvals.of_case(scene.connection, case_id, PURPOSE)
    return [row for row in every if row.person_id == person_id and row.about_on == about.first]


def _propose(scene: Scene, found: Draft, about: HalfTerm, count: int) -> None:
    """Ask, or keep why nobody is asked."""
    family, tie = found.family, found.family.ties[0]
    ref = family.person.ref if family.person else ""
    key = f"{PURPOSE}/{tie.case}/{ref}/{about.first}"
    if found.against:
        _leave(scene, found, key)
        return
    not_after = useful_until(scene.today)
    new = approvals.NewApproval(
        key=f"{key}/{count}",
        kind=PURPOSE,
        case_id=tie.case_id,
        person_id=family.person.id if family.person else None,
        staff_id=staff_asked(scene, tie.case_id),
        words=found.text,
        about_on=about.first,
        not_after=not_after,
        at=scene.now,
    )
    words = _shown(scene, found, not_after)
    ask(scene, new, Matter("approval", words, respond_by=not_after), family)


def _leave(scene: Scene, found: Draft, key: str) -> None:
    """Keep why no text goes; where only the words are missing, somebody who has them is asked."""
    family = found.family
    if not note_received(scene.connection, CLOCK, key, scene.now) or not family.person:
        return
    cases, about = family.cases, family.person.id
    note_not_sent(scene.connection, key, scene.now, PURPOSE, about, cases, found.against)
    if found.interpreter:
        words = (
            f"{family.named()}: ask them, in {family.language}, what one thing would help "
            f"{family.ties[0].pupil_first_name} get in this half term. There is no approved "
            "wording, so nothing is sent."
        )
        who = asked_for(scene, family.ties[0].case_id)
        own = replace(scene, key=key)
        raise_task(own, family, who[0], Matter("interpreter", words), told=who)


def _shown(scene: Scene, found: Draft, until: datetime) -> str:
    """Show a worker the very words, to whom they go and when."""
    family = found.family
    goes = local_time(goes_from(scene.practice.calendar, scene.now))
    english = f"\nIn English: “{found.english}”" if found.text != found.english else ""
    parts = "" if family.line.channel == PHONE else " in their chat"
    return (
        f"Days missed. To {family.named()}{parts}, from {goes} if you say so, and not after "
        f"{day_shown(wall(until - MINUTE).date())}:\n“{found.text}”{english}"
    )


def send(scene: Scene, staff: Someone, row: Row[Any]) -> str:
    """Send the words that were read; what has changed since is asked anew."""
    found, about, refusal = _now(scene, staff, row)
    if refusal or found is None or about is None:
        return refusal
    if found.text != row.words:
        return _anew(scene, staff, row)
    if not end(scene, row, staff.ref, approvals.SENT):
        return DONE_ALREADY
    return _put(scene, staff, row, (found, about), found.text)


def send_reworded(
    scene: Scene, staff: Someone, task_id: int | None, words: typed.Words
) -> tuple[bool, str]:
    """Send what a worker made of the words; they go as the others do, within hours and caps."""
    row = approvals.of_task(scene.connection, task_id) if task_id is not None else None
    if row is None or row.decided_at is not None or row.person_id != words.person_id:
        return False, DONE_ALREADY
    found, about, refusal = _now(scene, staff, row)
    if refusal or found is None or about is None:
        return False, refusal
    text = typed.signed(staff, words)
    refusal = typed.refused(scene, words, found.family, text)
    if refusal or not end(scene, row, staff.ref, approvals.EDITED):
        return False, refusal or DONE_ALREADY
    says = _put(scene, staff, row, (found, about), text)
    audit.append(scene.connection, scene.now, staff.ref, "approve edited", f"approval {row.id}")
    return True, says


def _now(scene: Scene, staff: Someone, row: Row[Any]) -> tuple[Draft | None, HalfTerm | None, str]:
    """Look at everything again at the moment of the yes; a refusal ends the question."""
    about = half_term_before(scene.practice.calendar, scene.today)
    found = draft(scene, row.case_id, row.person_id, about) if about else None
    if about is None or found is None or about.first != row.about_on or scene.now > row.not_after:
        end(scene, row, staff.ref, approvals.EXPIRED)
        return None, None, f"{NOTHING_SENT}: it is too late for that half term."
    if found.against:
        end(scene, row, staff.ref, approvals.CHANGED)
        return None, None, f"{NOTHING_SENT}: {found.against}."
    return found, about, ""


def _anew(scene: Scene, staff: Someone, row: Row[Any]) -> str:
    if not end(scene, row, staff.ref, approvals.CHANGED):
        return DONE_ALREADY
    propose(scene, row.case_id)
    return CHANGED


def _put(scene: Scene, staff: Someone, row: Row[Any], at: tuple[Draft, HalfTerm], text: str) -> str:
    """Put approved words on their way, for the gate and the caps to have their say."""
    found, about = at
    family = found.family
    goes = goes_from(scene.practice.calendar, scene.now)
    outbox.put(
        scene.connection,
        outbox.Letter(
            key=approvals.letter_of(row.id),
            address_id=family.line.id,
            person_id=row.person_id,
            kind="proactive",
            purpose=PURPOSE,
            language=family.language,
            text=text,
            at=scene.now,
            due_at=goes,
            cases=family.cases,
            recipe=recipe(row, found, about),
            not_after=row.not_after,
        ),
    )
    return f"To {family.for_chat(staff.ref)} from {local_time(goes)}, within their own hours."


def reword(scene: Scene, staff: Someone, row: Row[Any]) -> Answer:
    """Let a worker change the words; they see them before they go."""
    found, _about, refusal = _now(scene, staff, row)
    if refusal or found is None:
        return Answer(refusal)
    given = {
        "to": person_by_id(scene.connection, row.person_id).ref,
        "purpose": PURPOSE,
        "task": str(row.task_id),
        "where": "",
        "family": found.family.for_chat(staff.ref),
    }
    return Answer("", begins=("write_words", given))
