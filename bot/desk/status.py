"""/status: how a case stands, why, and how it stood before."""

from __future__ import annotations

from bot.desk.about import about
from bot.desk.base import Answer, Asked, Command
from bot.desk.case import NOT_YOURS
from bot.desk.reads import Page
from bot.flows.whose import children_in
from bot.rules import status as rule

NOT_THEIRS = "How a case stands is for its key worker and the manager to say."


def status(asked: Asked) -> Answer:
    """Ask whether a case is to stand so, or tell how it stood."""
    meant = about(asked, asked.rest)
    if meant is None:
        return Answer(rule.HOW)
    if len(meant.cases) != 1:
        return Answer(f"Which child? Type /status and {' or '.join(meant.cases)}.")
    [case] = meant.cases
    if not meant.rest.strip():
        return _stood(asked, case)
    if not asked.on_case.may("status", case):
        return Answer(NOT_THEIRS)
    said = rule.read(meant.rest)
    fault = rule.HOW if said is None else rule.fault_in(said)
    if said is None or fault:
        return Answer(fault)
    names = {ref: name for name, ref in children_in(meant.label)}
    return _sure(asked, case if asked.labels else names[case], case, said)


def _sure(asked: Asked, child: str, case: str, said: rule.Said) -> Answer:
    """Say what follows before anything does; where names may not stand the case's number does."""
    given = {
        "case": case,
        "status": said.status,
        "shown": rule.shown(said.status),
        "reason": said.reason,
        "follows": asked.on_case.follows(child, case, said.status),
    }
    return Answer("", begins=("case_status", given))


def _stood(asked: Asked, case: str) -> Answer:
    if not asked.on_case.may("read", case):
        return Answer(NOT_YOURS)
    lines = asked.on_case.stood(case)
    entries = f"{len(lines)} {'entry' if len(lines) == 1 else 'entries'}"
    discreet = f"How {case} stands: {entries}."
    return asked.reading(Page("\n".join((f"How {case} stands:", *lines)), discreet, read=case))


STATUS = Command("status", "/status CASE STATUS WHY", "how a case stands, or how it stood", status)
