"""Staff: one of the approved lines of good news, about one child."""

from __future__ import annotations

from collections.abc import Iterable
from string import ascii_uppercase

from bot.flows.base import (
    Answers,
    Begin,
    Choice,
    DraftWords,
    End,
    Facts,
    Flow,
    Hours,
    Move,
    Prompt,
    Silence,
    Step,
)
from bot.i18n import desk, plain

PURPOSE = "good_news"
ASK = desk("Which good news? Nothing has been sent.")
NONE = Choice("none", desk("None: forget it"))
FORGOTTEN = desk("Forgotten. Nothing was sent.")
ONE_OF = {"child": "children", "shown": "shown"}  # what is given of one child, of several
AN_HOUR = (Silence(Hours(1)),)


def ask_child(facts: Facts, answers: Answers) -> Prompt:
    """Offer the children of the family, named as openly as this chat may."""
    del facts
    offered = (*_offered("child", _listed(answers, "shown")), NONE)
    return Prompt(desk("Good news about whom? Nothing has been sent."), offered)


def then_child(facts: Facts, answers: Answers) -> Move:
    """Go on with one child, or forget it."""
    del facts
    if answers["child"] == NONE.key:
        return End(FORGOTTEN)
    place = _meant(answers["child"])
    child = {name: _listed(answers, many)[place] for name, many in ONE_OF.items()}
    given = {name: answers.get(name, "") for name in ("to", "lines")}
    return End(None, (Begin(FLOW.name, {**given, **child}),))


def ask_line(facts: Facts, answers: Answers) -> Prompt:
    """Offer the approved lines, the child named in them; a button is too narrow for one."""
    del facts
    lines = dict(zip(ascii_uppercase, filled(answers, "shown"), strict=False))
    shown = (ASK.source, *(f"{letter}: {line}" for letter, line in lines.items()))
    return Prompt(plain("\n".join(shown)), (*_offered("line", lines), NONE))


def then_line(facts: Facts, answers: Answers) -> Move:
    """Show the line that was chosen once more before it goes."""
    del facts
    if answers["line"] == NONE.key:
        return End(FORGOTTEN)
    words = filled(answers, "child")[_meant(answers["line"])]
    return End(None, (DraftWords(answers["to"], words, PURPOSE),))


def filled(answers: Answers, name: str) -> tuple[str, ...]:
    """Put a name of the child into the approved lines; nothing else in them is a blank."""
    child = answers.get(name, "")
    return tuple(line.replace("{child}", child) for line in _listed(answers, "lines"))


def _offered(key: str, words: Iterable[str]) -> tuple[Choice, ...]:
    return tuple(Choice(f"{key}{place}", plain(one)) for place, one in enumerate(words))


def _meant(key: str) -> int:
    return int(key.removeprefix("child").removeprefix("line"))


def _listed(answers: Answers, name: str) -> tuple[str, ...]:
    return tuple(one for one in answers.get(name, "").split("\n") if one)


CHILD = Flow(
    name="good_child",
    version=1,
    start="child",
    steps={"child": Step(ask_child, then_child, silence=AN_HOUR)},
    hands_over=False,
)
FLOW = Flow(
    name="good_news",
    version=1,
    start="line",
    steps={"line": Step(ask_line, then_line, silence=AN_HOUR)},
    hands_over=False,
)
