"""/log: a call, a visit or a meeting, in two lines of free text."""

from __future__ import annotations

from bot.desk.about import about, behind
from bot.desk.base import Answer, Asked, Command
from bot.flows.whose import Label, named_anywhere, named_first, one_of
from bot.rules.logged import mode_of
from bot.rules.logged_words import folded

HOW = (
    "Type /log, a name and what happened: /log Leanne rang mum 10 min, agreed taxi for Thu. "
    "Or reply to a message of the family with /log and what happened."
)
NO_MODE = (
    "I cannot tell what kind of contact that was. Say it in a word: rang, voicemail, visit, saw, "
    "met, lift, session, video, meeting, emailed. Nothing is saved."
)


def log(asked: Asked) -> Answer:
    """Begin to log a contact: it is said back first, and stored on a plain yes."""
    if not asked.rest:
        return Answer(HOW)
    if not mode_of(folded(asked.rest)):
        return Answer(NO_MODE)
    given = {"words": asked.rest, "typed": asked.now.isoformat()}
    family = _whose(asked)
    if family is None:
        return Answer("", begins=("log_whose", {**given, "then": "log_contact"}))
    return Answer("", begins=("log_contact", {**given, "whose": family[0]}))


def _whose(asked: Asked) -> Label | None:
    """Take the family named first, the one replied to, or the only one that is named at all."""
    found, _rest = named_first(asked.families, asked.rest)
    if found or behind(asked):
        meant = about(asked, asked.rest)
        return (meant.ref, meant.label) if meant else None
    return one_of(named_anywhere(asked.families, asked.rest))


LOG = Command("log", "/log NAME WORDS", "a call, a visit or a meeting, in two lines", log)
