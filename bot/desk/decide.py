"""/decide: what a meeting, or one person in charge, decided about a case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.desk.about import About, about
from bot.desk.base import Answer, Asked, Command, Decide, Decided
from bot.desk.case import NOT_YOURS
from bot.desk.names import colleague_named, day_named
from bot.desk.promise import day_shown
from bot.desk.reads import Page
from bot.flows.reading import folded
from bot.rules.calendar import wall
from bot.rules.digest_lines import late, shortened
from bot.rules.pack import with_whose

KINDS = {
    "action": "action",
    "joint work": "joint_work",
    "joint": "joint_work",
    "joint_work": "joint_work",
    "progress": "progress",
    "closure": "closure",
}
HOW = (
    "Type /decide, a case, the kind (action, joint work, progress or closure) and the words: "
    "/decide P01 action speech screen by 11 Dec Priya. /decide P01 lists what was decided."
)
WHOSE = {
    "together": "collective",
    "specialists": "specialist",
    "manager": "manager",
    "manager and slt": "manager_slt",
}
LONGEST_DAY = 3  # words: "11 Dec 2026"
MOST_BUTTONS = 10
LABEL_SHOWN = 30  # characters of a decision on its button


def decide(asked: Asked) -> Answer:
    """Record a decision, or list those of a case."""
    meant = about(asked, asked.rest)
    if meant is None:
        return Answer(HOW)
    if len(meant.cases) != 1:
        return Answer(f"Which child? Type /decide and {' or '.join(meant.cases)}.")
    if not meant.rest.strip():
        return _listed(asked, meant.cases[0])
    kind, rest = _kind(meant.rest)
    rest, decided_by = _whose(rest)
    words, due_on, owner = _by_whom(asked, rest)
    if not kind or not words:
        return Answer(HOW)
    if caution := asked.caution(meant.cases[0]):
        return Answer(caution)
    return _decided(asked, meant, Decide(meant.cases[0], kind, words, due_on, owner, decided_by))


def _decided(asked: Asked, meant: About, decision: Decide) -> Answer:
    shown = asked.shown(meant.ref, meant.label)
    kind = decision.kind.replace("_", " ")
    by = f", by {day_shown(decision.due_on, asked.today)}" if decision.due_on else ""
    owner = f". Owner: {_name(asked, decision.owner)}" if decision.owner else ""
    said = with_whose(decision.words, decision.decided_by)
    says = f"Decided for {shown}, on {decision.case}. {kind.capitalize()}: {said}"
    return Answer(f"{says}{by}{owner}.", (decision,))


def _kind(words: str) -> tuple[str, str]:
    """Part the kind from the words: "joint work with Priya" is two words of kind."""
    for count in (2, 1):
        first = folded(" ".join(words.split()[:count])).rstrip(":")
        if first in KINDS:
            behind = words.split(maxsplit=count)
            return KINDS[first], behind[count] if len(behind) > count else ""
    return "", words


def _whose(words: str) -> tuple[str, str]:
    """Part off who decided, behind the last comma and nowhere else: "call school, together"."""
    what, _comma, tail = words.rpartition(",")
    whose = WHOSE.get(folded(tail), "") if what.strip() else ""
    return (what.strip(), whose) if whose else (words, "")


def _by_whom(asked: Asked, words: str) -> tuple[str, date | None, str | None]:
    """Part "speech screen by 11 Dec Priya" into what, by when and who; none need be there."""
    what, _owner, name = words.rpartition(" owner ")
    if what and (who := colleague_named(asked.team, name)):
        rest, due_on, _nobody = _by_whom(asked, what)
        return rest, due_on, who
    what, _by, tail = f" {words}".rpartition(" by ")
    typed = tail.replace(",", " ").split()
    for count in range(min(LONGEST_DAY, len(typed)), 0, -1):
        due_on, name = day_named(" ".join(typed[:count]), asked.today), " ".join(typed[count:])
        who = colleague_named(asked.team, name)
        if due_on and (who or not name):
            return what.strip(" ,"), due_on, who
    return words.strip(), None, None


def _listed(asked: Asked, case: str) -> Answer:
    if asked.reads.case(case) is None:
        return Answer(NOT_YOURS)
    found = asked.decided(case)
    if not found:
        return Answer(f"Nothing has been decided about {case}.")
    ends = dict(enumerate(_soonest(found), 1))
    marks = {one.number: f"{place}." for place, one in ends.items()}
    listed = (f"{marks.get(one.number, '-')} {_line(asked, one)}" for one in found)
    words = "\n".join((f"Decided about {case}:", *listed))
    buttons = tuple(_ends(asked, place, one) for place, one in ends.items())
    return asked.reading(Page(words, f"{case}: {len(found)} decided.", buttons, read=case))


def _soonest(found: Iterable[Decided]) -> list[Decided]:
    """List what waits to be done and gets a button, in the order of its days."""
    waiting = ((one.due_on, one.number, one) for one in found if one.due_on and not one.done)
    return [one for _due_on, _number, one in sorted(waiting)][:MOST_BUTTONS]


def _ends(asked: Asked, place: int, one: Decided) -> tuple[str, str]:
    """Make the button that ends a decision; its words stand there where words may."""
    words = f": {shortened(one.words, LABEL_SHOWN)}" if asked.reads.shown else ""
    return f"d:{one.number}", f"{place} Done{words}"


def _line(asked: Asked, one: Decided) -> str:
    when = day_shown(wall(one.at).date(), asked.today)
    due = f", by {day_shown(one.due_on, asked.today)}" if one.due_on else ""
    owner = f", {_name(asked, one.owner)}" if one.owner else ""
    kind = one.kind.replace("_", " ")
    said = with_whose(one.words, one.decided_by)
    return f"{when}, {kind}: {said}{due}{owner} ({_name(asked, one.by)}){_stands(asked, one)}"


def _stands(asked: Asked, one: Decided) -> str:
    """Say how it stands with a decision: done, or open since its day."""
    if one.done:
        at, by = one.done
        return f", done {day_shown(wall(at).date(), asked.today)} ({_name(asked, by)})"
    return f", open{late(one.due_on, asked.today)}" if one.due_on else ""


def _name(asked: Asked, ref: str) -> str:
    worker = asked.team.workers.get(ref)
    return worker.first_name if worker else ref


DECIDE = Command(
    "decide", "/decide CASE KIND WORDS [by DAY] [NAME]", "record a decision, or list them", decide
)
