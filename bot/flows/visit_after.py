"""A visit that is off, late or missed: said kindly, with a way to another."""

from __future__ import annotations

from dataclasses import replace

from bot.flows import visit_texts as texts
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

CHOICES = (Choice("again", _("Find another time")), Choice("rest", _("Not just now")))
SEEN = _("Thank you, {person}. You can write here any time.")
AGAIN = Ask(
    "hand_over",
    desk("{person} would like another time instead of visit {visit}, which was missed."),
)
NOT_NOW = Tell(desk("{person} wants no new time just now for visit {visit}, which was missed."))
SILENT = Ask(
    "ask_again",
    desk("{person} has not answered about visit {visit}, which was missed: ask kindly."),
)


def off(facts: Facts, answers: Answers) -> Prompt:
    """Say that it is off."""
    del facts
    return texts.cancelled(answers)


def offer_off(facts: Facts, answers: Answers) -> Prompt:
    """Say that no time need be chosen any more."""
    del facts
    return texts.offer_off(answers)


def late(facts: Facts, answers: Answers) -> Prompt:
    """Say who is late, and by how much."""
    del facts, answers
    return Prompt(texts.LATE)


def missed(facts: Facts, answers: Answers) -> Prompt:
    """Ask whether everything is OK; nobody who cannot be rung is offered a call."""
    asked = replace(texts.missed(answers), choices=CHOICES)
    return replace(asked, after=texts.OR_CALL) if facts.calls else asked


def missed_again(facts: Facts, answers: Answers) -> Prompt:
    """Ask again, in short."""
    del facts, answers
    return Prompt(texts.CHANGE, CHOICES)


def after_missed(facts: Facts, answers: Answers) -> Move:
    """Whoever works with them finds the next time, or lets it rest."""
    del facts
    match answers["missed"]:
        case "again":
            return End(texts.WILL_FIND, (AGAIN,))
        case "rest":
            return End(SEEN, (NOT_NOW,))
        case words:
            return End(KEPT, (PassOn(words, asked="missed"),))


MISSED = Flow(
    name="visit_missed",
    version=1,
    start="missed",
    steps={
        "missed": Step(
            missed,
            after_missed,
            own_words,
            again=missed_again,
            examples=("he was poorly",),
            silence=(Silence(SchoolDays(2), effects=(SILENT,)),),
        )
    },
)
OFF = said("visit_cancelled", off)
OFFER_OFF = said("visit_offer_off", offer_off)
LATE = said("visit_late", late)
