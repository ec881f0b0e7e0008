"""Opening a conversation with a family that the clock, or a member of staff, wants."""

from __future__ import annotations

from datetime import datetime

from bot import engine
from bot.engine import Turn
from bot.flows import FLOWS
from bot.flows.base import Answers
from bot.scene.family import Family
from bot.scene.letters import Kind, introduced_once, recipe_of, say, spoken_values
from bot.scene.scene import Scene
from bot.turns.keep import keep_turn
from storage.conversations import load_state


def start(
    scene: Scene, family: Family, flow: str, given: Answers, *, not_after: datetime | None
) -> bool:
    """Open a conversation. False: one is open, or nobody is there.

    The caller has held the person and noted the key of the due moment.
    """
    person = family.person
    if person is None or load_state(scene.connection, person.id) is not None:
        return False
    turn = engine.begin(FLOWS[flow], family.facts(), given, person.turns, family.cases)
    keep_turn(scene, family, turn, None)
    _say(scene, family, turn, Kind("proactive", flow, not_after=not_after), asks=True)
    return True


def tell(
    scene: Scene, family: Family, flow: str, given: Answers, *, purpose: str, not_after: datetime
) -> None:
    """Say something that asks nothing: no question of theirs is closed or opened by it."""
    turns = family.person.turns if family.person else 0
    turn = engine.begin(FLOWS[flow], family.facts(), given, turns, family.cases)
    _say(scene, family, turn, Kind("proactive", purpose, not_after=not_after), asks=False)


def _say(scene: Scene, family: Family, turn: Turn, kind: Kind, *, asks: bool) -> None:
    state = turn.state
    if turn.says is None or state is None:
        return
    say(
        scene,
        family,
        introduced_once(scene, family, turn.says),
        spoken_values(family, state.answers),
        kind,
        name="start",
        language=family.language,
        turn=state.turn if asks else None,
        recipe=recipe_of(scene, family, state, silence=False),
    )
