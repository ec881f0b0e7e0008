"""Asked once before a long holiday: are check-ins wanted in the holidays too?"""

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
    Tell,
)
from bot.i18n import _, desk
from bot.rules.holidays import SettleWish

# The keys are no words of any language: "no" is how a Polish or Czech family says yes.
CHOICES = (Choice("wants", _("Yes")), Choice("rests", _("No")))
WISH = Prompt(
    _(
        "Hi {person}, this is {worker}. Would you like a check-in text now and then "
        "in the school holidays too?"
    ),
    CHOICES,
)
STILL_OPEN = Prompt(_("Would you like a check-in text in the school holidays too?"), CHOICES)
NOT_ANSWERED = Ask(  # silence is no yes, and nobody is texted twice about it
    "ask_again",
    desk(
        "{person} has not said whether they want check-ins in the holidays: ask when you next "
        "speak, then type /holidays."
    ),
)
SAID = {
    "wants": (
        _("Thank you, {person}. We will check in with you in the holidays."),
        desk("{person} would like check-ins in the holidays."),
    ),
    "rests": (
        _("Thank you, {person}. No check-ins in the holidays, then. You can always write here."),
        desk("{person} would like no check-ins in the holidays."),
    ),
}


def wished(facts: Facts, answers: Answers) -> Move:
    """Keep what they said, and let their worker know."""
    del facts
    said, told = SAID[answers["wish"]]
    return End(said, (SettleWish(answers["wish"] == "wants"), Tell(told)))


FLOW = Flow(
    name="holiday_wish",
    version=1,
    start="wish",
    steps={
        "wish": Step(
            WISH,
            wished,
            again=STILL_OPEN,
            silence=(Silence(SchoolDays(2), effects=(NOT_ANSWERED,)),),
        )
    },
)
