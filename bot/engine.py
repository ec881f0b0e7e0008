"""The reducer: (state, event) -> turn. It knows every flow and no channel, clock or database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from bot.flows.base import (
    Answers,
    Ask,
    Effect,
    Facts,
    Flow,
    Go,
    Move,
    PassOn,
    Prompt,
    Silence,
    State,
    Step,
)
from bot.flows.reading import folded, number
from bot.i18n import Text, Values, _, desk

MISSES_BEFORE_STAFF = 3
PASSED_ON = _("Thank you. {worker} will read this.")
A_PERSON_ANSWERS = _("Thank you. {worker} will answer you.")
NOT_UNDERSTOOD = desk("That was not one of the answers.")
NOTHING_SENT = desk("That question is closed. Nothing was sent: “{words}”")
CHANGED = _("Thank you. Something changed on our side; {worker} will answer you.")

Wording = Callable[[Text, Values], str]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a person did: wrote words, or pressed the button of one particular turn."""

    words: str = field(default="", repr=False)
    key: str = ""
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What follows: the next state (None when the conversation is over), words and effects."""

    state: State | None
    says: Prompt | None = None
    effects: tuple[Effect, ...] = ()
    values: Values = field(default_factory=dict)  # what the {names} in all its sentences mean
    more: Answers = field(default_factory=dict, repr=False)  # known only once it is settled
    stale: bool = False  # a button of an earlier question was pressed: nothing happened


def begin(
    flow: Flow, facts: Facts, given: Answers, turns: int = 0, cases: tuple[str, ...] = ()
) -> Turn:
    """Open a conversation. `turns` counts on over a person's whole life: no button fits twice."""
    state = State(flow.name, flow.version, flow.start, turns, answers=given, cases=cases)
    return replace(_ask(flow, state, facts), values=values_of(facts, given))


def advance(flow: Flow, state: State, facts: Facts, heard: Heard, wording: Wording) -> Turn:
    """Take one step. Total: no message a person can send makes it raise."""
    state = upgrade(flow, state)
    values = values_of(facts, state.answers)
    step = flow.steps.get(state.step)
    if step is None:
        return replace(stranded(heard), values=values)
    if heard.turn is not None and heard.turn != state.turn:
        return Turn(state, stale=True)
    answer = understand(step, state, facts, heard, wording)
    if answer is None:
        return replace(_missed(flow, step, state, facts, heard), values=values)
    answers = {**state.answers, state.step: answer}
    answered = replace(state, answers=answers, misses=0, silences=0)
    turn = _follow(flow, answered, facts, step.then(facts, answers))
    return replace(turn, values=values_of(facts, answers))


def elapse(flow: Flow, state: State, facts: Facts) -> Turn:
    """Nobody answered for as long as the step's silence rules allow: say it again, or end."""
    state = upgrade(flow, state)
    values = values_of(facts, state.answers)
    rule = next_silence(flow, state)
    effects = _unanswered(rule, facts, state.answers)
    if rule is None or rule.say is None:
        return Turn(None, effects=effects if flow.hands_over else (), values=values)
    said = rule.say if isinstance(rule.say, Prompt) else rule.say(facts, state.answers)
    again = replace(_asked(state, said), silences=state.silences + 1)
    return Turn(again, said, effects, values)


def next_silence(flow: Flow, state: State) -> Silence | None:
    """Find the rule for the silence that has begun; None leaves it to the general limit."""
    step = flow.steps.get(state.step)
    rules = step.silence if step else ()
    return rules[state.silences] if state.silences < len(rules) else None


def upgrade(flow: Flow, state: State) -> State:
    """Bring a state written by older code up to today's flow, one version at a time."""
    while state.version < flow.version:
        lift = flow.upgrades.get(state.version)
        state = replace(lift(state) if lift else state, version=state.version + 1)
    return state


FACTS = tuple(Facts.__dataclass_fields__)


def values_of(facts: Facts, answers: Answers) -> dict[str, Any]:
    """Say what the {names} in a flow's sentences stand for."""
    return {**answers, **{name: getattr(facts, name) for name in FACTS}}


def understand(
    step: Step, state: State, facts: Facts, heard: Heard, wording: Wording
) -> str | None:
    """Read a reply: button key, then number, then key or label, then the step's own reading."""
    prompt = _prompt(step, facts, state.answers)
    keys = {choice.key for choice in prompt.choices} | set(state.offered)
    if heard.key:
        return heard.key if heard.key in keys else None
    shown = number(heard.words)
    if shown is not None and state.offered:
        # Read against what this person was shown, not against today's order.
        return state.offered[shown - 1] if 1 <= shown <= len(state.offered) else None
    said, values = folded(heard.words), values_of(facts, state.answers)
    for choice in prompt.choices:
        if said and said in (folded(choice.key), folded(wording(choice.label, values))):
            return choice.key
    return _free_words(step, state, facts, heard.words) if heard.words.strip() else None


def _free_words(step: Step, state: State, facts: Facts, words: str) -> str | None:
    if step.hears is not None:
        return step.hears(facts, state.answers, words)
    return step.read(facts, words) if step.read else None


def _unanswered(rule: Silence | None, facts: Facts, answers: Answers) -> tuple[Effect, ...]:
    if rule is None:
        return (Ask("hand_over", desk("{person} did not answer.")),)
    return rule.effects if isinstance(rule.effects, tuple) else rule.effects(facts, answers)


def _prompt(step: Step, facts: Facts, answers: Answers) -> Prompt:
    return step.ask if isinstance(step.ask, Prompt) else step.ask(facts, answers)


def _follow(flow: Flow, state: State, facts: Facts, move: Move) -> Turn:
    if isinstance(move, Go):
        return replace(_ask(flow, replace(state, step=move.step), facts), effects=move.effects)
    return Turn(None, Prompt(move.text) if move.text else None, move.effects)


def _ask(flow: Flow, state: State, facts: Facts) -> Turn:
    prompt = _prompt(flow.steps[state.step], facts, state.answers)
    return Turn(_asked(state, prompt), prompt)


def _asked(state: State, prompt: Prompt) -> State:
    return replace(
        state, turn=state.turn + 1, offered=tuple(choice.key for choice in prompt.choices)
    )


def _missed(flow: Flow, step: Step, state: State, facts: Facts, heard: Heard) -> Turn:
    """Words that answer nothing go to the owner, and the question stays open."""
    misses = state.misses + 1
    if not flow.hands_over:
        return _again(step, replace(state, misses=misses), facts, NOT_UNDERSTOOD)
    words = heard.words.strip()
    passed = (PassOn(words, asked=state.step),) if words else ()
    before = (PASSED_ON,) if passed else ()
    if misses >= MISSES_BEFORE_STAFF:
        alert = Ask("hand_over", desk("{person} needs a person to answer."))
        return Turn(None, Prompt(A_PERSON_ANSWERS), (*passed, alert))
    return replace(_again(step, replace(state, misses=misses), facts, *before), effects=passed)


def _again(step: Step, state: State, facts: Facts, *before: Text) -> Turn:
    short = step.again or step.ask
    prompt = short if isinstance(short, Prompt) else short(facts, state.answers)
    return Turn(_asked(state, prompt), replace(prompt, before=before))


def stranded(heard: Heard) -> Turn:
    """The step a stored conversation waits at is gone: a person takes over."""
    words = heard.words.strip()
    passed = (PassOn(words),) if words else ()
    alert = Ask("hand_over", desk("{person} was in a conversation that no longer exists."))
    return Turn(None, Prompt(CHANGED), (*passed, alert))
