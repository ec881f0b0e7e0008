"""Conversations with a member of staff at the desk, and what comes of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row

from bot import engine
from bot.engine import Heard, Turn
from bot.flows import FLOWS, flow_named
from bot.flows.base import (
    Answers,
    Begin,
    DeskEffect,
    DraftWords,
    Facts,
    SendWords,
    State,
)
from bot.i18n import Text, Values, put
from bot.rules.visits import BookVisit, CancelVisit, MoveVisit
from bot.rules.welcome import Introduce
from bot.scene import letters
from bot.scene.chats import labels_at
from bot.scene.days_missed import PURPOSE as DAYS_MISSED
from bot.scene.family import Family, all_families, family_at
from bot.scene.sight import sees_family
from bot.turns import (
    days_missed,
    drafts,
    introducing,
    key_person,
    typed,
    visit_booking,
)
from bot.turns.claims import second_answer, take_on
from bot.turns.confirmed import write_down
from bot.turns.deskside import Desk, say
from bot.turns.keep import Said, apply_effects, keep_turn
from bot.turns.visit_looks import looked
from storage.conversations import load_state

# What would be lost unseen, and what is said of it.
UNFINISHED: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("log_contact", "log_whose", "write_note", "refer_child"), "saved"),
        **dict.fromkeys(("write_whose", "write_draft", "key_person"), "sent"),
        "book_visit": "booked",
    }
)


def begin(desk: Desk, flow: str, given: Answers) -> None:
    """Open a conversation with a member of staff; a question that was open gives way."""
    unsaved = load_state(desk.scene.connection, desk.staff.id)
    words = unsaved.answers.get("words", "") if unsaved is not None else ""
    if unsaved is not None and unsaved.flow in UNFINISHED and words:
        ended = UNFINISHED[unsaved.flow]
        say(desk, f"Not {ended}, as you began something else: “{words}”")
    found = looked(desk, flow, given)
    if isinstance(found, str):
        say(desk, found)
        return
    flow, given = found
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
    match effect:
        case SendWords():
            _send_as_asked(desk, effect)
        case DraftWords():
            draft(desk, effect)
        case Begin(flow, given):
            begin(desk, flow, given)
        case BookVisit() | MoveVisit() | CancelVisit():
            _settle_visit(desk, effect)
        case Introduce():
            say(desk, introducing.tell_of(desk.scene, desk.staff, effect))
        case _:
            say(desk, write_down(desk.scene, desk.staff, effect))


def _settle_visit(desk: Desk, effect: BookVisit | MoveVisit | CancelVisit) -> None:
    """Book, move or call off a visit; where that cannot be any more, go on with what can."""
    match effect:
        case BookVisit():
            settled = visit_booking.book(desk.scene, desk.staff, effect)
        case MoveVisit():
            settled = visit_booking.move(desk.scene, desk.staff, effect)
        case CancelVisit():
            settled = visit_booking.cancel(desk.scene, desk.staff, effect)
    say(desk, settled.says)
    if settled.again is not None:
        begin(desk, *settled.again)


def _facts(desk: Desk) -> Facts:
    scene = desk.scene
    return Facts(
        person=desk.staff.first_name,
        pupil=(),
        worker=desk.staff.first_name,
        today=scene.today,
        next_read=scene.now,
        families=tuple(typed.latest_first(scene, desk.staff, all_families(scene, desk.staff))),
        labels=tuple(labels_at(scene, desk.line, desk.staff).items()),
        colleagues=tuple((ref, one.first_name) for ref, one in scene.team.workers.items()),
    )


def draft(desk: Desk, wish: DraftWords) -> None:
    """Show words to their writer before they go, or ask for them."""
    found = drafts.draft(desk.scene, desk.line, desk.staff, wish)
    if isinstance(found, str):
        say(desk, found)
    else:
        begin(desk, *found)


def _send_as_asked(desk: Desk, effect: SendWords) -> None:
    """Send what a conversation came to, as an answer where it is one."""
    about = typed.person_of_ref(desk.scene, effect.person)
    task = drafts.answers_to(desk.scene, desk.staff, effect.task)
    why = _not_now(desk, effect, about, task)
    if about is None or why:
        say(desk, drafts.unsent(why, effect.words))
        return
    words = typed.Words(
        person_id=about,
        words=effect.words,
        checked=effect.checked,
        address_id=effect.address,
        beside=effect.beside,
        purpose=effect.purpose,
        all_the_same=effect.all_the_same,
    )
    answer(desk, words, task)


def _not_now(desk: Desk, effect: SendWords, about: int | None, task: Row[Any] | None) -> str:
    """Look again before confirmed words go: much may have changed since they were shown."""
    if about is None:
        return "that person is not known here any more"
    if effect.beside and sees_family(desk.scene, desk.staff, about):
        return ""  # this answers a message that a colleague has too
    return drafts.not_theirs(desk.scene, desk.staff, about, task)


def answer(desk: Desk, words: typed.Words, task: Row[Any] | None) -> None:
    """Send words as an answer to a message: a colleague who has it is asked about first."""
    second = None if words.beside else second_answer(desk.scene, desk.staff, task, words)
    if second is not None:
        begin(desk, "second_answer", second)
    elif send(desk, words, task.id if task else None):
        take_on(desk.scene, desk.staff, task)


def send(desk: Desk, words: typed.Words, task: int | None = None) -> bool:
    """Send words to a family.

    Writing where one person writes, and another family's child in the words, is asked about
    first. False: they are not on their way.
    """
    first = key_person.ask_first(desk.scene, desk.staff, words, task)
    if first is not None:
        begin(desk, "key_person", first)
        return False
    named = None if words.checked else typed.other_child(desk.scene, desk.staff, words)
    if named is not None:
        given = {"to": typed.ref_of(desk.scene, words.person_id), "words": words.words}
        where = str(words.address_id) if words.address_id else ""
        beside = "yes" if words.beside else ""
        how = {"where": where, "beside": beside, "purpose": words.purpose, "task": str(task or "")}
        begin(desk, "check_words", {**given, **how, "named": named})
        return False
    if words.purpose == DAYS_MISSED:
        sent, says = days_missed.send_reworded(desk.scene, desk.staff, task, words)
        say(desk, says)
        return sent
    refusal = typed.put_in_outbox(desk.scene, desk.staff, words)
    say(desk, refusal)
    return not refusal


def _put(language: str, text: Text, values: Values) -> str:
    return put(text, language, values)
