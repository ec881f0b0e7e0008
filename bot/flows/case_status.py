"""Staff: a case is to stand differently. What follows is said first; is that what was meant?"""

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
    Silence,
    Step,
)
from bot.i18n import desk
from bot.rules.status import ChangeStatus

SURE = Prompt(
    desk("{case}: {shown}. {follows} Nothing has happened yet."),
    (Choice("change", desk("Yes, change it")), Choice("keep", desk("No, leave it"))),
)


def then(facts: Facts, answers: Answers) -> Move:
    """Change it only on a plain yes."""
    del facts
    if answers["sure"] == "change":
        changed = ChangeStatus(answers["case"], answers["status"], answers["reason"])
        return End(None, (changed,))
    return End(desk("Left as it was."))


FLOW = Flow(
    name="case_status",
    version=1,
    start="sure",
    steps={"sure": Step(SURE, then, silence=(Silence(Hours(24)),))},
    hands_over=False,
)
