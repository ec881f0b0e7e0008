"""/restrict and /unrestrict: who may see a case at all."""

from __future__ import annotations

import re

from bot.desk.about import About, about
from bot.desk.base import Answer, Asked, Command
from bot.desk.names import colleague_named
from bot.desk.on_case import Restrict, Unrestrict

HOW = (
    "Type /restrict, one case and who may see it beside those it belongs to: "
    "/restrict P01 Marcus, Priya. Names may be left out."
)
NOT_THEIRS = "Only the manager and the safeguarding lead restrict a case, or open it again."
BETWEEN = re.compile(r",|;|\band\b", re.IGNORECASE)


def restrict(asked: Asked) -> Answer:
    """Keep a case to those it belongs to and to the colleagues who are named."""
    meant = _meant(asked)
    if isinstance(meant, Answer):
        return meant
    typed = [part.strip() for part in BETWEEN.split(meant.rest) if part.strip()]
    found = [(name, colleague_named(asked.team, name)) for name in typed]
    unknown = [name for name, ref in found if ref is None]
    if unknown:
        return Answer(f"No one colleague is called “{unknown[0]}”. Nothing has changed. {HOW}")
    [case] = meant.cases
    names = tuple(dict.fromkeys(ref for _name, ref in found if ref))
    listed = ", ".join(asked.team.workers[ref].first_name for ref in names)
    beside = f", {listed}" if listed else ""
    says = (
        f"{case} is restricted: only its key worker, who supports or stands in for them, the "
        f"manager, the safeguarding lead{beside} see it. Messages reach the same people as before."
    )
    others = asked.on_case.others(case, names)
    return Answer(f"{says} {others}".strip(), (Restrict(case, names),))


def unrestrict(asked: Asked) -> Answer:
    """Open a case to the team again."""
    meant = _meant(asked)
    if isinstance(meant, Answer):
        return meant
    [case] = meant.cases
    if not asked.on_case.restricted(case):
        return Answer(f"{case} is not restricted.")
    return Answer(f"{case} is open to the team again.", (Unrestrict(case),))


def _meant(asked: Asked) -> About | Answer:
    """Find the one case that is meant; a restriction of the wrong one would hide a family."""
    meant = about(asked, asked.rest)
    if meant is None:
        return Answer(HOW)
    if len(meant.cases) != 1:
        return Answer(f"Which child? Type {' or '.join(meant.cases)}.")
    return meant if asked.on_case.may("restrict", meant.cases[0]) else Answer(NOT_THEIRS)


RESTRICT = Command("restrict", "/restrict CASE [NAMES]", "let only some see a case", restrict)
UNRESTRICT = Command("unrestrict", "/unrestrict CASE", "let the team see it again", unrestrict)
