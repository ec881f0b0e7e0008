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
from bot.scene.family import Family, all_families, barred, chat_labels, family_at
from bot.scene.letters import Kind, say
from bot.scene.matters import SHOW
from bot.scene.notices import STAFF_CHAT, say_to_staff
from bot.scene.scene import Scene
from bot.turns import buttons, reached, typed
from bot.turns.alarms import kept_from
from bot.turns.changes import make
from bot.turns.discreet import show
from bot.turns.keep import Said, apply_effects, keep_turn
from bot.turns.lateness import too_late_to_press
from storage import outbox, tasks
from storage.addresses import Line, Someone, hold_line_by_id
from storage.conversations import load_state
from storage.received import FAMILY_BOT, recall
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
        """The task of the notice this answers: by our record of it, or by the button under it."""
        by_button = tasks.number_in(self.inbound.notice)
        task_id = self.replied.task_id if self.replied else by_button
        return buttons.task_for(self.scene, self.staff, task_id) if task_id else None

    @property
    def about(self) -> int | None:
        """Whom the notice that is answered is about."""
        if self.replied is not None:
            about: int | None = self.replied.about_id
            return about
        return int(self.task.person_id) if self.task and self.task.person_id else None

    @property
    def answers_notice(self) -> bool:
        return self.replied.turn is None if self.replied else self.inbound.notice.startswith("t:")


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
        _say(desk, refusal)
    elif inbound.key.startswith(f"{SHOW}:"):
        show(scene, line, staff, inbound.key)
    elif inbound.key.startswith("t:"):
        _say(desk, buttons.press(scene, staff, inbound.key))
    elif inbound.key:
        _converse(desk)
    elif words.startswith("/"):
        _command(desk, words)
    elif desk.answers_notice:
        _reply(desk, words)
    elif load_state(scene.connection, staff.id) is not None:
        _converse(desk)
    elif words:
        begin(desk, "who_for", {"words": words})
    else:
        _say(desk, "Files are not passed on. Please say it in words.")


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
    name = name.partition("@")[0].lower()  # "/away@OurBot", as an app writes it for you
    command = {**COMMANDS, HELP.name: HELP, "start": HELP}.get(name)
    if command is None:
        _say(desk, f"There is no /{name}. Type /help for the list.")
        return
    answer: Answer = command.run(_asked(desk, rest.strip()))
    for change in answer.changes:
        make(desk.scene, desk.staff, change)
    _say(desk, answer.says, qr=answer.qr)


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
        about=desk.about,
        replies=bool(desk.inbound.reply_to or desk.inbound.notice),
        reached=reached.by_notice(scene, desk.replied, task),
        last_to=partial(reached.by_person, scene),
        task=task.id if task else None,
        kept_from=kept_from(scene, task) if task else frozenset(),
        address=_attachable(scene, task.address_id) if task and task.address_id else None,
        labels=chat_labels(scene),
        barred=barred(scene),
        family_bot=recall(scene.connection, FAMILY_BOT) or "",
        token=scene.taskforce.token(),
    )


def _attachable(scene: Scene, address_id: int) -> int | None:
    """A chat with the staff bot can never become a family's."""
    line = hold_line_by_id(scene.connection, address_id)
    return None if line.channel == STAFF_CHAT else line.id


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
        labels=tuple(chat_labels(scene).items()),
    )


def _say(desk: Desk, words: str, qr: str = "") -> None:
    if words:
        say_to_staff(desk.scene, desk.line, desk.staff, words, "desk", qr=qr or None)


def _put(language: str, text: Text, values: Values) -> str:
    return put(text, language, values)
