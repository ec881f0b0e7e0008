"""The one place where what a flow decided becomes rows."""

from __future__ import annotations

from typing import assert_never

from bot.engine import Turn
from bot.flows.base import Ask, PassOn, SendWords, State, Tell
from bot.i18n import Text, Values, put
from bot.scene.desk_notes import Matter, notify, raise_task
from bot.scene.family import Family
from bot.scene.letters import spoken_values
from bot.scene.scene import Scene
from bot.scene.silence import silence_ends
from storage.addresses import count_turns
from storage.conversations import keep_state, set_due

STEP_NAMES = {
    "check_in.week": "the check-in",
    "check_in.help": "“What would help?”",
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
    if before is None or state.turn != before.turn:
        count_turns(scene.connection, person.id, state.turn)
        set_due(scene.connection, "silence", person.ref, silence_ends(scene, state), state.turn)


def apply_effects(
    scene: Scene,
    family: Family,
    turn: Turn,
    flow: str,
    *,
    contact_id: int | None = None,
    hidden_from: frozenset[str] = frozenset(),
    told_already: bool = False,
) -> tuple[SendWords, ...]:
    """Apply everything a turn decided for a family; hands back words that staff want sent."""
    words: list[SendWords] = []
    for number, effect in enumerate(turn.effects):
        match effect:
            case PassOn():
                if not told_already:
                    pass_on(scene, family, effect, flow, contact_id, hidden_from)
            case Tell(text):
                line = _staff_words(family, text, turn.values)
                _tell(scene, family, line, hidden_from, number)
            case Ask(kind, text):
                _ask(scene, family, kind, _staff_words(family, text, turn.values), contact_id)
            case SendWords():
                words.append(effect)
            case _:
                assert_never(effect)
    return tuple(words)


def pass_on(
    scene: Scene,
    family: Family,
    effect: PassOn,
    flow: str,
    contact_id: int | None,
    hidden_from: frozenset[str] = frozenset(),
) -> None:
    """Bring a family's own words to the owner; two owners share one task, first to take it."""
    asked = STEP_NAMES.get(f"{flow}.{effect.asked}") if effect.asked else None
    said = f"{family.named()}: {effect.words}"
    words = f"{said}\n(while {asked} was open)" if asked else said
    told = [ref for ref in family.owners() if ref not in hidden_from]
    kind = "message" if family.person else "unclaimed"
    if told:
        raise_task(scene, family, told[0], Matter(kind, words, None, contact_id), told=told)


def _tell(
    scene: Scene, family: Family, words: str, hidden_from: frozenset[str], number: int
) -> None:
    for ref in family.owners():
        if ref not in hidden_from:
            notify(scene, ref, family, Matter("answer", words), name=str(number))


def _ask(scene: Scene, family: Family, kind: str, words: str, contact_id: int | None) -> None:
    owners = family.owners()
    raise_task(scene, family, owners[0], Matter(kind, words, None, contact_id), told=owners)


def _staff_words(family: Family, text: Text, values: Values) -> str:
    return put(text, "en", {**spoken_values(family, {}), **values, "person": family.named()})
