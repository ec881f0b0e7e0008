"""The first message of a new key worker: worded for them, and sent when they say yes to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from bot.desk.base import Answer
from bot.rules.routing import Worker
from bot.rules.welcome import due_by
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.notices import mark_words
from bot.scene.scene import Scene
from bot.turns import typed
from bot.turns.greetings_end import end_welcomes, why_closed
from bot.turns.welcome_draft import Draft, draft_of, notice
from storage import allocations, introductions, outbox, tasks
from storage.addresses import Someone, person_by_id
from storage.introductions import IN_PERSON, WELCOME

ASKED_ANEW = "the welcome is asked about anew"
CHANGED = "Something has changed since. Nothing was sent: please read the newer message."
IN_OWN_WORDS = "sent in own words"


def offer_welcome(scene: Scene, case_id: int, by: str) -> None:
    """Ask the key worker of a case whether their welcome may go; what was asked before ends.

    `by`: who allocated the case, or asks again. Whoever calls this writes the audit.
    """
    worker = _key_worker(scene, case_id)
    if worker is None:
        return
    if why_closed(scene, case_id):
        end_welcomes(scene, case_id, "system")
        return
    draft = draft_of(scene, case_id, worker)
    _take_back(scene, case_id, draft, worker)
    own = replace(scene, key=f"{scene.key}:welcome:{case_id}")  # each case is a matter of its own
    if draft is None:
        _ask_in_person(own, case_id, worker)
    elif draft.text:
        _ask(own, draft, by)
    else:
        _ask_interpreter(own, draft)


def _key_worker(scene: Scene, case_id: int) -> Worker | None:
    found = allocations.key_workers(scene.connection, [case_id], scene.today)
    return scene.team.workers.get(found[case_id][0]) if case_id in found else None


def _ask(scene: Scene, draft: Draft, by: str) -> None:
    worker = draft.worker
    due = due_by(worker.hours, scene.practice.calendar, scene.now)
    matter = Matter(WELCOME, notice(scene, draft, by), respond_by=due)
    raise_task(scene, draft.family, worker.ref, matter, told=(worker.ref,))


def _ask_interpreter(scene: Scene, draft: Draft) -> None:
    family, ref = draft.family, draft.worker.ref
    words = (
        f"{family.named()}: welcome them, in {family.language}, and tell them that you are their "
        "key worker. There is no approved wording, so nothing is sent."
    )
    raise_task(scene, family, ref, Matter("interpreter", words), told=(ref,))


def _ask_in_person(scene: Scene, case_id: int, worker: Worker) -> None:
    row = introductions.child_of(scene.connection, case_id)
    words = (
        f"You are the key worker for {row.name.split()[0]} ({row.ref}). Nobody of this family can "
        "be written to here. Please welcome them in person, or by post."
    )
    due = due_by(worker.hours, scene.practice.calendar, scene.now)
    discreet = f"A welcome in person: {row.ref}. Open your desk to read it."
    matter = Matter(IN_PERSON, words, respond_by=due, discreet_words=discreet)
    raise_task(scene, None, worker.ref, matter, told=(worker.ref,), case_id=case_id)


def _take_back(scene: Scene, case_id: int, draft: Draft | None, worker: Worker) -> None:
    """End what was asked or is on its way already: nothing goes without the new yes."""
    reader = draft.family.person if draft else None
    adults = allocations.adults_of(scene.connection, [case_id])
    for row in introductions.unwelcomed(scene.connection, adults):
        owner = person_by_id(scene.connection, row.owner_id).ref
        included = reader is not None and row.person_id == reader.id and owner == worker.ref
        if row.case_id == case_id or included:
            tasks.close(scene.connection, row.id, "system", ASKED_ANEW, scene.now)
            _stop(scene, row, worker)


def _stop(scene: Scene, row: Row[Any], worker: Worker) -> None:
    """Stop a welcome that has not left; whoever signed it is told."""
    letter = outbox.find(scene.connection, row.outbox_id) if row.outbox_id else None
    if letter is None or not outbox.stop(scene.connection, letter.id, ASKED_ANEW):
        return
    kinds = ("typed", "held", "delayed")
    tasks.close_for_message(scene.connection, letter.id, kinds, ASKED_ANEW, scene.now)
    if letter.author != worker.ref:
        own = replace(scene, key=f"{scene.key}:welcome:{letter.id}")
        child = introductions.child_of(scene.connection, row.case_id)
        mark_words(own, letter, f"Your welcome for {child.ref} was not sent: the case has passed.")


def ask_anew(scene: Scene, case_ids: Collection[int], by: str) -> None:
    """Cases have passed: nothing their former key worker signed goes, and the new one is asked."""
    adults = allocations.adults_of(scene.connection, case_ids)
    anew: set[int] = set()
    for row in introductions.unwelcomed(scene.connection, adults):
        anew |= {row.case_id} | (adults[row.person_id] & set(case_ids))
    for case_id in sorted(anew):
        offer_welcome(scene, case_id, by)


def waits_for_welcome(scene: Scene, person: Someone) -> bool:
    """Say whether somebody is about to be welcomed: until then they know no key worker."""
    return bool(introductions.unwelcomed(scene.connection, [person.id]))


def send_welcome(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    """Send a welcome as it was read; what has changed since is asked anew."""
    refusal = _from_another(scene, staff, task)
    if refusal:
        return refusal
    draft = draft_of(scene, task.case_id, scene.worker(staff.ref))
    if draft is None or not draft.stands_in(task.words, task.person_id):
        offer_welcome(scene, task.case_id, staff.ref)
        return CHANGED
    words = typed.Words(task.person_id, draft.unsigned, purpose=WELCOME)
    refusal = typed.put_in_outbox(scene, staff, words)
    if not refusal:
        tasks.close(scene.connection, task.id, staff.ref, "sent", scene.now)
    return refusal


def welcomed(scene: Scene, staff: Someone, task: Row[Any]) -> None:
    """Words a key worker typed in answer to their welcome are the welcome."""
    if not _from_another(scene, staff, task):
        tasks.close(scene.connection, task.id, staff.ref, IN_OWN_WORDS, scene.now)


def _from_another(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    """Refuse whoever the welcome would not be from."""
    worker = _key_worker(scene, task.case_id)
    if worker is None:
        return "This case has no key worker now. Nothing was sent."
    if worker.ref != staff.ref:
        return f"Only {worker.first_name} can send it: it goes out under their name."
    closed = why_closed(scene, task.case_id)
    return f"{closed}. Nothing was sent." if closed else ""


def reword_welcome(scene: Scene, staff: Someone, task: Row[Any]) -> Answer:
    """Let a key worker put the welcome into their own words; they see them before they go."""
    refusal = _from_another(scene, staff, task)
    draft = None if refusal else draft_of(scene, task.case_id, scene.worker(staff.ref))
    if draft is None or draft.family.person is None:
        return Answer(refusal or "Nobody of this family can be written to here.")
    given = {
        "to": draft.family.person.ref,
        "purpose": WELCOME,
        "task": str(task.id),
        "where": "",
        "family": draft.family.for_chat(staff.ref),
    }
    return Answer("", begins=("write_words", given))


def leave_welcome(scene: Scene, staff: Someone, task: Row[Any]) -> str:
    """Send no welcome for now."""
    tasks.close(scene.connection, task.id, staff.ref, "not now", scene.now)
    case = introductions.child_of(scene.connection, task.case_id).ref
    return f"Nothing was sent. /welcome {case} asks again."
