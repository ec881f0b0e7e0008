"""/transfer: a case, or a whole caseload, passes to another key worker."""

from __future__ import annotations

import re

from bot.desk.base import Answer, Asked, Command
from bot.desk.case import which
from bot.desk.names import colleague_named
from bot.rules.routing import heads

HOW = (
    "Type /transfer, the case and the name: /transfer P01 to Marcus. "
    "A whole caseload: /transfer all from Dani to Marcus."
)
NOT_THEIRS = "Only their key worker, the manager or the safeguarding lead can do this."
ALL = re.compile(r"all(?: (?:of|from) (?P<whose>.+))?", re.IGNORECASE)


def transfer(asked: Asked) -> Answer:
    """Ask whether these cases are to pass; the key worker and whoever is in charge may."""
    what, _to, name = asked.rest.rpartition(" to ")
    heir = colleague_named(asked.team, name)
    if not what.strip() or heir is None:
        return Answer(HOW)
    found = _cases(asked, what.strip())
    if isinstance(found, Answer):
        return found
    passing = [case for case in found if heir not in asked.key_workers(case)]
    if not passing:
        return Answer(f"{_name(asked, heir)} is their key worker already.")
    if not all(_may(asked, case) for case in passing):
        return Answer(NOT_THEIRS)
    given = {"cases": ", ".join(passing), "to": heir, "name": _name(asked, heir)}
    return Answer("", begins=("transfer_case", given))


def _cases(asked: Asked, what: str) -> list[str] | Answer:
    """Find the cases that are meant; where it is not clear, what to type instead."""
    everything = ALL.fullmatch(what)
    if everything:
        whose = colleague_named(asked.team, everything["whose"] or asked.staff.ref, gone=True)
        cases = list(asked.caseload(whose)) if whose else []
        return cases or Answer(f"There is no caseload to pass. {HOW}")
    refs = []
    for one in what.split(","):
        found = asked.reads.found(one.strip())
        if len(found) != 1:
            return Answer(which(asked, found))
        refs.append(found[0].ref)
    return refs


def _may(asked: Asked, case: str) -> bool:
    mine = asked.staff.ref in asked.key_workers(case)
    return mine or asked.staff.ref in heads(asked.team, asked.practice)


def _name(asked: Asked, ref: str) -> str:
    return asked.team.workers[ref].first_name


TRANSFER = Command(
    "transfer",
    "/transfer CASE | all from NAME to NAME",
    "pass cases to another key worker",
    transfer,
)
