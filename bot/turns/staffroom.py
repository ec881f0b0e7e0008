"""Hearing a member of staff: a reply, a command, a button, or words for nobody yet."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sqlalchemy import Row, insert

from bot import engine
from bot.desk import COMMANDS, HELP
from bot.desk.base import Answer, Asked
from bot.domain import Inbound
from bot.engine import Heard, Turn
from bot.flows import FLOWS, flow_named
from bot.flows.base import Answers, Facts, State
from bot.i18n import Text, Values, put
from bot.scene.family import Family, all_families, family_at
from bot.scene.letters import Kind, say
from bot.scene.notices import say_to_staff
from bot.scene.scene import Scene
from bot.turns import buttons, typed
from bot.turns.changes import make
from bot.turns.keep import Said, apply_effects, keep_turn
from storage import outbox, tasks
from storage.addresses import Line, Someone
from storage.conversations import load_state
from storage.tables import DeskEntry


@dataclass(frozen=True, slots=True)
class Desk:
    """One thing one member of staff did."""

    scene: Scene = field(repr=False)
    inbound: Inbound
    line: Line
    staff: Someone
    replied: Row[Any] | None = field(default=None, repr=False)  # the notice this answers

    @property
    def task(self) -> Row[Any] | None:
        task_id = self.replied.task_id if self.replied else None
        return tasks.find_task(self.scene.connection, task_id) if task_id else None


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
    if line.channel == "sms":
        _say(desk, "This number only brings alerts. Please answer at your desk.")
    elif inbound.key.startswith("t:"):
        _say(desk, buttons.press(scene, staff, inbound.key))
    elif inbound.key:
        _converse(desk)
    elif words.startswith("/"):
        _command(desk, words)
    elif desk.replied is not None and desk.replied.turn is None:
        _reply(desk, words)
    elif load_state(scene.connection, staff.id) is not None:
        _converse(desk)
    elif words:
        begin(desk, "who_for", {"words": words})
    else:
        _say(desk, "Files are not passed on. Please say it in words.")


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
    replied, task = desk.replied, desk.task
    about = replied.about_id if replied else None
    if about is None and task is not None and task.address_id is not None:
        # The number was unknown when the notice went out; somebody may have attached it since.
        about = typed.person_of_address(desk.scene, task.address_id)
        if about is None:
            _say(desk, "Nobody knows this number yet. Reply /attach NAME first, then answer.")
            return
    if about is None:
        begin(desk, "who_for", {"words": words})
        return
    address = task.address_id if task else None
    _send(desk, typed.Words(about, words, address_id=address))


def _send(desk: Desk, words: typed.Words) -> None:
    named = None if words.checked else typed.other_child(desk.scene, words)
    if named is not None:
        given = {"to": typed.ref_of(desk.scene, words.person_id), "words": words.words}
        begin(desk, "check_words", {**given, "named": named})
        return
    _say(desk, typed.put_in_outbox(desk.scene, desk.staff, words))


def _command(desk: Desk, words: str) -> None:
    name, _space, rest = words.removeprefix("/").partition(" ")
    command = {**COMMANDS, HELP.name: HELP}.get(name.lower())
    if command is None:
        _say(desk, f"There is no /{name}. Type /help for the list.")
        return
    answer: Answer = command.run(_asked(desk, rest))
    for change in answer.changes:
        make(desk.scene, desk.staff, change)
    _say(desk, answer.says)


def _asked(desk: Desk, rest: str) -> Asked:
    scene, task = desk.scene, desk.task
    return Asked(
        staff=desk.staff,
        rest=rest,
        now=scene.now,
        today=scene.today,
        team=scene.team,
        practice=scene.practice,
        families=tuple(all_families(scene)),
        about=desk.replied.about_id if desk.replied else None,
        task=task.id if task else None,
        address=task.address_id if task else None,
    )


def begin(desk: Desk, flow: str, given: Answers) -> None:
    """Open a conversation with a member of staff; a question that was open gives way."""
    turn = engine.begin(FLOWS[flow], _facts(desk), given, desk.staff.turns)
    _keep(desk, turn, None, flow)


def _converse(desk: Desk) -> None:
    state = load_state(desk.scene.connection, desk.staff.id)
    if state is None:
        _say(desk, "That question is closed. Nothing has been done.")
        return
    heard = Heard(desk.inbound.words, desk.inbound.key, desk.inbound.turn)
    turn = engine.advance(flow_named(state.flow), state, _facts(desk), heard, partial(_put, "en"))
    if turn.stale:
        _say(desk, "That question is closed. Nothing has been done.")
        return
    _keep(desk, turn, state, state.flow)


def _keep(desk: Desk, turn: Turn, before: State | None, flow: str) -> None:
    scene = desk.scene
    self_as_family: Family = family_at(scene, desk.line, desk.staff)
    keep_turn(scene, self_as_family, turn, before)
    if turn.says is not None:
        say(
            scene,
            self_as_family,
            turn.says,
            turn.values,
            Kind("staff", flow),
            name="desk",
            language="en",
            turn=turn.state.turn if turn.state else None,
        )
    for effect in apply_effects(scene, self_as_family, turn, Said(flow)):
        about = typed.person_of_ref(scene, effect.person)
        if about is not None:
            _send(replace(desk), typed.Words(about, effect.words, checked=effect.checked))


def _facts(desk: Desk) -> Facts:
    scene = desk.scene
    return Facts(
        person=desk.staff.first_name,
        pupil=(),
        worker=desk.staff.first_name,
        today=scene.today,
        next_read=scene.now,
        families=tuple(typed.latest_first(scene, desk.staff, all_families(scene))),
    )


def _say(desk: Desk, words: str) -> None:
    if words:
        say_to_staff(desk.scene, desk.line, desk.staff, words, "desk")


def _put(language: str, text: Text, values: Values) -> str:
    return put(text, language, values)
