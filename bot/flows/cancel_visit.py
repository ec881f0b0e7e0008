"""Staff: a visit is to be called off. Who calls it off, and is the family told by text?"""

from __future__ import annotations

from collections.abc import Iterator

from bot.flows.base import (
    Answers,
    Choice,
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
from bot.rules.visits import CancelVisit, RunLate

LEFT = desk("Left as it was. Nothing was sent.")
LEAVE = Choice("leave", desk("Leave it"))
AN_HOUR = (Silence(Hours(1)),)


def ask(facts: Facts, answers: Answers) -> Prompt:
    """Show the visit and ask who calls it off."""
    del facts
    shown = f"{answers.get('line', '')}\nCall it off?"
    return Prompt(plain(shown.strip()), tuple(_ways(answers)))


def _ways(answers: Answers) -> Iterator[Choice]:
    if answers.get("invites"):
        yield Choice("tell", desk("Yes, and text the family"))
        yield Choice("told", desk("Yes, I have told them myself"))
        yield Choice("theirs", desk("Yes, the family asked for it"))
    else:
        yield Choice("told", desk("Yes, call it off"))
    yield LEAVE


def then(facts: Facts, answers: Answers) -> Move:
    """Call it off only on a plain yes."""
    del facts
    how = answers["sure"]
    if how == LEAVE.key:
        return End(LEFT)
    visit, version = int(answers["visit"]), int(answers["version"])
    by_family = how == "theirs"
    return End(None, (CancelVisit(visit, version, by_family=by_family, tell=how == "tell"),))


def ask_late(facts: Facts, answers: Answers) -> Prompt:
    """Say what the family would be told."""
    del facts
    shown = f"{answers.get('line', '')}\nText the family that it starts {answers.get('minutes')} "
    return Prompt(plain(f"{shown}minutes late?"), (Choice("tell", desk("Yes, text them")), LEAVE))


def then_late(facts: Facts, answers: Answers) -> Move:
    """Tell them only on a plain yes."""
    del facts
    if answers["sure"] == LEAVE.key:
        return End(LEFT)
    late = RunLate(int(answers["visit"]), int(answers["version"]), int(answers["minutes"]))
    return End(None, (late,))


FLOW = Flow(
    name="cancel_visit",
    version=1,
    start="sure",
    steps={"sure": Step(ask, then, silence=AN_HOUR)},
    hands_over=False,
)
LATE = Flow(
    name="late_visit",
    version=1,
    start="sure",
    steps={"sure": Step(ask_late, then_late, silence=(Silence(Hours(1)),))},
    hands_over=False,
)
