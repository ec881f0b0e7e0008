"""A visit as it stands: booked, moved, three days, one day, two hours ahead. Does it suit?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.flows import visit_texts as texts
from bot.flows.base import (
    Answers,
    Ask,
    Choice,
    Effect,
    End,
    Facts,
    Flow,
    Go,
    Hours,
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
from bot.rules.visit_replies import Reply, read_reply
from bot.rules.visit_spoken import cannot_come, says_no_more
from bot.rules.visits import AskLift, ChangeVisit, ConfirmVisit

Said = Callable[[Answers], Prompt]
NO_WAY_THERE = frozenset({"home", "phone", "video"})  # places a family need not get to
PICK_UP = Prompt(texts.PICK_UP, (Choice("home", _("At home")),), after=texts.PICK_UP_AFTER)
WHAT_INSTEAD = Prompt(texts.CHANGE, texts.CHANGES, after=texts.OWN_WORDS)


def _still(facts: Facts, answers: Answers) -> Prompt:
    del facts, answers
    return Prompt(texts.STILL_ASKED, texts.SUITS)


def _read(facts: Facts, answers: Answers, words: str) -> Reply:
    known = answers.get("starts")
    starts_at = datetime.fromisoformat(known) if known else None
    return read_reply(words, facts.today, starts_at=starts_at)


def heard(facts: Facts, answers: Answers, words: str) -> str | None:
    """Read free words: a yes is that answer, a wish is kept as it was said."""
    what = _read(facts, answers, words).what
    if what == "confirm":
        return "suits"
    away = answers.get("where") not in NO_WAY_THERE
    understood = {"other_time", "not_needed", "late"} | ({"lift"} if away else set())
    # Whatever else they say: nobody who cannot come is asked again whether it suits.
    unable = what != "lift" and cannot_come(words, facts.today)
    return words.strip() if unable or what in understood else None


def answered(facts: Facts, answers: Answers) -> Move:
    """Confirm it, or find out what would be better."""
    answer = answers["suits"]
    if answer == "suits":
        return End(None, (ConfirmVisit(int(answers["visit"]), int(answers["version"])),))
    if answer == "change":
        return Go("change")
    passed: tuple[Effect, ...] = (PassOn(answer, asked="suits"),)
    match _read(facts, answers, answer).what:
        case "lift":
            return Go("lift")
        case "not_needed":
            return Go("change", passed)
        case "other_time" if says_no_more(answer):
            return End(texts.WILL_FIND, passed)
        case _:
            return End(KEPT, passed)


def changed(facts: Facts, answers: Answers) -> Move:
    """Look for another time, leave it, or let a person read what they wrote."""
    del facts
    visit, version = int(answers["visit"]), int(answers["version"])
    match answers["change"]:
        case "other_time":
            return End(None, (ChangeVisit(visit, version, "other_time"),))
        case "not_needed":
            return End(None, (ChangeVisit(visit, version, "not_needed"),))
        case words:
            promised = texts.WILL_FIND if says_no_more(words) else KEPT
            return End(promised, (PassOn(words, asked="change"),))


def picked_up(facts: Facts, answers: Answers) -> Move:
    """Ask whoever comes for a lift."""
    del facts
    visit, version = int(answers["visit"]), int(answers["version"])
    return End(None, (AskLift(visit, version, answers["lift"]),))


def _asks_to_change(said: str) -> tuple[Silence, ...]:
    ask = Ask("hand_over", desk(said))
    return (Silence(SchoolDays(1), effects=(ask,)),)


NO_CHANGE = _asks_to_change("{person} wants to change visit {visit} and said no more: please ask.")
NO_PLACE = _asks_to_change("{person} wants a lift to visit {visit} and said no place: please ask.")


def _flow(name: str, words: Said, silent_for: Hours | SchoolDays) -> Flow:
    """Make the conversation one of these messages begins."""

    def ask(facts: Facts, answers: Answers) -> Prompt:
        del facts
        return words(answers)

    # A visit that nobody says anything about stands: the next reminder asks again.
    unanswered = (Silence(silent_for),)
    steps = {
        "suits": Step(
            ask, answered, again=_still, hears=heard, examples=("transport",), silence=unanswered
        ),
        "change": Step(
            WHAT_INSTEAD, changed, own_words, examples=("after half term",), silence=NO_CHANGE
        ),
        "lift": Step(PICK_UP, picked_up, own_words, examples=("the library",), silence=NO_PLACE),
    }
    return Flow(name=name, version=1, start="suits", steps=steps)


def _beside(name: str, words: Said) -> Flow:
    """Make the same news for when another question is open: it has no numbers of its own."""

    def tell(facts: Facts, answers: Answers) -> Prompt:
        del facts
        return texts.in_words(words(answers))

    return said(f"{name}_beside", tell)


BOOKED = _flow("visit_booked", texts.booked, SchoolDays(1))
MOVED = _flow("visit_moved", texts.moved, SchoolDays(1))
THREE_DAYS = _flow("visit_3d", texts.reminder, Hours(24))
DAY_BEFORE = _flow("visit_1d", texts.last_reminder, Hours(16))
TWO_HOURS = _flow("visit_2h", texts.reminder, Hours(2))
BOOKED_BESIDE = _beside("visit_booked", texts.booked)
MOVED_BESIDE = _beside("visit_moved", texts.moved)
THREE_DAYS_BESIDE = _beside("visit_3d", texts.reminder)
DAY_BEFORE_BESIDE = _beside("visit_1d", texts.last_reminder)
TWO_HOURS_BESIDE = _beside("visit_2h", texts.reminder)
ASKING = (BOOKED, MOVED, THREE_DAYS, DAY_BEFORE, TWO_HOURS)
BESIDE = (
    BOOKED_BESIDE,
    MOVED_BESIDE,
    THREE_DAYS_BESIDE,
    DAY_BEFORE_BESIDE,
    TWO_HOURS_BESIDE,
)
