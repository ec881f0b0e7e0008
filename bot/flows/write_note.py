"""Staff: a note behind the scenes. It never goes to the family; is that what was meant?"""

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
    WriteNote,
)
from bot.flows.whose import cases_meant, shown
from bot.i18n import desk, plain

PRIVATE = "yes"
FOR_ALL = "Only the team reads it."
FOR_FEW = "Only you, the manager and the safeguarding lead may read it."


def ask(facts: Facts, answers: Answers) -> Prompt:
    """Say plainly that the family gets nothing, and who will read it."""
    whose, words = answers.get("whose", ""), answers.get("words", "")
    family = f"{shown(facts, whose)}, on {', '.join(_cases(facts, answers))}"
    readers = FOR_FEW if answers.get("private") == PRIVATE else FOR_ALL
    said = f"A note behind the scenes. The family gets nothing. {readers}\n{family}\n“{words}”"
    return Prompt(
        plain(said),
        (Choice("save", desk("Save the note")), Choice("forget", desk("Forget it"))),
        after=desk("To write to the family, forget it and reply to their message."),
    )


def then(facts: Facts, answers: Answers) -> Move:
    """Store only on a plain yes."""
    if answers["sure"] == "forget":
        return End(desk("Forgotten. Nothing was saved, and nothing was sent."))
    private = answers.get("private") == PRIVATE
    note = WriteNote(_cases(facts, answers), answers["words"], private)
    return End(None, (note,))


def _cases(facts: Facts, answers: Answers) -> tuple[str, ...]:
    label = dict(facts.families).get(answers.get("whose", ""), "")
    return cases_meant(label, answers.get("about", ""))


FLOW = Flow(
    name="write_note",
    version=1,
    start="sure",
    steps={"sure": Step(ask, then, silence=(Silence(Hours(72)),))},
    hands_over=False,
)
