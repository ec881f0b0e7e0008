"""Hearing a family or a stranger: the front desk, then the conversation, then the owner."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Row

from bot.domain import Inbound
from bot.engine import Heard, Turn, advance
from bot.flows import flow_named
from bot.flows.base import PassOn, State
from bot.flows.reading import number
from bot.i18n import Text, Values, put
from bot.rules import doors
from bot.rules.erased import BEFORE
from bot.scene import sentences
from bot.scene.desk_notes import raise_task
from bot.scene.family import Family, family_at
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from bot.scene.visit_between import unclear
from bot.scene.visit_hints import visit_asked_about
from bot.scene.visit_reach import ABOUT_VISITS, recipe_of_answer
from bot.turns import alarms, controls, visit_answers
from bot.turns.keep import Said, apply_effects, keep_turn, pass_on
from bot.turns.lateness import heard_at, said_before
from bot.turns.listening import read
from bot.turns.places import settled
from bot.turns.reasons import understood
from bot.turns.ringing import missed_call
from bot.turns.voice import Voice, amended, answer, answer_safely, log_heard, shown_words
from storage.addresses import Line, Someone
from storage.contacts import last_inbound
from storage.conversations import asked_at, load_state
from storage.plans import ANSWERING
from storage.staff import cover_known

SAME_CHOICE_WITHIN = timedelta(seconds=4)


def hear_family(scene: Scene, inbound: Inbound, line: Line, person: Someone | None) -> None:
    """Take one message of a family or a stranger through the order of design section 6."""
    family = family_at(scene, line, person)
    state, overtaken = _question(scene, inbound, person)
    if _same_choice_again(scene, inbound, family, state):
        return
    before = amended(scene, inbound) if inbound.amends else None
    if before is not None and before.words == shown_words(inbound):
        return
    voice = replace(listen(scene, inbound, family, state, before), overtaken=overtaken)
    told = alarms.raise_alarms(voice)
    if family.muted:
        _from_forbidden(voice)
        return
    if inbound.rang:
        missed_call(voice)
        return
    if controls.obey(voice):
        return
    if voice.reading.asks_to_stop:
        controls.hold_texts(voice)
        return
    if voice.grave and not inbound.key:
        _grave(voice, state, told=told)
    elif before is not None:
        _pass_on_change(voice, before)
    elif state is None:
        _to_the_owner(voice)
    else:
        _converse(voice, state)


def _question(scene: Scene, inbound: Inbound, person: Someone | None) -> tuple[State | None, bool]:
    """Find the question these words may answer; True: one is open that was asked after them.

    A button names its question itself.
    """
    state = load_state(scene.connection, person.id) if person else None
    if person is None or state is None or inbound.turn is not None:
        return state, False
    asked = asked_at(scene.connection, person.id)
    if state.flow in ABOUT_VISITS and unclear(scene, person.id, inbound.words, state, asked):
        return None, True
    overtaken = said_before(scene, inbound, asked)
    return (None if overtaken else state), overtaken


def listen(
    scene: Scene,
    inbound: Inbound,
    family: Family,
    state: State | None,
    before: Row[Any] | None = None,
) -> Voice:
    """Write a message down, read it, and keep it from whoever it names; `before`: it amends."""
    said = shown_words(inbound) if inbound.forwarded else doors.as_said(inbound.words)
    reading = read(scene, inbound, family, said)
    answering = _answering(state) if state else None
    amends = (before.amends or before.id) if before is not None else None
    contact_id = log_heard(scene, inbound, family, reading, answering, amends)
    voice = Voice(scene, inbound, family, reading, contact_id)
    changes = {before.id, before.amends or before.id} if before is not None else ()
    voice = replace(voice, hidden_from=alarms.hidden_from(voice, changes))
    alarms.hide(voice)
    return voice


def _answering(state: State) -> str:
    """Name what a reply answers: "3" of a plan is no bad week."""
    asked = state.answers.get("about_step") if state.step == "plan" else None
    return f"{ANSWERING}{asked}" if asked else state.flow


def _same_choice_again(scene: Scene, inbound: Inbound, family: Family, state: State | None) -> bool:
    """A bare choice made twice within four seconds is one; words are always kept."""
    if inbound.key and state is not None and inbound.turn == state.turn:
        return False  # this button's question is open: two questions may have the same answer
    if inbound.amends or (not inbound.key and number(inbound.words) is None):
        return False
    last = last_inbound(scene.connection, family.line.id)
    return (
        last is not None
        and last.words == shown_words(inbound)
        and abs(heard_at(scene, inbound) - last.occurred_at) < SAME_CHOICE_WITHIN
    )


def _from_forbidden(voice: Voice) -> None:
    """Somebody who must not be contacted, or a machine: words are kept, nothing goes back."""
    said = (
        f"{voice.family.named()}, who must not be contacted: {shown_words(voice.inbound)}"
        f"{voice.late_note}"
    )
    told = [ref for ref in voice.family.owners() if ref not in voice.hidden_from]
    if told:
        matter = Matter("do_not_use", said, None, voice.contact_id)
        raise_task(voice.scene, voice.family, told[0], matter, told=told)


def _grave(voice: Voice, state: State | None, *, told: bool) -> None:
    """Words of danger answer no question: the question stays open, and a person has them."""
    if not told:
        _pass_on(voice, state)
    answer_safely(voice)


def _to_the_owner(voice: Voice) -> None:
    """No question is open: it is a message for the owner, whatever it says."""
    if voice.inbound.key:
        controls.old_button(voice)
        return
    _pass_on(voice, None, understood(voice))
    if controls.not_opened(voice):
        return
    covered = voice.family.standing.cover is not None
    if not voice.family.staffed() and answer_safely(voice):
        return
    if covered and voice.family.person is not None:
        _say_who_covers(voice)


def _say_who_covers(voice: Voice) -> None:
    """Answer with nothing but who is covering, the first time; later there is nothing to add."""
    cover, person = voice.family.standing.cover, voice.family.person
    if cover is None or person is None:
        return
    if not cover_known(voice.scene.connection, cover.id, person.id):
        answer(voice, sentences.KEPT, purpose="cover")


def _pass_on_change(voice: Voice, before: Row[Any]) -> None:
    """They changed what they had written: its owner reads both, and no question is answered."""
    said = f"{shown_words(voice.inbound)}\n{BEFORE.format(before.words or 'erased')}"
    pass_on(voice.scene, voice.family, PassOn(said), _of(voice, None))


def _pass_on(voice: Voice, state: State | None, noted: str = "") -> None:
    effect = PassOn(f"{shown_words(voice.inbound)}{noted}", state.step if state else "")
    pass_on(voice.scene, voice.family, effect, _of(voice, state))


def _of(voice: Voice, state: State | None) -> Said:
    reading, hidden = voice.reading, voice.hidden_from
    return Said(
        state.flow if state else "",
        voice.contact_id,
        reading.level,
        hidden,
        voice.late_note,
        visit_asked_about(state),
        for_owners=bool(hidden or reading.complaint or reading.alarms),
    )


def _converse(voice: Voice, state: State) -> None:
    """Let the open conversation take the reply; a file alone answers nothing."""
    scene, family = voice.scene, voice.family
    if controls.not_opened(voice):
        _pass_on(voice, state)
        return
    heard = Heard(voice.inbound.words, voice.inbound.key, voice.inbound.turn)
    if voice.inbound.forwarded:
        heard = replace(heard, words=shown_words(voice.inbound))
    flow = flow_named(state.flow)
    turn = advance(flow, state, family.facts(), heard, partial(_put, family.language))
    if turn.stale:
        controls.old_button(voice)
        return
    if _only_passed_on(turn, state) and not family.staffed() and answer_safely(voice):
        turn = _not_asked_again(turn, state)
    keep_turn(scene, family, turn, state)
    said = _of(voice, state)
    apply_effects(scene, family, turn, said)
    turn = visit_answers.settled(scene, family, settled(scene, family, turn), state, said)
    _answer_turn(voice, turn, state)


def _only_passed_on(turn: Turn, state: State) -> bool:
    """Say whether this turn brings words to a person and asks the family nothing new."""
    passed = any(isinstance(effect, PassOn) for effect in turn.effects)
    return passed and (turn.state is None or turn.state.step == state.step)


def _not_asked_again(turn: Turn, state: State) -> Turn:
    """Say nothing, so the question they were shown, with its buttons, is the one that is open."""
    still = turn.state and replace(turn.state, turn=state.turn, offered=state.offered)
    return replace(turn, says=None, state=still)


def _answer_turn(voice: Voice, turn: Turn, state: State) -> None:
    """Answer with what the flow says."""
    if turn.says is None:
        return
    answers = turn.state.answers if turn.state else {**state.answers, **turn.more}
    open_turn, recipe = turn.state.turn if turn.state else None, recipe_of_answer(answers)
    answer(voice, turn.says, purpose=state.flow, answers=answers, turn=open_turn, recipe=recipe)


def _put(language: str, text: Text, values: Values) -> str:
    return put(text, language, values)
