"""No transport today: would help with getting here be of use?"""

from __future__ import annotations

from dataclasses import replace

from bot.flows.absence import SEEN, WILL_HELP, reason
from bot.flows.base import (
    Answers,
    Ask,
    Choice,
    End,
    Facts,
    Flow,
    Move,
    PassOn,
    Prompt,
    SchoolDays,
    Silence,
    Step,
    Tell,
)
from bot.flows.reading import own_words
from bot.flows.said import KEPT, said
from bot.i18n import _, desk

CHOICES = (Choice("yes", _("Yes please")), Choice("no", _("No thank you")))
OFFER = Prompt(
    _("Hi {person}, {child} had no transport today. Would help getting here be good?"),
    CHOICES,
    after=_("Or use your own words. {worker} reads every reply."),
)
# Where another question is open, a second one with numbers would be answered by mistake.
BESIDE = replace(OFFER, choices=(), after=_("{worker} reads every message and answers."))
UNANSWERED = Ask(
    "reach", desk("{person} has not answered our offer of help with getting {child} here.")
)
NO_HELP = Tell(desk("{person} wants no help with getting {child} here."))


def then(facts: Facts, answers: Answers) -> Move:
    """Whoever of the team runs lifts hears of a yes."""
    del facts
    match answers["help"]:
        case "yes":
            return End(WILL_HELP, (reason(answers, "transport"),))
        case "no":
            return End(SEEN, (NO_HELP,))
        case words:
            return End(KEPT, (PassOn(words, asked="help"),))


FLOW = Flow(
    name="transport",
    version=1,
    start="help",
    steps={
        "help": Step(
            OFFER,
            then,
            own_words,
            examples=("only in the mornings",),
            silence=(Silence(SchoolDays(1), effects=(UNANSWERED,)),),
        )
    },
)
PLAIN = said("transport_beside", BESIDE)
