"""/refer and /referrals: a child is referred in a line, and what is open."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Command, ReferFamily
from bot.rules.referral_typed import NO_CHILD_NAMED, read_typed

HOW = (
    "Type /refer, the child's name and what you know: "
    "/refer Jay Moss, Y9, Cawder High: at risk of exclusion, mum 07700 900555. "
    "Or reply /refer to a family's message that asks for help."
)
MADE = (
    "Their message is a referral now, with their words and where they wrote from: /referrals. "
    "Ask who the child is, and fill it in on the page. The message still waits for an answer."
)


def refer(asked: Asked) -> Answer:
    """Begin a referral: it is said back first. As a bare reply it is the family's own words."""
    if not asked.rest:
        return _their_message(asked)
    if read_typed(asked.rest, asked.today) is None:
        return Answer(f"{NO_CHILD_NAMED} Nothing is saved yet.")
    task = "" if asked.task is None else str(asked.task)
    given = {"words": asked.rest, "typed": asked.today.isoformat(), "task": task}
    return Answer("", begins=("refer_child", given))


def _their_message(asked: Asked) -> Answer:
    """Make the message that is replied to a referral; on a page nobody can tell which is meant."""
    if asked.task is None or asked.frightens is None:
        return Answer(HOW)
    return Answer(MADE, (ReferFamily(asked.frightens),))


def referrals(asked: Asked) -> Answer:
    """List the open referrals: to triage first, then the waiting list."""
    return asked.reading(asked.referred())


REFER = Command(
    "refer",
    "/refer CHILD, WORDS",
    "a child to be supported; /refer in reply makes a referral of a message",
    refer,
)
REFERRALS = Command("referrals", "/referrals", "who is to be triaged, and who waits", referrals)
