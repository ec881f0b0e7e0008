"""Staff: a visit is to be booked or moved. It is said back first, and nothing leaves before a yes.

What the calendar says stands in the given answers: every step that needs a fresh look at it ends
by beginning anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

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
    SendWords,
    Silence,
    Step,
)
from bot.i18n import desk, plain
from bot.rules.digest_lines import time_shown
from bot.rules.visit_wish import from_answers, times_from_text, times_to_text
from bot.rules.visits import BookVisit, MoveVisit

BOOK, MOVE = Choice("book", desk("Book it")), Choice("book", desk("Move it"))
OTHER = Choice("other", desk("Offer times instead"))
OFFER = Choice("offer", desk("Offer these to the family"))
OVER = Choice("over", desk("Book it all the same"))
MANY = Choice("many", desk("Yes, all of them"))
WITHOUT = Choice("without", desk("Without me"))
INSTEAD = Choice("instead", desk("Without {away}"))  # who is away then, and nobody else
CHANGE = Choice("change", desk("Change"))
FORGET = Choice("forget", desk("Forget it"))
MESSAGE = Choice("message", desk("It is a message for a family"))
ANSWER = Choice("message", desk("It is a message: send it to them"))  # what it replied to
FORGOTTEN = desk("Forgotten. Nothing has changed, and nothing was sent.")
AGAIN = Prompt(desk("Type it as it should be, all of it. Nothing has changed yet."), (FORGET,))
SHORTEST = 3  # letters of a wish: a bare digit is a choice
WAITS = (Silence(Hours(24)),)
EXAMPLES = ("home visit Leanne thu 2pm for an hour",)
# What stays the same when the calendar is looked at again.
WISHED = ("words", "typed", "whose", "plainly", "visit", "version", "without", "many",
          "kind", "cases", "invites", "plan", "about", "between", "part", "weekly",
          "to", "task", "where")  # fmt: skip
TYPED = ("whose", "visit", "version")  # when all is typed anew; it replies to nobody any more
# Words typed while this is open may be for any family: that way out is always shown, and what
# speaks to a family is not read as a visit.
TYPED_OVER = {"plainly": "yes", "over": "yes"}


def shown(facts: Facts, answers: Answers) -> Prompt:
    """Say back what was understood, and what the calendar says to it."""
    del facts
    said = "\n".join(filter(None, (answers.get("echo"), answers.get("says"))))
    return Prompt(
        plain(said),
        tuple(_choices(answers)),
        after=desk("Nothing has changed yet. Choose, or type it again, all of it."),
    )


def _choices(answers: Answers) -> Iterator[Choice]:
    stands, times = answers.get("stands", ""), _times(answers)
    # What comes again is booked from its first time: a family chooses among times of one visit.
    offers = answers.get("invites") and not answers.get("weekly")
    if stands == "fits":
        yield MOVE if answers.get("visit") else BOOK
        yield from (OTHER,) if offers else ()
    if stands == "many":
        yield MANY
    if answers.get("may_over"):
        yield OVER
    if times:
        yield from (OFFER,) if offers else ()
        yield from (Choice(f"t{n}", plain(time_shown(at))) for n, at in enumerate(times, 1))
    yield from (WITHOUT,) if answers.get("may_leave_out") else ()
    yield from (INSTEAD,) if answers.get("away") else ()
    yield CHANGE
    if answers.get("plainly"):
        yield ANSWER if answers.get("to") else MESSAGE
    yield FORGET


def read(facts: Facts, words: str) -> str | None:
    """Take words as the whole wish, typed anew; what they say is echoed before anything is done."""
    del facts
    return words.strip() if sum(map(str.isalnum, words)) >= SHORTEST else None


def then(facts: Facts, answers: Answers) -> Move:
    """Book it, offer times, look at the calendar again, or forget it."""
    del facts
    match answers["sure"]:
        case "book":
            return End(None, (_effect(answers),))
        case "over":
            return End(None, (_effect(answers, over_cap=True),))
        case "offer":
            return End(None, (_effect(answers, _times(answers)),))
        case "other" | "many" | "without" | "instead" as wish:
            return _look(answers, {wish: "yes"})
        case "t1" | "t2" | "t3" as which:
            chosen = _times(answers)[int(which[1]) - 1 :][:1]
            return _look(answers, {"chosen": times_to_text(chosen)})
        case said:
            return _otherwise(answers, said)


def _otherwise(answers: Answers, said: str) -> Move:
    """Leave it, or begin anew with other words."""
    match said:
        case "change":
            return Go("again")
        case "forget":
            return End(FORGOTTEN)
        case "message":
            return End(None, (_message(answers),))
        case words:
            return _anew(answers, words)


def _message(answers: Answers) -> Begin | SendWords:
    """Send words to whom they replied to; words that replied to nobody are asked about."""
    words, to = answers.get("words", ""), answers.get("to", "")
    if not to:
        return Begin("who_for", {"words": words})
    task, where = answers.get("task"), answers.get("where")
    address = int(where) if where else None
    return SendWords(to, words, address=address, task=int(task) if task else None)


def then_again(facts: Facts, answers: Answers) -> Move:
    """Say back what was typed anew."""
    del facts
    if answers["again"] == FORGET.key:
        return End(FORGOTTEN)
    return _anew(answers, answers["again"])


def _look(answers: Answers, more: Answers) -> Move:
    kept = {name: answers[name] for name in WISHED if name in answers}
    return End(None, (Begin(_name(answers), {**kept, **more}),))


def _anew(answers: Answers, words: str) -> Move:
    kept = {name: answers[name] for name in TYPED if name in answers}
    return End(None, (Begin(_name(answers), {**kept, **TYPED_OVER, "words": words}),))


def _name(answers: Answers) -> str:
    return "move_visit" if answers.get("visit") else "book_visit"


def _effect(
    answers: Answers, times: tuple[datetime, ...] = (), *, over_cap: bool = False
) -> BookVisit | MoveVisit:
    wish = from_answers(answers)
    if times:
        wish = wish.at(None)
    if answers.get("visit"):
        visit, version = int(answers["visit"]), int(answers["version"])
        return MoveVisit(visit, version, wish.plan, times, over_cap, wish.between, wish.part)
    task = int(answers["task"]) if answers.get("task") else None
    later = times_from_text(answers.get("later", ""))
    asked = BookVisit(wish.new, times, over_cap, wish.between, wish.part, task)
    return replace(asked, weekly=wish.weekly, later=later)


def _times(answers: Answers) -> tuple[datetime, ...]:
    return times_from_text(answers.get("times", ""))


def _flow(name: str) -> Flow:
    return Flow(
        name=name,
        version=1,
        start="sure",
        steps={
            "sure": Step(shown, then, read, examples=EXAMPLES, silence=WAITS),
            "again": Step(AGAIN, then_again, read, examples=EXAMPLES, silence=WAITS),
        },
        hands_over=False,
    )


FLOW, MOVING = _flow("book_visit"), _flow("move_visit")
