"""/introduce: a family is told who will contact them before that person does."""

from __future__ import annotations

import re

from bot.desk.about import about
from bot.desk.base import Answer, Asked, Command
from bot.desk.case import NOT_YOURS
from bot.desk.greetings import Introduced
from bot.desk.promise import day_shown
from bot.desk.reads import Page
from bot.desk.transfer import NOT_THEIRS
from bot.flows.base import DraftWords
from bot.rules.welcome import introduction, telling

HOW = (
    "Type /introduce, a case, who will contact them, from where if the family may know, and what "
    "about: /introduce P01 Asha from speech therapy about talking games. "
    "/introduce P01 lists whom they were told of."
)
NOBODY = "Nobody of this family can be written to here. Please tell them in person."
LONGEST = 80  # letters of a name, and of a service's
_WHO = re.compile(r"(?P<name>.+?)(?: from (?P<agency>.+?))? about (?P<about>.+)", re.IGNORECASE)


def introduce(asked: Asked) -> Answer:
    """Show the words that tell a family who will contact them, or list whom they know of."""
    meant = about(asked, asked.rest)
    if meant is None:
        return Answer(HOW)
    if len(meant.cases) != 1:
        return Answer(f"Which child? Type /introduce and {' or '.join(meant.cases)}.")
    [case] = meant.cases
    if not meant.rest.strip():
        return _listed(asked, case)
    if not asked.on_case.may("rules", case):
        return Answer(NOT_THEIRS)
    if closed := asked.greetings.closed(case):
        return Answer(f"{closed}. Nobody was told.")
    return _sure(asked, case, meant.rest)


def _sure(asked: Asked, case: str, words: str) -> Answer:
    """Show both ways to say it, with and without the service, before anything leaves."""
    said = _WHO.fullmatch(" ".join(words.split()))
    if said is None or max(len(said["name"]), len(said["agency"] or "")) > LONGEST:
        return Answer(HOW)
    person = asked.greetings.first(case)
    if not person:
        return Answer(NOBODY)
    name, agency, what = said["name"], said["agency"] or "", said["about"].rstrip(". ")
    given = {"case": case, "to": person, "name": name, "agency": agency, "about": what}
    for key, service in (("preview", agency), ("bare", "")):
        draft = asked.books.draft(DraftWords(person, introduction(name, service, what)))
        if isinstance(draft, str):
            return Answer(draft)
        given |= {key: draft[1].get("preview", ""), "stuck": draft[1].get("stuck", "")}
    given["telling"] = " and ".join(telling(f"{name} {agency} {what}"))
    return Answer("", begins=("introduce", given))


def _listed(asked: Asked, case: str) -> Answer:
    if not asked.on_case.may("read", case):
        return Answer(NOT_YOURS)
    found = asked.greetings.introduced(case)
    if not found:
        return Answer(f"The family of {case} was told of nobody yet. {HOW}")
    lines = [f"Whom the family of {case} was told of:", *(_line(asked, one) for one in found)]
    return asked.reading(Page("\n".join(lines), f"{case}: {len(found)} introduced.", read=case))


def _line(asked: Asked, one: Introduced) -> str:
    worker = asked.team.workers.get(one.by)
    where = f" from {one.agency}" if one.agency else ""
    who = worker.first_name if worker else one.by
    return f"- {day_shown(one.on, asked.today)}: {one.name}{where}, about {one.about} ({who})"


INTRODUCE = Command(
    "introduce",
    "/introduce CASE NAME [from SERVICE] about WORDS",
    "tell a family who will contact them, before they do",
    introduce,
)
