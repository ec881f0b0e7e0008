"""A reason for an absence: written down, and brought to whoever can help."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.desk.on_case import SetReason
from bot.rules import absence_words
from bot.rules.access import HOME
from bot.rules.calendar import wall
from bot.rules.digest_lines import day_shown
from bot.rules.reasons import REASONS, TAKEN_BACK, GiveReason, for_whom, shown
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.scene.sight import sees
from bot.turns import to_school
from bot.turns.voice import Voice
from storage import reasons
from storage.addresses import Someone, person_by_ref
from storage.attending import look_again
from storage.cases import case_ids
from storage.holding import hold_cases
from storage.reasons import Given

NO_TASK = frozenset({"ill", "appointment"})  # nothing to do about it today
DAY = timedelta(days=1)


def give_reason(
    scene: Scene, family: Family, effect: GiveReason, contact_id: int | None, hidden: frozenset[str]
) -> None:
    """Keep what a family answered; the key worker hears the next step, a colleague of the way."""
    case_id = case_ids(scene.connection, [effect.case]).get(effect.case)
    if case_id is None or family.person is None:
        return
    _keep(scene, case_id, effect.day, effect.kind, family.person.ref, contact_id)
    told = [ref for ref in family.owners() if ref not in hidden]
    words = f"{family.named()}: {_said(effect.case, effect.day, effect.kind)}"
    own = replace(scene, key=f"{scene.key}:reason")
    if told and (effect.passed_on or effect.kind in NO_TASK):
        for ref in told:
            notify(own, ref, family, Matter("answer", words, contact_id=contact_id))
    elif told:
        step = f"{words} Next: {REASONS[effect.kind].step}."
        raise_task(own, family, told[0], Matter("absence", step, None, contact_id), told=told)
    _ask_colleague(own, family, effect, words, frozenset((*told, *hidden)), case_id)


def _ask_colleague(
    scene: Scene,
    family: Family,
    effect: GiveReason,
    words: str,
    known: frozenset[str],
    case_id: int,
) -> None:
    """Tell whoever can help, by their role; a case that is hidden from them stays so."""
    helper = for_whom(effect.kind, reasons.posts(scene.connection, HOME))
    staff = person_by_ref(scene.connection, helper) if helper else None
    if helper is None or staff is None or helper in known or not sees(scene, staff, case_id):
        return
    asked = f"{words} Can you help? Speak with {_key_worker(scene, family)} first."
    raise_task(
        replace(scene, key=f"{scene.key}:helper"),
        family,
        helper,
        Matter("absence", asked),
        told=(helper,),
    )


def _key_worker(scene: Scene, family: Family) -> str:
    return scene.worker(family.owner.staff).first_name


def understood(voice: Voice) -> str:
    """Keep the reason in a message that answers no question; says what was understood.

    Only of exactly one child. It changes nothing that is sent back, and a person can undo it.
    """
    scene, family = voice.scene, voice.family
    found = absence_words.read(voice.inbound.words) if not voice.inbound.forwarded else None
    children = [(tie.case, tie.pupil_first_name) for tie in family.open_ties]
    case = absence_words.child_meant(voice.inbound.words, children)
    if found is None or case is None or family.person is None or voice.grave:
        return ""
    day = wall(voice.heard_at).date() + DAY * found.tomorrow
    case_id = next(tie.case_id for tie in family.ties if tie.case == case)
    _keep(scene, case_id, day, found.kind, family.person.ref, voice.contact_id)
    back = "tomorrow off" if found.tomorrow else "off"
    return f"\n({_said(case, day, found.kind)} Not so? /reason {case} {back})"


def set_reason(scene: Scene, by: Someone, change: SetReason) -> None:
    """Keep what a member of staff says, under the lock under which the gate reads it."""
    case_id = case_ids(scene.connection, [change.case])[change.case]
    hold_cases(scene.connection, [case_id])
    _keep(scene, case_id, change.day, change.kind or TAKEN_BACK, by.ref, None)


def _keep(
    scene: Scene, case_id: int, day: date, kind: str, by: str, contact_id: int | None
) -> None:
    reasons.give(scene.connection, Given(case_id, day, kind, scene.now, by, contact_id))
    to_school.propose(scene, case_id, day)
    look_again(scene.connection, [case_id], scene.now)


def _said(case: str, day: date, kind: str) -> str:
    return f"Understood: {case} is not in on {day_shown(day)}: {shown(kind)}."
