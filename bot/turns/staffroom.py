"""Hearing a member of staff: a reply, a command, a button, or words for nobody yet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

from sqlalchemy import insert

from bot.desk import COMMANDS, HELP, to_approve
from bot.desk.base import Answer
from bot.domain import Inbound
from bot.flows.base import Answers
from bot.rules import calendar_buttons, closures
from bot.rules.booking_words import looks_like_booking
from bot.rules.cries import as_command, is_cry
from bot.scene import matters
from bot.scene.matters import OPEN, SHOW, VISIT
from bot.scene.scene import Scene
from bot.turns import (
    approving,
    buttons,
    copying,
    deskwork,
    meeting,
    outing_answers,
    typed,
    written,
)
from bot.turns.asking import asked_at
from bot.turns.calendars import press_link
from bot.turns.changes import make
from bot.turns.closures import press_closure
from bot.turns.deskside import Desk, say
from bot.turns.deskwork import begin, converse
from bot.turns.discreet import show
from bot.turns.lateness import too_late_to_press
from bot.turns.outings import QUESTION
from bot.turns.rights import ONLY_ALERTS, has_a_desk
from storage import audit, outbox
from storage.addresses import Line, Someone
from storage.conversations import load_state
from storage.tables import DeskEntry

Pressed: TypeAlias = Callable[[Scene, Line, Someone, str], Answer | str]
# What the first letter of a button means that is answered in one go.
PRESSED: Mapping[str, Pressed] = MappingProxyType(
    {
        closures.MARK: lambda scene, _line, staff, key: press_closure(scene, staff, key),
        matters.OUTING: outing_answers.press,
        to_approve.APPROVED: lambda scene, _line, staff, key: approving.approve_all(
            scene, staff, key
        ),
        calendar_buttons.MARK: lambda scene, _line, staff, key: press_link(scene, staff, key)[1],
        matters.PROMISE: lambda scene, _line, staff, key: written.end_promise(scene, staff, key),
        matters.DECISION: lambda scene, _line, staff, key: meeting.press_done(scene, staff, key),
        matters.COPIED: copying.tick,
    }
)
ONLY_FROM_THE_DOOR = (
    "This number only brings alerts. Out on a visit: reply ARRIVED, LATE, LEFT or SOS. "
    "Please answer all else at your desk."
)
FOR_ANYBODY = frozenset({closures.MARK, matters.OUTING})  # who has no desk may press them too


def hear_staff(scene: Scene, inbound: Inbound, line: Line, staff: Someone) -> None:
    """Take one thing a member of staff typed or pressed. Revoked staff are not heard."""
    worker = scene.team.workers.get(staff.ref)
    if worker is None or not worker.active:
        return
    replied = (
        outbox.by_external_id(scene.connection, line.id, inbound.reply_to)
        if inbound.reply_to
        else None
    )
    desk = Desk(scene, inbound, line, staff, replied)
    _keep_entry(desk)
    words = inbound.words.strip()
    refusal = _refusal(desk)
    if is_cry(words):  # before all else: not a word of it may go to a family, or be refused
        _command(desk, as_command(words))
    elif (answered := _from_the_door(desk, words)) is not None:
        say(desk, answered.says)
    elif refusal:
        say(desk, refusal)
    elif inbound.key:
        _press(desk)
    elif not has_a_desk(scene, staff):
        _from_elsewhere(desk)
    elif words.startswith("/"):
        _command(desk, words)
    elif desk.answers_notice and not _explains(desk):
        _reply(desk, words)
    elif load_state(scene.connection, staff.id) is not None:
        converse(desk)
    else:
        _for_nobody_yet(desk, words)


def _from_the_door(desk: Desk, words: str) -> Answer | None:
    """Take what whoever is out typed: as a text, or as a reply to what they were asked."""
    asked = desk.replied is not None and desk.replied.purpose == QUESTION
    if desk.line.channel != "sms" and (not asked or desk.inbound.forwarded):
        return None
    return outing_answers.typed(desk.scene, desk.staff, words)


def _for_nobody_yet(desk: Desk, words: str) -> None:
    """Ask what words are for that answer nothing: a visit, or a family."""
    if looks_like_booking(words):
        begin(desk, "book_visit", {"words": words, "plainly": "yes"})
    elif words:
        begin(desk, "who_for", {"words": words})
    else:
        say(desk, "Files are not passed on. Please say it in words.")


def _explains(desk: Desk) -> bool:
    """Say whether this replies to the alert that is just being closed.

    The question is why, and the answer may be about the family: it must not go to them.
    """
    state = load_state(desk.scene.connection, desk.staff.id)
    if state is None or state.flow != "close_matter" or desk.task is None:
        return False
    return state.answers.get("task") == str(desk.task.id)


def _from_elsewhere(desk: Desk) -> None:
    """Somebody of a school or another service types: they may answer what they are asked."""
    if load_state(desk.scene.connection, desk.staff.id) is not None:
        converse(desk)
    else:
        say(desk, ONLY_ALERTS)


def _press(desk: Desk) -> None:
    """Do what a button says: its first letter tells what kind it is, a turn that it answers."""
    key = desk.inbound.key
    if key.startswith(f"{SHOW}:"):
        show(desk.scene, desk.line, desk.staff, key)
    elif key.startswith(f"{OPEN}:"):
        _command(desk, f"/case {key.partition(':')[2]}")
    elif key.startswith("t:"):
        pressed = buttons.press(desk.scene, desk.staff, key, desk.line)
        say(desk, pressed.says, pressed)
        if pressed.begins is not None:
            begin(desk, *pressed.begins)
    elif key.startswith(f"{VISIT}:"):
        begin(desk, "visit_outcome", {"visit": key.partition(":")[2]})
    elif (answered := _answered(desk, key)) is not None:
        say(desk, answered.says, answered)
    else:
        converse(desk)


def _answered(desk: Desk, key: str) -> Answer | None:
    """Do what a button says that is answered in one go. None: it is no such button here."""
    mark = key.partition(":")[0]
    at_a_desk = mark not in FOR_ANYBODY
    if mark not in PRESSED or (at_a_desk and not has_a_desk(desk.scene, desk.staff)):
        return None
    said = PRESSED[mark](desk.scene, desk.line, desk.staff, key)
    return Answer(said) if isinstance(said, str) else said


def _refusal(desk: Desk) -> str:
    """Say why nothing can be done with what came, if that is so."""
    if desk.line.channel == "sms":
        return ONLY_FROM_THE_DOOR
    if desk.inbound.forwarded:
        return "Forwarded messages are not passed on. Type or paste the words. Nothing was sent."
    if desk.inbound.amends:
        return "A changed message changes nothing here: what was sent stays. Type what is new."
    return too_late_to_press(desk.scene, desk.inbound)


def _keep_entry(desk: Desk) -> None:
    desk.scene.connection.execute(
        insert(DeskEntry).values(
            staff_id=desk.staff.id,
            external_id=desk.inbound.external_id[:120],
            at=desk.scene.now,
            words=desk.inbound.words or desk.inbound.key,
            reply_to=desk.inbound.reply_to[:120],
        )
    )


def _reply(desk: Desk, words: str) -> None:
    """Send the words to the family behind the notice that is replied to."""
    task, about = desk.task, desk.about
    if about is None and task is not None and task.address_id is not None:
        # The number was unknown when the notice went out; somebody may have attached it since.
        about = typed.person_of_address(desk.scene, task.address_id)
        if about is None:
            say(desk, "Nobody knows this number yet. Reply /attach NAME first, then answer.")
            return
    if about is None:
        _for_nobody_yet(desk, words)
    elif looks_like_booking(words):  # a worker's own note may stand in it: they are asked first
        begin(desk, "book_visit", _answering(desk, about, words))
    else:
        where = task.address_id if task else None
        deskwork.answer(desk, typed.Words(about, words, address_id=where), task)


def _answering(desk: Desk, about: int, words: str) -> Answers:
    """Give a booking what it needs to become an answer to the notice after all."""
    task, whose = desk.task, typed.ref_of(desk.scene, about)
    given = {"words": words, "plainly": "yes", "whose": whose, "to": whose}
    if task is None:
        return given
    return {**given, "task": str(task.id), "where": str(task.address_id or "")}


def command_in(words: str) -> tuple[str, str]:
    """Take a command apart: its name, and what stands behind it."""
    name, rest = [*re.split(r"\s", words.removeprefix("/"), maxsplit=1), ""][:2]
    return name.partition("@")[0].lower(), rest  # "/away@OurBot", as an app writes it for you


def _command(desk: Desk, words: str) -> None:
    name, rest = command_in(words)
    command = {**COMMANDS, HELP.name: HELP, "start": HELP}.get(name)
    if command is None:
        say(desk, f"There is no /{name}. Type /help for the list.")
        return
    answer: Answer = command.run(asked_at(desk, rest.strip()))
    made = [make(desk.scene, desk.staff, change) for change in answer.changes]
    choices = (*answer.choices, *(button for each in made for button in each))
    say(desk, answer.says, replace(answer, choices=choices))
    if answer.begins is not None:
        begin(desk, *answer.begins)
    if answer.read:
        audit.append(desk.scene.connection, desk.scene.now, desk.staff.ref, "read", answer.read)
