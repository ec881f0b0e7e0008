"""/case: one case at a glance, how it may be reached before anything else."""

from __future__ import annotations

from collections.abc import Sequence

from bot.desk.base import Answer, Asked, Command
from bot.desk.reads import Hit

NOT_YOURS = "This case is not open to you. The manager can tell you about it."


def case(asked: Asked) -> Answer:
    """Open a case by name or reference, or the one of the notice that is replied to."""
    found = asked.reads.found(asked.rest) if asked.rest else asked.reads.about()
    if len(found) != 1:
        return Answer(which(asked, found))
    page = asked.reads.case(found[0].ref)
    return Answer(NOT_YOURS) if page is None else asked.reading(page)


def which(asked: Asked, found: Sequence[Hit]) -> str:
    """Ask again, with what was found."""
    if not asked.rest and not found:
        return "Which case? Type /case and a name or a case number, such as /case P01."
    if not found:
        return "Nothing found. Try a part of the name, or /find."
    several = "\n".join(f"- {asked.reads.named(hit)}" for hit in found)
    return f"Which one? Type /case and the number.\n{several}"


CASE = Command("case", "/case NAME", "one case: how to reach them, what is open", case)
