"""The second day in a row: no question why, only whether we can help."""

from __future__ import annotations

from bot.flows.absence import unanswered, understood
from bot.flows.base import Answers, End, Facts, Flow, Move, Prompt, SchoolDays, Silence, Step
from bot.flows.reading import own_words
from bot.flows.said import KEPT, said
from bot.i18n import _

MISSED = Prompt(
    _(
        "Hi {person}, we missed {child} again today. Is there anything we can help with, "
        "like getting here? {worker}"
    )
)
# Where another question is open, "yes" or a number would answer that one.
BESIDE = Prompt(
    _(
        "Hi {person}, we missed {child} again today. "
        "Tell us in your own words what would help, like getting here. {worker}"
    )
)


def then(facts: Facts, answers: Answers) -> Move:
    """Whatever would help goes to the key worker in the family's own words."""
    del facts
    return End(KEPT, understood(answers, answers["help"]))


FLOW = Flow(
    name="absence_day2",
    version=1,
    start="help",
    steps={
        "help": Step(
            MISSED,
            then,
            own_words,
            examples=("he is still poorly", "nobody can bring him"),
            silence=(Silence(SchoolDays(1), effects=unanswered),),
        )
    },
)
PLAIN = said("absence_day2_beside", BESIDE)
