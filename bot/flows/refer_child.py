"""Staff: a child is referred in a line. Is it understood? It is kept on a plain yes."""

from __future__ import annotations

from datetime import date

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
    ReferChild,
    Silence,
    Step,
)
from bot.i18n import desk, plain
from bot.rules.referral_typed import echo, read_typed, tells

SAVE = Choice("save", desk("Save the referral"))
CHANGE = Choice("change", desk("Change"))
FORGET = Choice("forget", desk("Forget"))
NO_NAME = "No child's name was found in it."
FORGOTTEN = desk("Forgotten. Nobody was referred.")
WHO = Prompt(
    desk(
        "Which child do they ask about? Type the name first, then what you know: Jay Moss, Y9, "
        "Cawder High: attendance. Their message is kept with it. Nothing is saved yet."
    ),
    (FORGET,),
)
AGAIN = Prompt(
    desk("Type it as it should be, all of it, the child's name first. Nothing is saved yet."),
    (FORGET,),
)
KEPT_OPEN = (Silence(Hours(72)),)  # a call may come between, or the weekend: it waits
EXAMPLES = ("Jay Moss, Y9, Cawder High: at risk of exclusion, mum 07700 900555",)


def ask(facts: Facts, answers: Answers) -> Prompt:
    """Say back how the line was understood, without names where they may not stand."""
    filled = read_typed(answers.get("words", ""), typed_on(facts, answers))
    said = echo(filled, shown=not facts.labels) if filled else [NO_NAME]
    linked = ("Their message is kept with it, and still waits for an answer.",)
    return Prompt(
        plain("\n".join((*said, *linked)) if answers.get("task") else "\n".join(said)),
        (SAVE, CHANGE, FORGET),
        after=desk(
            "Nothing is saved yet. Save it, or type it again. Your words are kept whole; the rest "
            "can be filled in on the page."
        ),
    )


def read(facts: Facts, words: str) -> str | None:
    """Take a line that tells of a child more than a name: the referral is typed again."""
    filled = read_typed(words, facts.today)
    return words.strip() if filled is not None and tells(filled) else None


def read_again(facts: Facts, words: str) -> str | None:
    """Take a line that begins with a name."""
    return words.strip() if read_typed(words, facts.today) else None


def then(facts: Facts, answers: Answers) -> Move:
    """Keep it, ask for it again, or forget it."""
    match answers["sure"]:
        case "save":
            effect = ReferChild(answers["words"], typed_on(facts, answers), _task(answers))
            return End(None, (effect,))
        case "change":
            return Go("again")
        case "forget":
            return End(FORGOTTEN)
        case words:
            return _from_the_start(answers, words)


def then_again(facts: Facts, answers: Answers) -> Move:
    """Say back what was typed anew."""
    del facts
    if answers["again"] == "forget":
        return End(FORGOTTEN)
    return _from_the_start(answers, answers["again"])


def then_said_back(facts: Facts, answers: Answers) -> Move:
    """Say back what was typed about a family's message."""
    del facts
    if answers["child"] == "forget":
        return End(FORGOTTEN)
    return _from_the_start(answers, answers["child"])


def _from_the_start(answers: Answers, words: str) -> Move:
    given = {name: answers[name] for name in ("typed", "task") if name in answers}
    return End(None, (Begin(FLOW.name, {**given, "words": words}),))


def typed_on(facts: Facts, answers: Answers) -> date:
    """Say on which day it was first typed: a referral is as old as that, whenever it is saved."""
    try:
        return date.fromisoformat(answers["typed"])
    except (KeyError, ValueError):
        return facts.today


def _task(answers: Answers) -> int | None:
    number = answers.get("task", "")
    return int(number) if number.isascii() and number.isdecimal() else None


ASKED = Flow(
    name="refer_asked",
    version=1,
    start="child",
    steps={"child": Step(WHO, then_said_back, read_again, examples=EXAMPLES, silence=KEPT_OPEN)},
    hands_over=False,
)
FLOW = Flow(
    name="refer_child",
    version=1,
    start="sure",
    steps={
        "sure": Step(ask, then, read, examples=EXAMPLES, silence=KEPT_OPEN),
        "again": Step(AGAIN, then_again, read_again, examples=EXAMPLES, silence=KEPT_OPEN),
    },
    hands_over=False,
)
