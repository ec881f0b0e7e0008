"""Staff: one person writes to this family. Should a colleague's words go to them instead?"""

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
    WriteNote,
)
from bot.i18n import desk

SURE = Prompt(
    desk("Only {who} writes to this family. Send as a note to {who} instead? Nothing is sent yet."),
    (
        Choice("note", desk("Send to {who}")),
        Choice("send", desk("Send to the family all the same")),
        Choice("forget", desk("Forget it")),
    ),
)


def then(facts: Facts, answers: Answers) -> Move:
    """Bring the words to the one who writes, or to the family on a plain yes."""
    del facts
    match answers["sure"]:
        case "note":
            cases = tuple(answers["cases"].split(","))
            return End(None, (WriteNote(cases, answers["words"], to=answers["whose"]),))
        case "send":
            return End(None, (_sent(answers),))
        case _:
            return End(desk("Forgotten. Nothing was sent."))


def _sent(answers: Answers) -> SendWords:
    where, task = answers.get("where", ""), answers.get("task", "")
    return SendWords(
        answers["to"],
        answers["words"],
        beside=bool(answers.get("beside")),
        address=int(where) if where else None,
        purpose=answers.get("purpose") or "support",
        task=int(task) if task else None,
        all_the_same=True,
    )


FLOW = Flow(
    name="key_person",
    version=1,
    start="sure",
    steps={"sure": Step(SURE, then, silence=(Silence(Hours(1)),))},
    hands_over=False,
)
