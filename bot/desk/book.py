"""/book and /lift: a visit or an appointment, in one line of plain words."""

from __future__ import annotations

from bot.desk.about import about
from bot.desk.base import Answer, Asked, Command
from bot.rules.visit_wish import times_to_text

HOW = (
    "Type /book, what it is, a name and when: /book home visit Leanne thu 3:30 for an hour with "
    "Marcus. Without a time you see what is free. It may come again: every week for 4 weeks, or "
    "every other week until 18 dec. You see all of it again before anything leaves."
)
HOW_LIFT = (
    "Type /lift, a name, when and from where: /lift Leanne tue 12:30 from home. Without a day it "
    "is for their next visit, if there is one."
)


def book(asked: Asked) -> Answer:
    """Begin to book: everything is said back first."""
    return _begun(asked, asked.rest) if asked.rest else Answer(HOW)


def lift(asked: Asked) -> Answer:
    """Book a lift, as a family asks for one in answer to a reminder."""
    return _begun(asked, f"lift {asked.rest}") if asked.rest else Answer(HOW_LIFT)


def _begun(asked: Asked, words: str) -> Answer:
    given = {"words": words, "typed": times_to_text([asked.now])}
    replied = about(asked, "")
    if replied is not None:
        task = {"task": str(asked.task)} if asked.task is not None else {}
        given = {**given, "whose": replied.ref, **task}
    return Answer("", begins=("book_visit", given))


BOOK = Command("book", "/book WHAT NAME WHEN", "a visit or an appointment; asks before it", book)
LIFT = Command("lift", "/lift NAME [WHEN] WHERE", "a lift; you see it before they do", lift)
