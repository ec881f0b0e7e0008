"""/copy: one's own contacts as text for the case system of the home service."""

from __future__ import annotations

from datetime import timedelta

from bot.desk.base import Answer, Asked, Command
from bot.desk.since import day_gone
from bot.rules.access import RECENT

NO_DAY = "Since when? Type /copy and a day that has been, such as /copy since Monday."
AT_THE_PAGE = "{count} of your contacts are to be copied. They are words about families: open your "
ON_YOUR_PAGE = "desk page and type /copy there."
ON_YOUR_PAGE_TOO = f"open your {ON_YOUR_PAGE}"
OLDER = (
    "This goes back 30 days. What is older is history: open the family's page, confirm with a "
    "code there, and take the whole thread as text."
)
AGAIN = "all"


def copy(asked: Asked) -> Answer:
    """Show one's own contacts, with a button that notes that they were copied."""
    first, _space, behind = asked.rest.partition(" ")
    again = first.casefold() == AGAIN
    said = behind.strip() if again else asked.rest
    earliest = asked.today - timedelta(days=RECENT.days)
    wanted = day_gone(said, asked.today) if said else earliest
    if wanted is None:
        return Answer(NO_DAY)
    found = asked.books.to_copy(max(wanted, earliest), again)
    older = f"\n\n{OLDER}" if wanted < earliest else ""
    beside = f"\n\n{_kept_off(found.at_the_page)}" if found.at_the_page else ""
    if not (found.button or beside):
        return Answer(f"Nothing of yours is left to copy.{older}")
    if not asked.reads.shown:
        counted = AT_THE_PAGE.format(count=found.count + found.at_the_page)
        return Answer(f"{counted}{ON_YOUR_PAGE}{older}")
    if not found.button:
        return Answer(f"{beside.lstrip()}{older}")
    words = f"{found.words}{beside}{older}"
    return Answer(words, choices=(found.button,), read="own contacts")


def _kept_off(count: int) -> str:
    """Say how much no chat shows."""
    counted = "1 restricted entry is" if count == 1 else f"{count} restricted entries are"
    return f"{counted} not shown in a chat: {ON_YOUR_PAGE_TOO}"


COPY = Command("copy", "/copy [all] [since DAY]", "your own contacts as text, to paste", copy)
