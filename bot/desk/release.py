"""/release: let the staff a message names read it."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Command, Release
from bot.rules.routing import heads


def release(asked: Asked) -> Answer:
    """Release a hidden message; only the manager and the safeguarding lead can.

    With neither here it is whoever the message came to instead: nothing stays hidden for good.
    """
    if asked.staff.ref not in heads(asked.team, asked.practice, asked.kept_from):
        return Answer("Only the manager and the safeguarding lead can release a message.")
    if asked.task is None:
        return Answer("Reply to the message that is to be released with /release.")
    return Answer("Released. Everybody it concerns can read it now.", (Release(asked.task),))


RELEASE = Command("release", "/release", "let the staff it names read it (as a reply)", release)
