"""/attach: an unknown number belongs to somebody we know."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Attach, Command
from bot.desk.names import families_named


def attach(asked: Asked) -> Answer:
    """Give the number behind the notice that is replied to to a person."""
    if asked.address is None:
        return Answer("Reply to the message of the unknown number with /attach NAME.")
    if asked.about is not None:
        return Answer("That message is from somebody we know already.")
    found = families_named(asked.families, asked.rest)
    if len(found) != 1:
        return Answer("Whose number is it? Reply /attach and a carer's name or a case number.")
    ref, label = found[0]
    says = f"It now belongs to {asked.shown(ref, label)}. Reply to the message to answer."
    return Answer(says, (Attach(asked.address, ref),))


ATTACH = Command("attach", "/attach NAME", "say whose an unknown number is (as a reply)", attach)
