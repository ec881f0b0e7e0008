"""/numbers: what the taskforce reports, from what is stored."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Command
from bot.desk.since import day_gone
from bot.rules.cohort import school_year

NO_DAY = "From which day? Type /numbers and a day that has been, such as /numbers from 1 Nov."


def numbers(asked: Asked) -> Answer:
    """Count since a day, or since the school year began."""
    since = day_gone(asked.rest, asked.today) if asked.rest else school_year(asked.today)
    if since is None:
        return Answer(NO_DAY)
    return asked.reading(asked.books.numbers(since))


NUMBERS = Command("numbers", "/numbers [from DAY]", "what the taskforce reports, counted", numbers)
