"""/calendar: a private address at which one's own calendar reads one's visits."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Command
from bot.desk.on_calendar import EndFeed, MakeFeed
from bot.flows.reading import folded
from bot.rules.calendar import wall
from bot.rules.digest_lines import day_shown

HOW = "Type /calendar, /calendar new for another link, or /calendar off to end the one you have."
NO_ADDRESS = (
    "Calendars cannot reach this service: KEYWORKER_PUBLIC_URL is not set. On the page of a visit "
    "you can save it as a file for your calendar."
)
OFF = "Your calendar link is off: it opens nothing any more."
NONE = "You have no calendar link. Type /calendar for one."
NEW, END = "new", "off"


def calendar(asked: Asked) -> Answer:
    """Make a link, a new one in place of the old, or none."""
    wanted, made_at = folded(asked.rest), asked.calendars.made_at()
    if wanted not in {"", NEW, END}:
        return Answer(HOW)
    if wanted == END:
        return Answer(OFF, (EndFeed(),)) if made_at else Answer(NONE)
    if not asked.calendars.address:
        return Answer(NO_ADDRESS)
    if made_at and wanted != NEW:
        day = day_shown(wall(made_at).date())
        return Answer(
            f"You have a calendar link since {day}. It stood in the message that brought it and is "
            "not shown again. /calendar new makes another and ends that one; /calendar off ends it."
        )
    link = f"{asked.calendars.address}/calendar/{asked.token}.ics"
    ended = " The link you had opens nothing any more." if made_at else ""
    return Answer(
        f"Your own calendar link.{ended} Add it in your calendar under “subscribe by URL”. It is "
        "shown in this message: delete it once your calendar has it. Whoever has it sees when "
        "your visits are, each with its public label and case number, and no name or address. "
        "If somebody else gets hold of it, type "
        f"/calendar new.\n{link}",
        (MakeFeed(asked.token),),
    )


CALENDAR = Command(
    "calendar", "/calendar [new|off]", "a private link for your own calendar", calendar
)
