"""A holiday activity: would this child like a place? A yes is settled where places are counted."""

from __future__ import annotations

from bot.flows.base import (
    Answers,
    Ask,
    Choice,
    End,
    Facts,
    Flow,
    Move,
    Prompt,
    SchoolDays,
    Silence,
    Step,
)
from bot.i18n import _, desk
from bot.rules.holidays import SettlePlace

# The keys are no words of any language: "no" is how a Polish or Czech family says yes.
CHOICES = (Choice("take", _("Yes")), Choice("leave", _("No")))
INVITED = Prompt(
    _(
        "Hi {person}, {title}: {when}, {hours}, {place}. {worker}'s team will be there. "
        "Would {child} like a place?"
    ),
    CHOICES,
)
OFFERED = Prompt(
    _(
        "Hi {person}, a place has come free for {child}. {title}: {when}, {hours}, {place}. "
        "Would you like it?"
    ),
    CHOICES,
)
STILL_OPEN = Prompt(_("{title}: {when}. Would {child} like a place?"), CHOICES)
NOT_ANSWERED = Ask(
    "ask_again",
    desk("{person} has not answered the invitation to {title}, {when}: ask when you next speak."),
)
STILL_KEPT = Ask(
    "hand_over",
    desk("{person} has not answered about the place that is kept for {child}: {title}, {when}."),
)


def asked(facts: Facts, answers: Answers) -> Prompt:
    """Invite, or offer a place that somebody else has given up."""
    del facts
    return OFFERED if answers.get("offered") else INVITED


def unanswered(facts: Facts, answers: Answers) -> tuple[Ask, ...]:
    """A person asks; the sooner where a place is kept for somebody who says nothing."""
    del facts
    return (STILL_KEPT if answers.get("offered") else NOT_ANSWERED,)


def answered(facts: Facts, answers: Answers) -> Move:
    """Settle the place: only where places are counted is known what a yes comes to."""
    del facts
    return End(None, (SettlePlace(int(answers["number"]), answers["answer"] == "take"),))


FLOW = Flow(
    name="holiday_invite",
    version=1,
    start="answer",
    steps={
        "answer": Step(
            asked,
            answered,
            again=STILL_OPEN,
            silence=(Silence(SchoolDays(3), effects=unanswered),),
        )
    },
)
