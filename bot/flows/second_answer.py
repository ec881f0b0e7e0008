"""Staff: a colleague has this message. Should these words go as well?"""

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
    desk("{who} {did} at {since}. Your words have not been sent. Send them too?"),
    (Choice("send", desk("Yes, send mine too")), Choice("keep", desk("No, forget mine"))),
)


def then(facts: Facts, answers: Answers) -> Move:
    """Send only on a plain yes; another child's name in the words is still asked about."""
    del facts
    if answers["sure"] == "send":
        where = answers.get("where", "")
        address = int(where) if where else None
        words = SendWords(answers["to"], answers["words"], beside=True, address=address)
        return End(None, (words,))
    return End(desk("Forgotten. Nothing was sent."))


FLOW = Flow(
    name="second_answer",
    version=1,
    start="sure",
    steps={"sure": Step(SURE, then, silence=(Silence(Hours(1)),))},
    hands_over=False,
)
