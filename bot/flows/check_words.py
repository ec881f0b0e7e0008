"""Staff: the words name another family's child. Should they really go?"""

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
from bot.i18n import desk

SURE = Prompt(
    desk("This names {named}, who is not in this family. Nothing has been sent. Send it?"),
    (Choice("send", desk("Yes, send it")), Choice("keep", desk("No, forget it"))),
)


def then(facts: Facts, answers: Answers) -> Move:
    """Send only on a plain yes."""
    del facts
    if answers["sure"] == "send":
        return End(None, (_sent(answers),))
    return End(desk("Forgotten. Nothing was sent."))


def _sent(answers: Answers) -> SendWords:
    where, task = answers.get("where", ""), answers.get("task", "")
    return SendWords(
        answers["to"],
        answers["words"],
        checked=True,
        beside=bool(answers.get("beside")),
        address=int(where) if where else None,
        purpose=answers.get("purpose") or "support",
        task=int(task) if task else None,
    )


FLOW = Flow(
    name="check_words",
    version=1,
    start="sure",
    steps={"sure": Step(SURE, then, silence=(Silence(Hours(1)),))},
    hands_over=False,
)
