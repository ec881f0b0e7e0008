"""/write: words for a family, shown with all that matters about them before they leave."""

from __future__ import annotations

from bot.desk.about import about
from bot.desk.base import Answer, Asked, Command
from bot.flows.base import DraftWords


def write(asked: Asked) -> Answer:
    """Begin a message: whom it is for, then its words, then a look at it before it goes."""
    meant = about(asked, asked.rest)
    if meant is None:
        return Answer("", begins=("write_whose", {"words": asked.rest}))
    task = asked.task if asked.about_ref else None
    return drafted(asked, DraftWords(meant.ref, meant.rest.strip(), task=task))


def drafted(asked: Asked, wish: DraftWords) -> Answer:
    """Show words to their writer, or say why they can go nowhere."""
    found = asked.books.draft(wish)
    return Answer(found) if isinstance(found, str) else Answer("", begins=found)


WRITE = Command("write", "/write NAME WORDS", "write to a family, seen once more first", write)
