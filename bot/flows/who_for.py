"""Staff: words typed without replying to anything. Who are they for?"""

from __future__ import annotations

from bot.flows.base import (
    Answers,
    Choice,
    End,
    Facts,
    Flow,
    Hours,
    Move,
    Prompt,
    SendWords,
    Silence,
    Step,
)
from bot.flows.reading import folded
from bot.i18n import desk, plain

NOBODY = "nobody"
AT_MOST_SHOWN = 8


def ask(facts: Facts, answers: Answers) -> Prompt:
    """Offer the families that wrote last; any other can be named."""
    del answers
    shown = {**dict(facts.families), **dict(facts.labels)}
    offered = facts.families[:AT_MOST_SHOWN]
    families = tuple(Choice(ref, plain(shown[ref])) for ref, _label in offered)
    return Prompt(
        desk("Who is this for? Nothing has been sent."),
        (*families, Choice(NOBODY, desk("Nobody: forget it"))),
        after=desk("Or type the family's name or case number."),
    )


def read_family(facts: Facts, words: str) -> str | None:
    """Find the one family these words name; two that fit are none."""
    wanted = folded(words)
    found = [ref for ref, label in facts.families if wanted and wanted in names_in(label)]
    return found[0] if len(found) == 1 else None


def names_in(label: str) -> set[str]:
    """Every way to name a family whose label is "Leanne Thornton (Kai P01)"."""
    carer, _bracket, children = folded(label).partition(" (")
    names = {carer, *carer.split(), folded(label)}
    for child in children.rstrip(")").split(", "):
        names |= {child, *child.split()}
    return names


def then(facts: Facts, answers: Answers) -> Move:
    """Send what was typed to the family that was chosen."""
    del facts
    if answers["who"] == NOBODY:
        return End(desk("Forgotten. Nothing was sent."))
    return End(None, (SendWords(answers["who"], answers["words"]),))


FLOW = Flow(
    name="who_for",
    version=1,
    start="who",
    steps={"who": Step(ask, then, read_family, silence=(Silence(Hours(1)),))},
    hands_over=False,
)
