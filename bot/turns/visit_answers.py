"""What a family's answer about a visit comes to: taken, confirmed, changed, a lift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot import engine
from bot.engine import Turn
from bot.flows import FLOWS, visit_offer
from bot.flows import visit_texts as texts
from bot.flows.base import Prompt, State
from bot.rules.visit_echo import days_of_each, listed
from bot.rules.visits import (
    BOOKED,
    CANCELLED,
    OFFERED,
    AskLift,
    ChangeVisit,
    ConfirmVisit,
    TakeTime,
    Visit,
)
from bot.rules.visits import State as VisitState
from bot.scene.family import Family
from bot.scene.letters import flow_worded
from bot.scene.scene import Scene
from bot.scene.visit_coming import coming
from bot.scene.visit_words import for_staff, values
from bot.scene.visiting import free_times, over_cap, why_not
from bot.turns.keep import Said, keep_turn
from bot.turns.visit_asked_for import ANOTHER_TIME
from bot.turns.visit_colleagues import tell_colleagues
from bot.turns.visit_news import plan_visit
from bot.turns.visit_people import Answered, ask_owner, ask_staff, tell_staff
from bot.turns.visit_weekly import still_to_come
from storage.booking import Taken, change_visit, confirm, hold_visit

OTHERS_STAND = " Booked with it and still so: {days}."
PICKED_UP_AT = {"home": "at home"}
TO_GET_READY = timedelta(hours=1)  # beside the way there: no time is taken sooner than that


def settled(scene: Scene, family: Family, turn: Turn, state: State, said: Said) -> Turn:
    """Settle what an answer said of a visit, and say what came of it."""
    answered = Answered(scene, family, turn, state, said)
    for effect in turn.effects:
        match effect:
            case TakeTime():
                return _taken(answered, effect)
            case ConfirmVisit():
                return _confirmed(answered, effect)
            case ChangeVisit():
                return _changed(answered, effect)
            case AskLift():
                return _lift(answered, effect)
            case _:
                pass
    return turn


def _taken(answered: Answered, effect: TakeTime) -> Turn:
    """Book the time they chose, unless it has gone: then they choose among others."""
    scene, at = answered.scene, effect.starts_at
    visit = _as_it_was(scene, effect.visit, effect.version, OFFERED)
    if visit is None:
        return _by_a_person(answered, effect.visit, "chose a time for a visit")
    plan = visit.plan.at(at)
    if _is_gone(scene, visit, at):
        return _other_times(answered, visit, "gone", near=at)
    try:
        booked = change_visit(
            scene.connection, visit, plan, BOOKED, "chosen", answered.by, scene.now
        )
    except Taken:
        return _other_times(answered, visit, "gone", near=at)
    if booked is None:
        return _by_a_person(answered, effect.visit, "chose a time for a visit")
    confirm(scene.connection, booked.id, booked.version, scene.now)
    plan_visit(scene, replace(booked, confirmed_at=scene.now))
    tell_staff(answered, booked, f"chose the time: {for_staff(booked)}.")
    _tell_the_others(answered, booked, visit)
    return _says(answered, booked, texts.taken(values(scene, answered.family, booked)))


def _tell_the_others(answered: Answered, now: Visit, was: Visit) -> None:
    """Whoever comes and may not read what was said hears what has become of the visit."""
    told = coming(answered.scene, now, answered.said.hidden_from)
    tell_colleagues(answered.scene, "", now, was, but=told)


def _is_gone(scene: Scene, visit: Visit, at: datetime) -> bool:
    """Say whether a time that was offered can be had no more: too near, taken, or a full week.

    Whoever offered it knew of the visits there were then; only what was booked since counts.
    """
    plan = visit.plan.at(at)
    if at < scene.now + TO_GET_READY + timedelta(minutes=plan.travel):
        return True
    if why_not(scene, visit.kind, plan, visit.case_ids, visit.person_id, leaving=visit.id):
        return True
    booked = [one for one in _filling(scene, visit, at) if one.state == BOOKED]
    return any(one.changed_at > visit.changed_at for one in booked)


def _confirmed(answered: Answered, effect: ConfirmVisit) -> Turn:
    """Note their yes to the visit as it stands."""
    scene = answered.scene
    visit = _as_it_was(scene, effect.visit, effect.version, BOOKED)
    begins = visit.plan.starts_at if visit else None
    if visit is None or begins is None or begins <= scene.now:
        return _by_a_person(answered, effect.visit, "said yes to a visit")
    if confirm(scene.connection, visit.id, visit.version, scene.now):
        plan_visit(scene, replace(visit, confirmed_at=scene.now))
        tell_staff(answered, visit, f"it suits: {for_staff(visit)}.")
    return _says(answered, visit, Prompt(texts.CONFIRMED))


def _changed(answered: Answered, effect: ChangeVisit) -> Turn:
    """Call it off, or free its time and offer others."""
    scene = answered.scene
    visit = _as_it_was(scene, effect.visit, effect.version, BOOKED)
    begins = visit.plan.starts_at if visit else None
    if visit is None or begins is None or begins <= scene.now:
        return _by_a_person(answered, effect.visit, "wants to change a visit")
    off = effect.wish == "not_needed"
    plan = visit.plan if off else replace(visit.plan, starts_at=None)
    now: VisitState = CANCELLED if off else OFFERED
    changed = change_visit(scene.connection, visit, plan, now, "by_family", answered.by, scene.now)
    if changed is None:
        return _by_a_person(answered, effect.visit, "wants to change a visit")
    plan_visit(scene, changed)
    _tell_the_others(answered, changed, visit)
    days = days_of_each(still_to_come(scene, visit))
    others = OTHERS_STAND.format(days=listed(days)) if days else ""
    if off:
        ask_staff(answered, changed, f"called off {for_staff(visit)}: speak with them.{others}")
        return _says(
            answered, changed, texts.called_off(others=bool(days) and not answered.family.discreet)
        )
    free = f"cannot make {for_staff(visit)}: its time is free again.{others}"
    tell_staff(answered, changed, free)
    return _other_times(answered, changed, "other", near=begins)


def _lift(answered: Answered, effect: AskLift) -> Turn:
    """Ask whoever comes to fetch them: their written answer goes back as a text."""
    visit = _as_it_was(answered.scene, effect.visit, effect.version, BOOKED)
    if visit is None:
        return _by_a_person(answered, effect.visit, "asks for a lift to a visit")
    where = PICKED_UP_AT.get(effect.where, effect.where)
    words = f"asks for a lift to {for_staff(visit)}. Pick-up: {where}. Reply here with a time."
    ask_staff(answered, visit, words, kind="lift")
    return _says(answered, visit, Prompt(texts.LIFT_ASKED))


def _other_times(
    answered: Answered, visit: Visit, because: str, near: datetime | None = None
) -> Turn:
    """Offer what is free now; where nothing is, or no words for it, a person finds a time."""
    scene, family = answered.scene, answered.family
    times = _free(scene, visit, near)
    flow = visit_offer.FLOW
    if not times or not flow_worded(flow, family.facts(), family.language):
        ask_staff(answered, visit, f"{ANOTHER_TIME} {for_staff(visit)}.")
        return _says(answered, visit, Prompt(texts.WILL_FIND))
    given = {**values(scene, family, visit, times), "because": because}
    turn = answered.state.turn
    asked = engine.begin(FLOWS[flow.name], family.facts(), given, turn, family.cases)
    keep_turn(scene, family, asked, None)
    return replace(asked, effects=answered.turn.effects)


def _free(scene: Scene, visit: Visit, near: datetime | None) -> Sequence[datetime]:
    """Find times in weeks that have room for one more; the one they cannot make is left out."""
    where = (visit.kind, visit.plan, visit.case_ids, visit.person_id)
    found = free_times(scene, *where, near=near, count=4, leaving=visit.id)
    return [at for at in found if at != near and not _filling(scene, visit, at)][:3]


def _filling(scene: Scene, visit: Visit, at: datetime) -> Sequence[Visit]:
    """List what fills the week in which a visit would be."""
    fills = visit.what.fills_week
    return over_cap(scene, visit.case_ids, at, leaving=visit.id) if fills else ()


def _as_it_was(scene: Scene, number: int, version: int, state: str) -> Visit | None:
    """Hold the visit; None: it is not what their answer was about any more."""
    visit = hold_visit(scene.connection, number)
    same = visit is not None and visit.version == version and visit.state == state
    return visit if same else None


def _says(answered: Answered, visit: Visit, prompt: Prompt) -> Turn:
    """Say it with what is so now, in this family's language."""
    more = values(answered.scene, answered.family, visit)
    return replace(answered.turn, says=prompt, more=more)


def _by_a_person(answered: Answered, number: int, what: str) -> Turn:
    """What is not so any more is for a person to answer."""
    ask_owner(answered, number, what)
    return replace(answered.turn, says=Prompt(texts.A_PERSON), more={"version": ""})
