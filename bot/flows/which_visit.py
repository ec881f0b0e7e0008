"""Staff: a family has several visits ahead. Which one is meant?"""

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
from bot.i18n import desk, plain

NONE = "none"
WHICH = desk("Which visit is it?")
AND_MORE = desk("And {more} more, later on.")
LEFT = desk("Left as it was. Nothing was sent.")


def ask(facts: Facts, answers: Answers) -> Prompt:
    """Offer the visits that may be meant, the next one first."""
    del facts
    numbers = answers.get("numbers", "").split()
    lines = answers.get("lines", "").splitlines()
    listed = tuple(
        Choice(f"v{number}", plain(line)) for number, line in zip(numbers, lines, strict=False)
    )
    choices = (*listed, Choice(NONE, desk("None: leave it")))
    return Prompt(WHICH, choices, after=AND_MORE if answers.get("more") else None)


def then(facts: Facts, answers: Answers) -> Move:
    """Go on with the visit that was chosen."""
    del facts
    if answers["which"] == NONE:
        return End(LEFT)
    kept = {name: answers[name] for name in ("words", "typed", "minutes") if name in answers}
    return End(
        None, (Begin(answers["then"], {**kept, "visit": answers["which"].removeprefix("v")}),)
    )


FLOW = Flow(
    name="which_visit",
    version=1,
    start="which",
    steps={"which": Step(ask, then, silence=(Silence(Hours(2)),))},
    hands_over=False,
)
