"""/placement and /hold: a child's time here, and messages about attendance that must not go."""

from __future__ import annotations

from bot.desk.about import about
from bot.desk.base import Answer, Asked, Command
from bot.desk.case import NOT_YOURS
from bot.desk.on_case import SetHold
from bot.desk.reads import Page
from bot.flows.reading import folded
from bot.rules.placement import HOLDS

NOT_THEIRS = "That is for whoever works with this family, the manager and the safeguarding lead."
OFF = ("off", "none", "end", "lift")
HOW = (
    "Type /hold, a case and why: ebsa, bereavement, safeguarding or custody. Nothing about "
    "attendance then goes to this family by itself, until /hold P01 off."
)


def placement(asked: Asked) -> Answer:
    """Show the dates of a placement, its week, Day 6, and when the child is expected."""
    case = _one_case(asked, "placement", "Type /placement and a case, as in /placement P01.")
    if isinstance(case, Answer):
        return case
    ref = case[0]
    if not asked.on_case.may("read", ref):
        return Answer(NOT_YOURS)
    change = "Dates and sessions are changed on the page, under the family's settings."
    words = "\n".join((f"{ref}:", *asked.on_case.placed(ref), change))
    return asked.reading(Page(words, f"The placement of {ref}.", read=ref))


def hold(asked: Asked) -> Answer:
    """Hold every message about attendance to a family, or let them go again."""
    found = _one_case(asked, "hold", HOW)
    if isinstance(found, Answer):
        return found
    case, kind = found[0], folded(found[1])
    if not asked.on_case.may("attendance", case):
        return Answer(NOT_THEIRS)
    return _held(asked, case, kind)


def _held(asked: Asked, case: str, kind: str) -> Answer:
    now = asked.on_case.held(case)
    if kind in OFF:
        if not now:
            return Answer(f"Messages about attendance are not held for {case}.")
        says = f"{case}: messages about attendance may go again."
        return Answer(says, (SetHold(case, ""),))
    if kind not in HOLDS:
        return Answer(f"{f'{case} is held: {now}. ' if now and not kind else ''}{HOW}")
    if kind == now:
        return Answer(f"{case} is held already: {kind}. /hold {case} off ends it.")
    says = (
        f"{case}: nothing about attendance goes to this family by itself any more ({kind}). What "
        f"a person writes goes all the same. /hold {case} off ends it."
    )
    return Answer(says, (SetHold(case, kind),))


def _one_case(asked: Asked, command: str, how: str) -> tuple[str, str] | Answer:
    """Find the one case that is meant, and what stands behind it."""
    meant = about(asked, asked.rest)
    if meant is None:
        return Answer(how)
    if len(meant.cases) != 1:
        return Answer(f"Which child? Type /{command} and {' or '.join(meant.cases)}.")
    return meant.cases[0], meant.rest


PLACEMENT = Command(
    "placement", "/placement CASE", "a child's dates here, Day 6, expected sessions", placement
)
HOLD = Command("hold", "/hold CASE WHY|off", "no messages about attendance to a family", hold)
