"""The first morning a child was not marked in: a question that opens doors."""

from __future__ import annotations

from datetime import date

from bot.flows.base import (
    Answers,
    Ask,
    Choice,
    Effect,
    End,
    Facts,
    Flow,
    Hours,
    Move,
    PassOn,
    Prompt,
    Silence,
    Step,
)
from bot.flows.reading import own_words
from bot.flows.said import KEPT, said
from bot.i18n import Text, _, desk
from bot.rules.absence_words import read
from bot.rules.reasons import REASONS, GiveReason

CHOICES = (
    Choice("ill", _("Ill")),
    Choice("appointment", _("Appointment")),
    Choice("transport", _("Bus or transport")),
    Choice("uniform", _("Uniform or kit")),
    Choice("worried", _("Worried about school")),
    Choice("home", _("Something at home")),
    Choice("other", _("Something else")),
)
WHY = Prompt(
    _("Hi {person}, {child} was not marked in this morning. Is everything OK?"),
    CHOICES,
    after=_("Or use your own words. {worker} reads every reply."),
)
STILL_OPEN = Prompt(_("Why is {child} not in today?"), CHOICES)
# Where another question is open, a second one with numbers would be answered by mistake.
BESIDE = Prompt(
    _(
        "Hi {person}, {child} was not marked in this morning. Is everything OK? "
        "Tell us why in your own words. {worker}"
    )
)
GET_WELL = _("Thank you for telling us, {person}. We hope {child} feels better soon. {worker}")
SEEN = _("Thank you, {person}. {worker} will see this.")
WILL_HELP = _(
    "Thank you for telling us, {person}. {worker} will be in touch about what could help."
)
THANKS: dict[str, Text] = {"ill": GET_WELL, "appointment": SEEN, "other": SEEN}
PLEASE_PHONE = Ask(
    "phone", desk("{person} has not answered why {child} is not in. Please phone today.")
)
PLEASE_VISIT = Ask(
    "reach",  # as "phone" is: nobody has said anything, so no conversation waits for an answer
    desk("{person} has not answered why {child} is not in. Please write or visit, never phone."),
)


def understood(answers: Answers, words: str) -> tuple[Effect, ...]:
    """Bring their own words to a person, with the reason if there is one in them."""
    found = read(words)
    passed = PassOn(words, asked="why")
    return (passed, reason(answers, found.kind, passed_on=True)) if found else (passed,)


def reason(answers: Answers, kind: str, *, passed_on: bool = False) -> GiveReason:
    """Write down why the child was not in on the day the question was about."""
    return GiveReason(answers["case"], date.fromisoformat(answers["day"]), kind, passed_on)


def then(facts: Facts, answers: Answers) -> Move:
    """Each answer is written down, and whoever can help hears of it."""
    del facts
    why = answers["why"]
    if why not in REASONS:
        return End(KEPT, understood(answers, why))
    return End(THANKS.get(why, WILL_HELP), (reason(answers, why),))


def unanswered(facts: Facts, answers: Answers) -> tuple[Ask, ...]:
    """Have somebody phone; a family that cannot take calls is reached another way."""
    del answers
    return (PLEASE_PHONE if facts.calls else PLEASE_VISIT,)


FLOW = Flow(
    name="absence",
    version=1,
    start="why",
    steps={
        "why": Step(
            WHY,
            then,
            own_words,
            again=STILL_OPEN,
            examples=("he has a temperature", "the bus never came"),
            silence=(Silence(Hours(3), effects=unanswered),),
        )
    },
)
PLAIN = said("absence_beside", BESIDE)
