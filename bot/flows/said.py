"""A message that asks nothing: whatever comes back is for the person who wrote it."""

from __future__ import annotations

from collections.abc import Callable

from bot.flows.base import Answers, End, Facts, Flow, Move, PassOn, Prompt, Step
from bot.flows.reading import own_words
from bot.i18n import _

KEPT = _("Thank you. {worker} has your message.")


def then(facts: Facts, answers: Answers) -> Move:
    """Bring what they wrote to the key worker."""
    del facts
    return End(KEPT, (PassOn(answers["said"]),))


def said(name: str, words: Prompt | Callable[[Facts, Answers], Prompt]) -> Flow:
    """Make the flow of one message that opens no question."""
    examples = ("thank you",)
    steps = {"said": Step(words, then, own_words, examples=examples)}
    return Flow(name=name, version=1, start="said", steps=steps)
