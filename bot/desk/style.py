"""/style: who of the team writes to a family, one key person or several."""

from __future__ import annotations

from bot.desk.about import about
from bot.desk.base import Answer, Asked, Command
from bot.desk.on_case import SetStyle

HOW = "Type /style, a case and key_person or team: /style P01 key_person."
NOT_THEIRS = "Who writes to a family is for its key worker and the manager to say."
MEANS = {
    "key_person": "one key person writes; colleagues who write are asked to leave them a note",
    "team": "several of the team may write, each under their own name",
}
SAID = {
    "key": "key_person",
    "key person": "key_person",
    "key_person": "key_person",
    "team": "team",
}


def style(asked: Asked) -> Answer:
    """Say who writes to a family, or settle it; the key worker and the manager may."""
    meant = about(asked, asked.rest)
    if meant is None:
        return Answer(HOW)
    wanted = " ".join(meant.rest.casefold().split())
    named = " and ".join(meant.cases)
    if not wanted:
        stand = [f"{case}: {MEANS[asked.books.style(case)]}." for case in meant.cases]
        return Answer("\n".join(stand))
    if wanted not in SAID:
        return Answer(HOW)
    if not all(asked.on_case.may("style", case) for case in meant.cases):
        return Answer(NOT_THEIRS)
    changes = tuple(SetStyle(case, SAID[wanted]) for case in meant.cases)
    return Answer(f"{named}: {MEANS[SAID[wanted]]}.", changes)


STYLE = Command("style", "/style CASE key_person|team", "who of the team writes to a family", style)
