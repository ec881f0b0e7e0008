"""The one place where what a flow decided becomes rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.engine import Turn
from bot.flows.base import (
    Ask,
    DeskEffect,
    PassOn,
    State,
    Tell,
)
from bot.i18n import Text, Values, put
from bot.rules.holidays import SettlePlace, SettleWish
from bot.rules.plan import AboutPlan
from bot.rules.reasons import GiveReason
from bot.rules.visit_moments import ONE_DAY, THREE_DAYS, TWO_HOURS
from bot.rules.visits import AskLift, ChangeVisit, ConfirmVisit, TakeTime, Visit
from bot.scene.desk_notes import raise_task, respond_by
from bot.scene.family import Family
from bot.scene.letters import spoken_values
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.scene.silence import silence_ends
from bot.scene.visit_coming import answer_for
from bot.scene.visit_hints import STEPS_ABOUT_VISITS, question_named, visit_hint, visits_beside
from bot.turns.reasons import give_reason
from bot.turns.visits_kept_back import tell_of_kept
from storage.addresses import count_turns
from storage.conversations import keep_state, set_due
from storage.plans import note_asked
from storage.visits import find_visit

STEP_NAMES: Mapping[str, str] = {
    "check_in.week": "the check-in",
    "check_in.help": "“What would help?”",
    "check_in.plan": "the question how the plan goes",
    "absence.why": "“Why not in?”",
    "absence_day2.help": "“Anything we can help with?”",
    "transport.help": "the offer of help with transport",
    **dict.fromkeys(
        (f"{name}.said" for name in ("absence_beside", "closure", "praise", "agreed_reminder")),
        "a message that asked nothing",
    ),
    **dict.fromkeys(
        (
            f"{name}.said"
            for name in ("absence_day2_beside", "transport_beside", "first_day", "next_step")
        ),
        "a message that asked nothing",
    ),
    "holiday_invite.answer": "the invitation",
    "holiday_wish.wish": "“Check-ins in the holidays?”",
    **STEPS_ABOUT_VISITS,
}


def keep_turn(scene: Scene, family: Family, turn: Turn, before: State | None) -> None:
    """Keep a family's conversation as it now stands, and when its silence ends."""
    person = family.person
    if person is None:
        return
    state = turn.state
    keep_state(scene.connection, person.id, state, scene.now)
    if state is None:
        set_due(scene.connection, "silence", person.ref, None)
        return
    if state != before:
        count_turns(scene.connection, person.id, state.turn)
        set_due(scene.connection, "silence", person.ref, silence_ends(scene, state), state.turn)


@dataclass(frozen=True, slots=True)
class Said:
    """What staff must know of the message that led to a turn."""

    flow: str = ""
    contact_id: int | None = None
    level: str | None = None
    hidden_from: frozenset[str] = frozenset()
    late: str = ""  # when it was said, if it reached us late
    visit: int | None = None  # whose question it answers
    for_owners: bool = False  # a worry or a complaint: whoever else comes need not read it


def apply_effects(scene: Scene, family: Family, turn: Turn, said: Said) -> tuple[DeskEffect, ...]:
    """Apply everything a turn decided for a family; hands back what the desk is to do."""
    wanted: list[DeskEffect] = []
    for number, effect in enumerate(turn.effects):
        match effect:
            case PassOn():
                pass_on(scene, family, effect, said)
            case Tell(text):
                _tell(scene, family, _staff_words(family, text, turn.values), said, number)
            case Ask(kind, text):
                line = _staff_words(family, text, turn.values)
                matter = Matter(kind, f"{line}{said.late}", None, said.contact_id)
                _ask(scene, family, matter, said.visit)
            case GiveReason():
                give_reason(scene, family, effect, said.contact_id, said.hidden_from)
            case AboutPlan(step):
                note_asked(scene.connection, step, scene.today, scene.now)
            case (
                SettlePlace()
                | SettleWish()
                | TakeTime()
                | ConfirmVisit()
                | ChangeVisit()
                | AskLift()
            ):
                pass  # settled with the answer, which says what came of it: see `bot.turns.places`
            case _:  # everything else only staff bring about: the desk does it
                wanted.append(effect)
    return tuple(wanted)


def pass_on(scene: Scene, family: Family, effect: PassOn, said: Said) -> None:
    """Bring a family's own words to the owner; two owners share one task, first to take it.

    What is said of a visit reaches whoever comes as well, in time for them to stay at home.
    """
    asked = STEP_NAMES.get(f"{said.flow}.{effect.asked}") if effect.asked else None
    beside = visits_beside(scene, family, effect.words, said.visit, effect.asked)
    words = f"{family.named()}: {effect.words}{visit_hint(family, effect.words)}{said.late}"
    everybody = (*family.owners(), *(() if said.for_owners else beside.told))
    told = [ref for ref in everybody if ref not in said.hidden_from]
    if asked:
        words = f"{words}{question_named(scene, asked, said.visit, told)}"
    kind = "message" if family.person else "unclaimed"
    matter = Matter(kind, f"{words}{beside.line(scene, told)}", said.level, said.contact_id)
    if beside.doubted is not None:
        _remind_no_more(scene, beside.doubted)
    if told:
        matter = replace(matter, respond_by=_in_time(scene, told[0], matter, beside.by))
        raise_task(scene, family, told[0], matter, told=told)
    tell_of_kept(scene, family, beside, told, said.hidden_from, said.contact_id)


def _in_time(scene: Scene, owner: str, matter: Matter, by: datetime | None) -> datetime | None:
    """Say by when a message must have its answer: as ever, or before somebody sets out for it."""
    usual = respond_by(scene, owner, matter)
    return min((at for at in (usual, by) if at is not None), default=None)


def _remind_no_more(scene: Scene, visit: Visit) -> None:
    """Whoever has said that they cannot come is not told again that they are expected."""
    for which in (THREE_DAYS, ONE_DAY, TWO_HOURS):
        subject = f"{visit.id}.{visit.version}:{which}"
        set_due(scene.connection, "visit_reminder", subject, None)


def _tell(scene: Scene, family: Family, words: str, said: Said, number: int) -> None:
    for ref in family.owners():
        if ref not in said.hidden_from:
            notify(scene, ref, family, Matter("answer", f"{words}{said.late}"), name=str(number))


def _ask(scene: Scene, family: Family, matter: Matter, number: int | None) -> None:
    visit = find_visit(scene.connection, number) if number is not None else None
    owners = answer_for(scene, family, visit)
    raise_task(scene, family, owners[0], matter, told=owners)


def _staff_words(family: Family, text: Text, values: Values) -> str:
    return put(text, "en", {**spoken_values(family, {}), **values, "person": family.named()})
