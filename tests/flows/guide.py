"""docs/flows.md, written from the flows themselves so that it cannot go stale unnoticed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from types import ModuleType

from bot.engine import MISSES_BEFORE_STAFF
from bot.flows import FLOWS
from bot.flows.base import (
    Answers,
    Ask,
    Begin,
    CloseMatter,
    DraftWords,
    Effect,
    Facts,
    Flow,
    Go,
    Hours,
    LogContact,
    Move,
    PassOn,
    Prompt,
    ReferChild,
    SendWords,
    Silence,
    Step,
    Tell,
    TransferCases,
    WriteNote,
)
from bot.rules.holidays import SettlePlace, SettleWish
from bot.rules.plan import AboutPlan
from bot.rules.practice import Practice
from bot.rules.reasons import GiveReason
from bot.rules.status import ChangeStatus
from bot.rules.visits import (
    AskLift,
    BookVisit,
    CancelVisit,
    ChangeVisit,
    ConfirmVisit,
    EndVisit,
    MoveVisit,
    RunLate,
    TakeTime,
)
from bot.rules.welcome import Introduce
from tests.flows.talk import DEAF, FACTS, GIVEN, WITH_A_PLAN

HOURS = Practice().expires_after // timedelta(hours=1)
PAGE = Path(__file__).parents[2] / "docs" / "flows.md"
HEAD = f"""# Conversations

`make shapes` writes this page from the code, and a test fails when it is stale.

What holds for every conversation:

- A reply is read as a button, else a number alone, else a choice's words, else free words.
- A number means what this person was shown, and counts in any script.
- Words that answer nothing go to the key worker, and the question stays open.
- After {MISSES_BEFORE_STAFF} replies of a family that answer nothing, a person takes over.
- STOP, START, HELP, CALL and words of danger are heard before any conversation.
- A question without a rule for silence ends after {HOURS} hours, and its owner is told.

`{{person}}` and the like stand for names: only first names, only of this family and its worker.
"""


def page() -> str:
    """Write the whole page."""
    return "\n".join([HEAD, *(line for flow in FLOWS.values() for line in _flow(flow))])


def _flow(flow: Flow) -> Iterator[str]:
    yield f"## {flow.name}\n"
    yield f"{(_home(flow).__doc__ or '').splitlines()[0]}\n"
    who = "With a family" if flow.hands_over else "With a member of staff"
    yield f"{who}, version {flow.version}, begins at `{flow.start}`.\n"
    for name, step in flow.steps.items():
        yield from _step(flow, name, step)


def _home(flow: Flow) -> ModuleType:
    """Find the file a conversation is written in: some hold two that belong together."""
    files = (file for name, file in sys.modules.items() if name.startswith("bot.flows."))
    return next(file for file in files if flow in vars(file).values())


def _step(flow: Flow, name: str, step: Step) -> Iterator[str]:
    yield f"### {flow.name}: {name}\n"
    yield from _asked(step.ask)
    if step.again is not None:
        yield "Asked again in short:\n"
        yield from _asked(step.again)
    leads = list(_leads(flow, name, step))
    if leads:
        yield "| answer | stored as | what follows |\n|---|---|---|"
        yield from leads
        yield ""
    if step.examples:
        yield f"In their own words, for example: {_quoted(step.examples)}.\n"
    for number, rule in enumerate(step.silence):
        yield from _silence(rule, "more " if number else "")


def _asked(made: object) -> Iterator[str]:
    """Show a prompt; where it differs for families that cannot take calls, both."""
    first, second = _prompt(made, FACTS), _prompt(made, DEAF)
    yield f"{_shown(first)}\n"
    if second != first:
        yield "For a family that cannot take calls:\n"
        yield f"{_shown(second)}\n"


def _prompt(made: object, facts: Facts) -> Prompt:
    prompt = made(facts, {}) if callable(made) else made
    assert isinstance(prompt, Prompt)
    return prompt


def _shown(prompt: Prompt) -> str:
    labels = (choice.label.source for choice in prompt.choices)
    listed = ", ".join(f"{n} = {label}" for n, label in enumerate(labels, start=1))
    after = prompt.after.source if prompt.after else ""
    lines = (prompt.text.source, f"{listed}." if listed else "", after)
    return "\n".join(f"> {line}\\" for line in lines if line).removesuffix("\\")


def _leads(flow: Flow, name: str, step: Step) -> Iterator[str]:
    for choice in _prompt(step.ask, FACTS).choices:
        yield _row(choice.label.source, choice.key, _move(flow, name, step, choice.key))
    if step.read is not None or step.hears is not None:
        words = step.examples[0] if step.examples else FACTS.families[0][0]
        yield _row("own words", "what was meant", _move(flow, name, step, words))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _move(flow: Flow, name: str, step: Step, answer: str) -> str:
    before = BEFORE.get(flow.name, {})
    said = _led(step, {**GIVEN.get(flow.name, {}), **before, name: answer})
    planned = WITH_A_PLAN.get(flow.name, GIVEN.get(flow.name, {}))
    also = _led(step, {**planned, **before, name: answer})
    return said if said == also else f"{said} Where a plan is agreed: {also}"


def _led(step: Step, answers: Answers) -> str:
    move: Move = step.then(FACTS, answers)
    if isinstance(move, Go):
        said = f"`{move.step}` is asked."
    else:
        said = f"The end: “{move.text.source}”" if move.text else "The end."
    return " ".join((said, *_effects(move.effects)))


# What was answered first, where a later step cannot be reached without it.
BEFORE: Mapping[str, Answers] = {"visit_outcome": {"outcome": "done", "words": "All well."}}
DONE_BY_THE_DESK: Mapping[type[Effect], str] = {
    SendWords: "What was typed goes to the family.",
    DraftWords: "The words are shown with all that matters about them.",
    ReferChild: "The child is on record as referred; the team decides.",
    LogContact: "The contact goes into the log.",
    WriteNote: "The note goes into the log, and nowhere else.",
    CloseMatter: "The matter is closed, with how it ended.",
    TransferCases: "The cases pass on; the families are told.",
    ChangeStatus: "The case stands so from now on, with all that follows.",
    Introduce: "The family is told who will contact them.",
    GiveReason: "The reason is kept for that day, and whoever can help hears of it.",
    SettlePlace: "The place is booked, waited for or left, and the family is told which.",
    AboutPlan: "It is noted when they were last asked about this step.",
    BookVisit: "It is booked if everybody is still free, or the family is asked which time suits.",
    MoveVisit: "It is moved if everybody is still free, or the family is asked which time suits.",
    CancelVisit: "It is off, its time is free again, and the family is told if that was chosen.",
    EndVisit: "How it went is in the log, once, with everybody who was there.",
    RunLate: "The family is told that somebody comes later.",
    TakeTime: "The time is booked if it is still free; if not, other times are offered.",
    ConfirmVisit: "The family's yes is noted.",
    ChangeVisit: "The visit is off, or its time is free again and others are offered.",
    AskLift: "Whoever comes is asked for a lift, and answers with a time.",
    SettleWish: "Check-ins go on in the holidays, or do not.",
}


def _effects(effects: Iterable[Effect]) -> Iterator[str]:
    for effect in effects:
        match effect:
            case PassOn():
                yield "The words go to the owner."
            case Tell(text):
                yield f"The owner sees: “{text.source}”"
            case Ask(kind, text):
                yield f"A task (`{kind}`): “{text.source}”"
            case Begin(flow):
                yield f"`{flow}` begins."
            case _:
                yield DONE_BY_THE_DESK[type(effect)]


def _silence(rule: Silence, more: str) -> Iterator[str]:
    unit = "hour" if isinstance(rule.after, Hours) else "school day"
    length = f"{rule.after.count} {more}{unit}{'s' if rule.after.count > 1 else ''}"
    yield f"Without an answer for {length}:\n"
    if rule.say is not None:
        yield from _asked(rule.say)
    else:
        yield f"{' '.join(('The conversation ends.', *_unanswered(rule, FACTS)))}\n"
        if list(_unanswered(rule, DEAF)) != list(_unanswered(rule, FACTS)):
            said = " ".join(_unanswered(rule, DEAF))
            yield f"For a family that cannot take calls: {said}\n"


def _unanswered(rule: Silence, facts: Facts) -> Iterator[str]:
    made = rule.effects
    yield from _effects(made if isinstance(made, tuple) else made(facts, {}))


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"“{each}”" for each in words)
