"""Staff: a note of a contact or behind the scenes that names no family. Which one is it about?"""

from __future__ import annotations

from bot.flows.base import (
    Answers,
    Begin,
    Choice,
    End,
    Facts,
    Flow,
    Hours,
    Move,
    Prompt,
    Silence,
    Step,
)
from bot.flows.who_for import AT_MOST_SHOWN, NOBODY, read_family
from bot.flows.whose import shown
from bot.i18n import desk, plain


def ask(facts: Facts, answers: Answers) -> Prompt:
    """Offer the worker's own families first; any other can be named."""
    del answers
    offered = facts.families[:AT_MOST_SHOWN]
    families = tuple(Choice(ref, plain(shown(facts, ref))) for ref, _label in offered)
    return Prompt(
        desk("Which family is this about? Nothing is saved yet."),
        (*families, Choice(NOBODY, desk("None: forget it"))),
        after=desk("Or type the family's name or case number."),
    )


def then(facts: Facts, answers: Answers) -> Move:
    """Go on with the family that was chosen."""
    del facts
    if answers["who"] == NOBODY:
        return End(desk("Forgotten. Nothing was saved."))
    kept = {name: said for name, said in answers.items() if name not in {"who", "then"}}
    return End(None, (Begin(answers["then"], {**kept, "whose": answers["who"]}),))


FLOW = Flow(
    name="log_whose",
    version=1,
    start="who",
    steps={"who": Step(ask, then, read_family, silence=(Silence(Hours(72)),))},
    hands_over=False,
)
