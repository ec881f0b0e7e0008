"""/cadence: how often a family is asked how things go."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.desk.about import about
from bot.desk.base import Answer, Asked, Command
from bot.desk.on_case import SetCadence
from bot.desk.status import NOT_THEIRS
from bot.flows.reading import folded
from bot.rules.taper import FORTNIGHTLY, MONTHLY, NONE, WEEKLY

AS_PLANNED = ""
SAID: Mapping[str, str] = MappingProxyType(
    {
        "weekly": WEEKLY,
        "every week": WEEKLY,
        "fortnightly": FORTNIGHTLY,
        "every two weeks": FORTNIGHTLY,
        "every fortnight": FORTNIGHTLY,
        "monthly": MONTHLY,
        "every four weeks": MONTHLY,
        "none": NONE,
        "never": NONE,
        "usual": AS_PLANNED,
        "as usual": AS_PLANNED,
    }
)
HOW = (
    "Type /cadence, a case and how often: weekly, fortnightly, monthly or none. "
    "/cadence P01 usual goes back to weekly, thinning out after a return to school."
)


def cadence(asked: Asked) -> Answer:
    """Settle how often; it counts over what follows from a return to school."""
    meant = about(asked, asked.rest)
    if meant is None:
        return Answer(HOW)
    if len(meant.cases) != 1:
        return Answer(f"Which child? Type /cadence and {' or '.join(meant.cases)}.")
    often = SAID.get(folded(meant.rest))
    if often is None:
        return Answer(HOW)
    [case] = meant.cases
    if not asked.on_case.may("status", case):
        return Answer(NOT_THEIRS)
    shown = asked.shown(meant.ref, meant.label)
    says = f"{shown}, {case}: {asked.on_case.often(case, often)}."
    return Answer(says, (SetCadence(case, often),))


CADENCE = Command("cadence", "/cadence CASE HOW OFTEN", "how often a family is asked", cadence)
