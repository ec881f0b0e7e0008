"""Staff: cases pass to another key worker. The families are told; is that what was meant?"""

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
    TransferCases,
)
from bot.i18n import desk

SURE = Prompt(
    desk(
        "{name} becomes the key worker of {cases}. What is unread, promised or planned goes along, "
        "and the families are told by name. Nothing has happened yet."
    ),
    (Choice("pass", desk("Yes, pass them on")), Choice("keep", desk("No, leave it"))),
)


def then(facts: Facts, answers: Answers) -> Move:
    """Pass them on only on a plain yes."""
    del facts
    if answers["sure"] == "pass":
        return End(None, (TransferCases(tuple(answers["cases"].split(", ")), answers["to"]),))
    return End(desk("Left as it was."))


FLOW = Flow(
    name="transfer_case",
    version=1,
    start="sure",
    steps={"sure": Step(SURE, then, silence=(Silence(Hours(24)),))},
    hands_over=False,
)
