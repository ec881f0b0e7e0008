"""Times for a visit, to choose from; whoever can make none of them says when."""

from __future__ import annotations

from datetime import datetime

from bot.flows import visit_texts as texts
from bot.flows.base import (
    Answers,
    Ask,
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
)
from bot.flows.reading import own_words
from bot.flows.said import KEPT, said
from bot.i18n import _, desk
from bot.rules.visit_replies import read_reply
from bot.rules.visit_spoken import cannot_come, says_no_more
from bot.rules.visits import TakeTime

DAYS = Prompt(_("Which days and times are best for you? Write it here."))
NOT_CHOSEN = Ask(
    "hand_over",
    desk("{person} has not picked a time for visit {visit}: ask when you next speak."),
)
NO_DAYS = Ask(
    "hand_over",
    desk("{person} wants another time for visit {visit} and has not said when: please ask."),
)


def asked(facts: Facts, answers: Answers) -> Prompt:
    """Offer the times."""
    del facts
    return texts.offered(answers)


def asked_again(facts: Facts, answers: Answers) -> Prompt:
    """Ask again, in short."""
    del facts
    return texts.offered_again(answers)


def heard(facts: Facts, answers: Answers, words: str) -> str | None:
    """Read free words as one of the times, or as a wish for another."""
    keys = [key for key in texts.ORDER if answers.get(key)]
    moments = [datetime.fromisoformat(answers[key]) for key in keys]
    reply = read_reply(words, facts.today, moments)
    if reply.what == "take" and reply.number is not None and reply.number < len(keys):
        return keys[reply.number]
    if reply.what in {"other_time", "not_needed"} or cannot_come(words, facts.today):
        return words.strip()
    return None


def chosen(facts: Facts, answers: Answers) -> Move:
    """Take the time, ask which days suit, or let a person read what they wrote."""
    answer = answers["time"]
    if answer == "other":
        return Go("days")
    if answer in texts.ORDER:
        starts_at = datetime.fromisoformat(answers[answer])
        return End(None, (TakeTime(int(answers["visit"]), int(answers["version"]), starts_at),))
    moments = [datetime.fromisoformat(answers[key]) for key in texts.ORDER if answers.get(key)]
    another = read_reply(answer, facts.today, moments).what == "other_time"
    promised = texts.WILL_FIND if another and says_no_more(answer) else KEPT
    return End(promised, (PassOn(answer, asked="time"),))


def said_when(facts: Facts, answers: Answers) -> Move:
    """Bring what suits them to their worker."""
    del facts
    return End(KEPT, (PassOn(answers["days"], asked="days"),))


FLOW = Flow(
    name="visit_offer",
    version=1,
    start="time",
    steps={
        "time": Step(
            asked,
            chosen,
            again=asked_again,
            hears=heard,
            silence=(Silence(SchoolDays(2), effects=(NOT_CHOSEN,)),),
        ),
        "days": Step(
            DAYS,
            said_when,
            own_words,
            examples=("any morning but thursday",),
            silence=(Silence(SchoolDays(2), effects=(NO_DAYS,)),),
        ),
    },
)


def in_words(facts: Facts, answers: Answers) -> Prompt:
    """Offer the times where another question is open."""
    del facts
    return texts.offered_in_words(answers)


BESIDE = said("visit_offer_beside", in_words)
