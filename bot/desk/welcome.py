"""/welcome: a key worker is asked again whether their first message may go."""

from __future__ import annotations

from bot.desk.about import about
from bot.desk.base import Answer, Asked, Command
from bot.desk.greetings import OfferWelcome
from bot.desk.transfer import NOT_THEIRS

HOW = "Type /welcome and a case: /welcome P01. Its key worker says yes before anything goes."


def welcome(asked: Asked) -> Answer:
    """Ask the key worker of a case about their welcome."""
    meant = about(asked, asked.rest)
    if meant is None or meant.rest.strip():
        return Answer(HOW)
    if len(meant.cases) != 1:
        return Answer(f"Which child? Type /welcome and {' or '.join(meant.cases)}.")
    [case] = meant.cases
    if not asked.on_case.may("rules", case):
        return Answer(NOT_THEIRS)
    if closed := asked.greetings.closed(case):
        return Answer(f"{closed}. Nothing was sent.")
    workers = [asked.team.workers[ref].first_name for ref in sorted(asked.key_workers(case))]
    if not workers:
        return Answer(f"{case} has no key worker yet. Nothing was sent.")
    shown = asked.shown(meant.ref, meant.label)
    says = f"{workers[0]} is asked about the welcome for {shown}, {case}. Nothing has been sent."
    return Answer(says, (OfferWelcome(case),))


WELCOME = Command("welcome", "/welcome CASE", "word a first message again", welcome)
