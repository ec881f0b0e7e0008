"""/danger: a person was frightened by a message that no pattern found."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Command, RaiseDanger
from bot.flows.reading import folded
from bot.rules.routing import safeguarding

LEVELS = {"": "L2", "l2": "L2", "l1": "L1"}
HOW = (
    "Nothing was raised. Reply to the message with /danger, or with /danger L1 if a life is at "
    "risk or a child gone."
)
NO_MESSAGE = (
    "Nothing was raised: behind this stands no message that you may raise. Reply to the family's "
    "own message with /danger{or_tell}."
)


def danger(asked: Asked) -> Answer:
    """Raise the message that is replied to, as a pattern would have."""
    level = LEVELS.get(folded(asked.rest))
    if level is None or not (asked.frightens or asked.replies):
        return Answer(HOW)
    if asked.frightens is None:
        return Answer(_no_message(asked))
    told = "Everybody who is paged is told" if level == "L1" else "Whoever answers now is told"
    return Answer(f"Raised at {level}. {told}.", (RaiseDanger(asked.frightens, level),))


def _no_message(asked: Asked) -> str:
    """Say that nobody has been told, and who is to be told by mouth."""
    lead = asked.team.workers.get(safeguarding(asked.team, asked.practice, (asked.staff.ref,)))
    return NO_MESSAGE.format(or_tell=f", or tell {lead.name} yourself now" if lead else "")


DANGER = Command("danger", "/danger [L1]", "raise a message the alarms missed (as a reply)", danger)
