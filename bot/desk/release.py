"""/release: let the staff a message names read it."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Command, Release


def release(asked: Asked) -> Answer:
    """Release a hidden message; only the manager and the safeguarding lead can."""
    if asked.staff.ref not in {asked.practice.manager, asked.practice.safeguarding_lead}:
        return Answer("Only the manager and the safeguarding lead can release a message.")
    if asked.task is None:
        return Answer("Reply to the message that is to be released with /release.")
    return Answer("Released. Everybody it concerns can read it now.", (Release(asked.task),))


RELEASE = Command("release", "/release", "let the staff it names read it (as a reply)", release)
