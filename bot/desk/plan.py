"""/plan: the one to three steps agreed with a family, and how each of them went."""

from __future__ import annotations

import re
from datetime import date

from bot.desk.about import about
from bot.desk.base import Answer, Asked, Command
from bot.desk.case import NOT_YOURS
from bot.desk.names import day_named
from bot.desk.on_case import AddStep, EndStep
from bot.desk.reads import Page
from bot.flows.reading import folded
from bot.rules import plan as rule
from bot.rules.digest_lines import day_shown

NOT_THEIRS = "That is for whoever works with this family, the manager and the safeguarding lead."
HOW = (
    "Type /plan and a case to read its plan. A new step: /plan P01 add “bag packed the evening "
    "before” family review 14 Dec (family, child, school or team; the review may be left out). "
    "How a step ended: /plan P01 1 worked, partly, did not or drop."
)
SAID = {
    "worked": "worked",
    "partly": "partly",
    "did not": "did_not",
    "didnt": "did_not",
    "did not work": "did_not",
    "drop": "dropped",
    "dropped": "dropped",
}
_ADD = re.compile(r"""add\s+["“”„'‘](.+?)["“”'’]\s*([a-z]+)?(?:\s+review\s+(.+))?""", re.IGNORECASE)
_END = re.compile(r"([1-9])\s+(.+)")


def plan(asked: Asked) -> Answer:
    """Show a plan, add a step to it, or say how one ended."""
    meant = about(asked, asked.rest)
    if meant is None:
        return Answer(HOW)
    if len(meant.cases) != 1:
        return Answer(f"Which child? Type /plan and {' or '.join(meant.cases)}.")
    [case], words = meant.cases, meant.rest.strip()
    return _changed(asked, case, words) if words else _shown(asked, case)


def _changed(asked: Asked, case: str, words: str) -> Answer:
    if not asked.on_case.may("attendance", case):
        return Answer(NOT_THEIRS)
    if caution := asked.caution(case):
        return Answer(caution)
    if found := _END.fullmatch(words):
        return _ended(asked, case, int(found[1]), SAID.get(folded(found[2]).replace("'", "")))
    found = _ADD.fullmatch(words)
    return _added(asked, case, *found.groups()) if found else Answer(HOW)


def _shown(asked: Asked, case: str) -> Answer:
    if not asked.on_case.may("read", case):
        return Answer(NOT_YOURS)
    steps = asked.on_case.plan(case)
    if not steps:
        return Answer(f"No step is agreed for {case}. {HOW}")
    lines = [f"{n}. {rule.step_line(one, asked.today)}" for n, one in enumerate(steps, 1)]
    words = "\n".join((f"The plan of {case}:", *lines))
    return asked.reading(Page(words, f"The plan of {case}: {len(steps)} open.", read=case))


def _added(asked: Asked, case: str, typed: str, whose: str | None, review: str | None) -> Answer:
    words, mine = rule.as_step(typed), (whose or rule.FAMILY).casefold()
    if mine == "review" and review is None:  # "review" with no day behind it
        return Answer(HOW)
    on = day_named(review, asked.today) if review else None
    fault = rule.fault_in(words, mine, on, asked.today) or _no_day(review, on)
    if fault:
        return Answer(f"{fault} Nothing is kept yet.")
    if len(asked.on_case.plan(case)) >= rule.MOST_STEPS:
        return Answer(rule.FULL.format(case=case))
    looked = f" Review on {day_shown(on)}." if on else ""
    return Answer(
        f"Agreed for {case}: {words} ({rule.WHOSE[mine]}).{looked}{_asked_after(mine)}",
        (AddStep(case, words, mine, on),),
    )


def _no_day(review: str | None, on: date | None) -> str:
    return (
        f"“{review}” is no day I know: review 14 Dec, or review Fri." if review and not on else ""
    )


def _asked_after(whose: str) -> str:
    if whose not in rule.ASKED_AFTER:
        return ""
    return " The weekly check-in asks after it in these words; whoever holds the phone reads them."


def _ended(asked: Asked, case: str, place: int, outcome: str | None) -> Answer:
    if outcome is None:
        return Answer(HOW)
    steps = asked.on_case.plan(case)
    if place > len(steps):
        return Answer(f"{case} has {len(steps)} open steps: /plan {case} lists them.")
    step = steps[place - 1]
    return Answer(
        f"{case}: {step.words}: {rule.OUTCOMES[outcome]}. It is open no more.",
        (EndStep(case, step.id, outcome),),
    )


PLAN = Command("plan", "/plan CASE [add “WORDS”]", "the steps agreed with a family", plan)
