"""A kind word about a week that went better than the last: days, never a per cent."""

from __future__ import annotations

from datetime import date, timedelta

from bot.flows.base import Answers, Facts, Prompt
from bot.flows.said import said
from bot.i18n import _

WEEK = timedelta(days=7)
EVERY_DAY = Prompt(
    _(
        "Hi {person}, good news: {child} came in every day this week. "
        "Thank you for your help at home. {worker}"
    )
)
DAYS = Prompt(
    _(
        "Hi {person}, good news: {child} came in on {days} days this week. "
        "Thank you for your help at home. {worker}"
    )
)
BETTER = Prompt(
    _(
        "Hi {person}, good news: this week went better for {child} than the last one. "
        "Thank you for your help at home. {worker}"
    )
)
LAST_WEEK = Prompt(
    _(
        "Hi {person}, good news: last week went better for {child} than the one before. "
        "Thank you for your help at home. {worker}"
    )
)
SEVERAL = ("2", "3", "4", "5")


def words(facts: Facts, answers: Answers) -> Prompt:
    """Say it of the week it is about; a message that waited over Sunday says last week."""
    monday = answers.get("monday", "")
    if monday and facts.today >= date.fromisoformat(monday) + WEEK:
        return LAST_WEEK
    if answers.get("every"):
        return EVERY_DAY
    return DAYS if answers.get("days") in SEVERAL else BETTER


FLOW = said("praise", words)
