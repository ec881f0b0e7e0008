"""/note: words behind the scenes, never for the family."""

from __future__ import annotations

from bot.desk.about import about
from bot.desk.base import Answer, Asked, Command

HOW = (
    "Type /note, a name and the note: /note Leanne prefers mornings. It never goes to the family. "
    "/note private NAME ... is for you, the manager and the safeguarding lead."
)
PRIVATE = "private"


def note(asked: Asked) -> Answer:
    """Begin a note: whether it is one is asked first, so that no reply becomes a note unseen."""
    first, _space, behind = asked.rest.partition(" ")
    private = first.casefold().strip(":,") == PRIVATE
    words = behind.strip() if private else asked.rest
    meant = about(asked, words)
    text = meant.rest.strip() if meant else words
    if not text:
        return Answer(HOW)
    given = {"words": text, "private": "yes" if private else ""}
    if meant is None:
        return Answer("", begins=("log_whose", {**given, "about": "", "then": "write_note"}))
    given |= {"whose": meant.ref, "about": meant.head}
    return Answer("", begins=("write_note", given))


NOTE = Command("note", "/note [private] NAME WORDS", "a note the family never sees", note)
