"""/ics: a link by which a family puts its next visit into its own calendar."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Command
from bot.desk.calendar import NO_ADDRESS
from bot.desk.names import families_named

WHO = "For whom? Type /ics and a carer's name or a case number that is one adult."


def ics(asked: Asked) -> Answer:
    """Say which visit is meant and ask; the link goes when the button is pressed."""
    if not asked.calendars.address:
        return Answer(NO_ADDRESS)
    found = families_named(asked.families, asked.rest)
    if len(found) != 1:
        return Answer(WHO)
    ref, label = found[0]
    shown, following = asked.shown(ref, label), asked.calendars.following(ref)
    if following.why_not:
        return Answer(f"{shown}: {following.why_not}")
    says = (
        f"{shown}: {following.words}. A text with a link goes to them; it opens this visit and "
        "nothing else, until the day after. Send it?"
    )
    return Answer(says, choices=((following.button, "Send the link"),))


ICS = Command("ics", "/ics NAME", "send a family its next visit for its calendar", ics)
