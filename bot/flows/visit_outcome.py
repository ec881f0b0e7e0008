"""Staff: how a visit went. A few taps, a word for the log if they want, and it is written down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from bot.flows.base import (
    Answers,
    Begin,
    Choice,
    End,
    Facts,
    Flow,
    Go,
    Hours,
    Move,
    Prompt,
    Silence,
    Step,
)
from bot.i18n import desk, plain
from bot.rules.booking_words import looks_like_booking
from bot.rules.logged_words import ACTIVITIES, first_of, folded
from bot.rules.visit_kinds import KINDS
from bot.rules.visit_log import may_be_a_message, minutes_typed
from bot.rules.visits import MISSED, EndVisit, Outcome

OUTCOMES: dict[Outcome, str] = {
    "done": "Done",
    "partly": "Partly done",
    "was_not_brought": "Was not brought",
    "declined": "Declined",
    "cancelled_by_family": "Cancelled by the family",
    "cancelled_by_us": "Cancelled by us",
    "rearranged": "Rearranged",
}
NOT_AT_HOME = "Not at home, or did not come"  # of an adult: nobody brings them
TOOK_PLACE = frozenset({"done", "partly"})
LEAVE = Choice("leave", desk("Not now"))
NOTHING = Choice("nothing", desk("Nothing to add"))
PLANNED = "planned"
LENGTHS = (15, 30, 45, 60, 90, 120)
LONGEST = 600  # minutes of one visit
LATER = desk("Nothing is written down yet. /visits brings it back.")
# What is typed later is hardly meant for the log; /visits brings the question back.
WAITS = (Silence(Hours(1)),)
LOGGED = ("Talked about the taxi.", "Hi Leanne, shall I ring the taxi?")
SHORTEST = 2  # letters of words for the log
SAVE = Choice("save", desk("Save it in the log"))
BOOK = Choice("book", desk("Book this visit"))
MESSAGE = Choice("message", desk("It is a message for a family"))


def ask(facts: Facts, answers: Answers) -> Prompt:
    """Ask once how it went, in the words of the log."""
    del facts
    named = {**OUTCOMES, "was_not_brought": _missed_label(answers)}
    choices = (Choice(key, desk(label)) for key, label in named.items())
    return Prompt(plain(f"{answers.get('line', '')}: how did it go?"), (*choices, LEAVE))


def _missed_label(answers: Answers) -> str:
    kind = KINDS.get(answers.get("kind", ""))
    return OUTCOMES["was_not_brought"] if kind and kind.meets == "child" else NOT_AT_HOME


def then(facts: Facts, answers: Answers) -> Move:
    """Go on to how long it took, or why it did not come about."""
    del facts
    if answers["outcome"] == LEAVE.key:
        return End(LATER)
    if answers["outcome"] in TOOK_PLACE:
        return Go("minutes")
    return Go("why" if answers["outcome"] == "was_not_brought" else "words")


def ask_minutes(facts: Facts, answers: Answers) -> Prompt:
    """Offer the planned length first."""
    del facts
    planned = _planned(answers)
    others = tuple(
        Choice(f"m{length}", plain(f"{length} minutes")) for length in LENGTHS if length != planned
    )
    first = Choice(PLANNED, plain(f"{planned} minutes, as planned"))
    return Prompt(
        desk("How long did it take?"), (first, *others), after=desk("Or type it: 50 min, 1h 10m.")
    )


def read_minutes(facts: Facts, words: str) -> str | None:
    """Read a length: "50 min", "1h 10m"."""
    del facts
    length = minutes_typed(folded(words))
    return f"m{length}" if 0 < length <= LONGEST else None


def ask_activity(facts: Facts, answers: Answers) -> Prompt:
    """Offer the planned kind of work first."""
    del facts
    kind = KINDS.get(answers.get("kind", ""))
    planned = kind.name if kind else "the planned work"
    return Prompt(
        desk("What kind of work was it?"),
        (Choice(PLANNED, plain(f"As planned: {planned}")),),
        after=desk("Or type another kind: mentoring, reading, mediation."),
    )


def read_activity(facts: Facts, words: str) -> str | None:
    """Read a kind of work by how staff write it; words to somebody name none."""
    del facts
    if may_be_a_message(words):
        return None
    said = folded(words)
    named = next((one.logged_as for one in KINDS.values() if one.name.casefold() == said), "")
    return named or first_of(ACTIVITIES, said) or None


def ask_why(facts: Facts, answers: Answers) -> Prompt:
    """Ask what got in the way: it helps the next time, and is nobody's fault."""
    del facts, answers
    return Prompt(
        desk("Do you know what got in the way?"),
        tuple(Choice(key, desk(label[:1].upper() + label[1:])) for key, label in MISSED.items()),
    )


def ask_words(facts: Facts, answers: Answers) -> Prompt:
    """Say back what will be written down, and ask for words for the log."""
    del facts
    kind_text = " The family gets a kind text." if _gets_a_text(answers) else ""
    return Prompt(
        plain(f"{answers.get('line', '')}: {', '.join(_said(answers))}.{kind_text}"),
        (NOTHING, LEAVE),
        after=desk("Type what is to stand in the log. Only the team reads it."),
    )


def _gets_a_text(answers: Answers) -> bool:
    return answers.get("outcome") == "was_not_brought" and bool(answers.get("follow_up"))


def _said(answers: Answers) -> Iterator[str]:
    outcome = answers.get("outcome", "")
    missed = outcome == "was_not_brought"
    yield (_missed_label(answers) if missed else OUTCOMES.get(_outcome(outcome), "")).lower()
    if outcome in TOOK_PLACE:
        yield f"{_minutes(answers)} minutes"
        if (activity := answers.get("activity", PLANNED)) != PLANNED:
            yield activity.replace("_", " ")
    if missed and (why := MISSED.get(answers.get("why", ""))):
        yield why


def read_words(facts: Facts, words: str) -> str | None:
    """Take whatever is to stand in the log."""
    del facts
    return words.strip() if sum(map(str.isalnum, words)) >= SHORTEST else None


def then_words(facts: Facts, answers: Answers) -> Move:
    """Write it down; what may be meant for somebody else is said back first."""
    del facts
    words = answers["words"]
    if words == LEAVE.key:
        return End(LATER)
    if words != NOTHING.key and (may_be_a_message(words) or looks_like_booking(words)):
        return Go("sure")
    return _written_down(answers)


def ask_sure(facts: Facts, answers: Answers) -> Prompt:
    """Ask what words are for that read like a message, or like a booking."""
    del facts
    words = answers.get("words", "")
    booking = (BOOK,) if looks_like_booking(words) else ()
    return Prompt(
        plain(f"“{words}”\nIs this for the log of the visit? Nothing has been saved or sent."),
        (SAVE, *booking, MESSAGE, LEAVE),
    )


def then_sure(facts: Facts, answers: Answers) -> Move:
    """Write it down, or go on with what it is instead: how the visit went is still to be said."""
    del facts
    given = {"words": answers.get("words", "")}
    match answers["sure"]:
        case "save":
            return _written_down(answers)
        case "book":
            return End(LATER, (Begin("book_visit", {**given, "plainly": "yes"}),))
        case "message":
            return End(LATER, (Begin("who_for", given),))
        case _:
            return End(LATER)


def _written_down(answers: Answers) -> Move:
    """End with what was said; where how it went is not known, that is asked first."""
    return End(None, (_ended(answers),)) if answers.get("outcome") else Go("outcome")


def _ended(answers: Answers) -> EndVisit:
    words = answers.get("words", "")
    took_place = answers["outcome"] in TOOK_PLACE
    activity = answers.get("activity", PLANNED) if took_place else PLANNED
    return EndVisit(
        visit=int(answers["visit"]),
        version=int(answers["version"]),
        outcome=_outcome(answers["outcome"]),
        minutes=_minutes(answers) if took_place else 0,
        words="" if words == NOTHING.key else words,
        missed=answers.get("why", "") if answers["outcome"] == "was_not_brought" else "",
        activity="" if activity == PLANNED else activity,
    )


def _outcome(kept: str) -> Outcome:
    return cast(Outcome, kept)


def _minutes(answers: Answers) -> int:
    said = answers.get("minutes", PLANNED)
    return _planned(answers) if said == PLANNED else int(said.removeprefix("m"))


def _planned(answers: Answers) -> int:
    kept = answers.get("planned", "")
    return int(kept) if kept.isdecimal() else LENGTHS[3]


FLOW = Flow(
    name="visit_outcome",
    version=1,
    start="outcome",
    steps={
        "outcome": Step(ask, then, silence=WAITS),
        "minutes": Step(
            ask_minutes,
            lambda _facts, _answers: Go("activity"),
            read_minutes,
            examples=("50 min", "1h 10m"),
            silence=WAITS,
        ),
        "activity": Step(
            ask_activity,
            lambda _facts, _answers: Go("words"),
            read_activity,
            examples=("mentoring",),
            silence=WAITS,
        ),
        "why": Step(ask_why, lambda _facts, _answers: Go("words"), silence=WAITS),
        "words": Step(ask_words, then_words, read_words, examples=LOGGED, silence=WAITS),
        "sure": Step(ask_sure, then_sure, silence=WAITS),
    },
    hands_over=False,
)
