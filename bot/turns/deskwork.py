"""Conversations with a member of staff at the desk, and what comes of them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import assert_never

from bot import engine
from bot.engine import Heard, Turn
from bot.flows import FLOWS, flow_named
from bot.flows.base import (
    Answers,
    Begin,
    CloseMatter,
    DeskEffect,
    Facts,
    LogContact,
    SendWords,
    State,
    TransferCases,
    WriteNote,
)
from bot.i18n import Text, Values, put
from bot.scene import letters
from bot.scene.chats import labels_at
from bot.scene.family import Family, all_families, family_at
from bot.turns import closing, transfer, typed, written
from bot.turns.deskside import Desk, say
from bot.turns.keep import Said, apply_effects, keep_turn
from storage.conversations import load_state

WRITES = frozenset({"log_contact", "log_whose", "write_note"})  # what would be lost unseen


def begin(desk: Desk, flow: str, given: Answers) -> None:
    """Open a conversation with a member of staff; a question that was open gives way."""
    unsaved = load_state(desk.scene.connection, desk.staff.id)
    if unsaved is not None and unsaved.flow in WRITES:
        say(desk, f"Not saved, as you began something else: “{unsaved.answers.get('words', '')}”")
    turn = engine.begin(FLOWS[flow], _facts(desk), given, desk.staff.turns)
    _keep(desk, turn, None, flow)


def converse(desk: Desk) -> None:
    """Take an answer to the question that is open."""
    state = load_state(desk.scene.connection, desk.staff.id)
    if state is None:
        say(desk, "That question is closed. Nothing has been done.")
        return
    heard = Heard(desk.inbound.words, desk.inbound.key, desk.inbound.turn)
    turn = engine.advance(flow_named(state.flow), state, _facts(desk), heard, partial(_put, "en"))
    if turn.stale:
        say(desk, "That question is closed. Nothing has been done.")
        return
    _keep(desk, turn, state, state.flow)


def _keep(desk: Desk, turn: Turn, before: State | None, flow: str) -> None:
    scene = desk.scene
    self_as_family: Family = family_at(scene, desk.line, desk.staff)
    keep_turn(scene, self_as_family, turn, before)
    if turn.says is not None:
        letters.say(
            scene,
            self_as_family,
            turn.says,
            turn.values,
            letters.Kind("staff", flow),
            name="desk",
            language="en",
            turn=turn.state.turn if turn.state else None,
        )
    for effect in apply_effects(scene, self_as_family, turn, Said(flow)):
        _do(desk, effect)


def _do(desk: Desk, effect: DeskEffect) -> None:
    """Do what a conversation with a member of staff came to."""
    scene, staff = desk.scene, desk.staff
    match effect:
        case SendWords():
            about = typed.person_of_ref(scene, effect.person)
            if about is not None:
                words = typed.Words(about, effect.words, effect.checked, effect.address)
                send(desk, replace(words, beside=effect.beside))
        case LogContact():
            say(desk, written.log_contact(scene, staff, effect))
        case WriteNote():
            say(desk, written.write_note(scene, staff, effect))
        case CloseMatter():
            say(desk, closing.close_matter(scene, staff, effect))
        case TransferCases(cases, to):
            say(desk, transfer.carry_out(scene, staff.ref, cases, to))
        case Begin(flow, given):
            begin(desk, flow, given)
        case _:
            assert_never(effect)


def _facts(desk: Desk) -> Facts:
    scene = desk.scene
    return Facts(
        person=desk.staff.first_name,
        pupil=(),
        worker=desk.staff.first_name,
        today=scene.today,
        next_read=scene.now,
        families=tuple(typed.latest_first(scene, desk.staff, all_families(scene))),
        labels=tuple(labels_at(scene, desk.line).items()),
        colleagues=tuple((ref, one.first_name) for ref, one in scene.team.workers.items()),
    )


def send(desk: Desk, words: typed.Words) -> bool:
    """Send words to a family; another family's child in them is asked about first.

    False: they are not on their way.
    """
    named = None if words.checked else typed.other_child(desk.scene, words)
    if named is not None:
        given = {"to": typed.ref_of(desk.scene, words.person_id), "words": words.words}
        where = str(words.address_id) if words.address_id else ""
        beside = "yes" if words.beside else ""
        begin(desk, "check_words", {**given, "named": named, "where": where, "beside": beside})
        return False
    refusal = typed.put_in_outbox(desk.scene, desk.staff, words)
    say(desk, refusal)
    return not refusal


def _put(language: str, text: Text, values: Values) -> str:
    return put(text, language, values)
