"""Hearing a member of staff: a reply, a command, a button, or words for nobody yet."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlalchemy import insert

from bot.desk import COMMANDS, HELP
from bot.desk.base import Answer
from bot.desk.to_approve import APPROVED
from bot.domain import Inbound
from bot.rules import closures
from bot.scene.matters import COPIED, DECISION, OPEN, PROMISE, SHOW
from bot.scene.scene import Scene
from bot.turns import approving, buttons, copying, deskwork, meeting, typed, written
from bot.turns.asking import asked_at
from bot.turns.changes import make
from bot.turns.closures import press_closure
from bot.turns.deskside import Desk, say
from bot.turns.deskwork import begin, converse
from bot.turns.discreet import show
from bot.turns.lateness import too_late_to_press
from bot.turns.rights import ONLY_ALERTS, has_a_desk
from storage import audit, outbox
from storage.addresses import Line, Someone
from storage.conversations import load_state
from storage.tables import DeskEntry


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
    if refusal:
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
    elif key.startswith(f"{closures.MARK}:"):
        pressed = press_closure(desk.scene, desk.staff, key)
        say(desk, pressed.says, pressed)
    elif key.startswith(f"{APPROVED}:") and has_a_desk(desk.scene, desk.staff):
        pressed = approving.approve_all(desk.scene, desk.staff, key)
        say(desk, pressed.says, pressed)
    elif key.startswith(f"{PROMISE}:") and has_a_desk(desk.scene, desk.staff):
        say(desk, written.end_promise(desk.scene, desk.staff, key))
    elif key.startswith(f"{DECISION}:") and has_a_desk(desk.scene, desk.staff):
        say(desk, meeting.press_done(desk.scene, desk.staff, key))
    elif key.startswith(f"{COPIED}:") and has_a_desk(desk.scene, desk.staff):
        say(desk, copying.tick(desk.scene, desk.line, desk.staff, key))
    else:
        converse(desk)


def _refusal(desk: Desk) -> str:
    """Say why nothing can be done with what came, if that is so."""
    if desk.line.channel == "sms":
        return "This number only brings alerts. Please answer at your desk."
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
        begin(desk, "who_for", {"words": words})
        return
    where = task.address_id if task else None
    deskwork.answer(desk, typed.Words(about, words, address_id=where), task)


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
