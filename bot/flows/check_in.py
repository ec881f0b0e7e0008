"""The weekly check-in: how was the week, and if it was hard, what would help?"""

from __future__ import annotations

from bot.flows.base import (
    Answers,
    Ask,
    Choice,
    End,
    Facts,
    Flow,
    Go,
    Move,
    PassOn,
    Prompt,
    SchoolDays,
    Silence,
    Step,
    Tell,
)
from bot.flows.reading import own_words
from bot.i18n import _, desk
from bot.rules.plan import AboutPlan

CHOICES = (
    Choice("good", _("Good")),
    Choice("ok", _("OK")),
    Choice("hard", _("Hard")),
)
WEEK = Prompt(
    _("Hi {person}, this is {worker}'s weekly check-in text. How has {pupil}'s week been?"),
    CHOICES,
    after=_("Or use your own words. {worker} reads every reply."),
)
STILL_OPEN = Prompt(_("How has {pupil}'s week been?"), CHOICES)
NO_RUSH = Prompt(
    _("Hi {person}, no rush. How are things going for {pupil}?"),
    CHOICES,
    after=_("Reply CALL and {worker} will ring you."),
)
NO_RUSH_IN_WRITING = Prompt(
    _("Hi {person}, no rush. How are things going for {pupil}?"),
    CHOICES,
    after=_("Or use your own words. {worker} reads every reply."),
)
HELP = Prompt(
    _(
        "Thank you for telling us, {person}. What would help? Write it here, "
        "or reply CALL and {worker} will ring you."
    ),
)
HELP_IN_WRITING = Prompt(
    _("Thank you for telling us, {person}. What would help? Write it here for {worker}."),
)
TYPED_IN = "en"  # staff write the steps of a plan: nobody has said them in another language
PLAN_CHOICES = (
    Choice("works", _("It works")),
    Choice("partly", _("Partly")),
    Choice("not_yet", _("Not yet")),
)
PLAN = Prompt(
    _("Thank you, {person}. And {child}'s plan: {agreed}. How is that going?"), PLAN_CHOICES
)
PLAN_STILL_OPEN = Prompt(_("{child}'s plan: {agreed}. How is that going?"), PLAN_CHOICES)
ON_THE_PLAN = {
    "works": desk("{person} on {child}'s plan, “{agreed}”: it works."),
    "partly": desk("{person} on {child}'s plan, “{agreed}”: partly."),
    "not_yet": desk("{person} on {child}'s plan, “{agreed}”: not yet."),
}
SEEN = _("Thank you, {person}. {worker} will see this.")
KEPT = _("Thank you. {worker} has your message.")
ANSWERED = {
    "good": desk("{person} answered the check-in: good."),
    "ok": desk("{person} answered the check-in: OK."),
    "hard": desk("{person} answered the check-in: hard. Asked what would help."),
}

PLEASE_PHONE = Ask("phone", desk("{person} has not answered the check-in. Please phone."))
PLEASE_VISIT = Ask(
    "reach", desk("{person} has not answered the check-in. Please write or visit, never phone.")
)


def no_rush(facts: Facts, answers: Answers) -> Prompt:
    """Ask again in other words; a family that cannot phone is not offered a call."""
    del answers
    return NO_RUSH if facts.calls else NO_RUSH_IN_WRITING


def unanswered(facts: Facts, answers: Answers) -> tuple[Ask, ...]:
    """Have somebody phone; a family that cannot take calls is reached another way."""
    del answers
    return (PLEASE_PHONE if facts.calls else PLEASE_VISIT,)


def what_would_help(facts: Facts, answers: Answers) -> Prompt:
    """Offer a call, but never to a family that cannot take one."""
    del answers
    return HELP if facts.calls else HELP_IN_WRITING


def after_week(facts: Facts, answers: Answers) -> Move:
    """A hard week is asked what would help, and never how a plan goes; others may be."""
    del facts
    told = Tell(ANSWERED[answers["week"]])
    if answers["week"] == "hard":
        return Go("help", (told,))
    if "about_step" in answers:
        return Go("plan", (told, AboutPlan(int(answers["about_step"]))))
    return End(SEEN, (told,))


def after_plan(facts: Facts, answers: Answers) -> Move:
    """How a step goes is told to the key worker; words of their own are for a person to read."""
    del facts
    said = answers["plan"]
    if said in ON_THE_PLAN:
        return End(SEEN, (Tell(ON_THE_PLAN[said]),))
    return End(KEPT, (PassOn(said, asked="plan"),))


def after_help(facts: Facts, answers: Answers) -> Move:
    """Whatever would help goes to the key worker in the family's own words."""
    del facts
    return End(KEPT, (PassOn(answers["help"], asked="help"),))


FLOW = Flow(
    name="check_in",
    version=2,  # 2 may ask after the plan: what was begun before has none, and goes on
    start="week",
    steps={
        "week": Step(
            WEEK,
            after_week,
            again=STILL_OPEN,
            silence=(
                Silence(SchoolDays(2), say=no_rush),
                Silence(SchoolDays(2), effects=unanswered),
            ),
        ),
        "help": Step(
            what_would_help,
            after_help,
            own_words,
            examples=("someone to talk to", "a lift on Monday"),
        ),
        "plan": Step(
            PLAN,
            after_plan,
            own_words,
            again=PLAN_STILL_OPEN,
            examples=("it works on Mondays", "we keep forgetting"),
            silence=(Silence(SchoolDays(2)),),  # they have answered: nobody asks a second time
            only_in=TYPED_IN,
        ),
    },
)
