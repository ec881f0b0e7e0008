"""School could not open: nobody has to set out for nothing."""

from __future__ import annotations

from bot.flows.base import Prompt
from bot.flows.said import said
from bot.i18n import _

WORDS = Prompt(
    _(
        "Hi {person}, school is closed on {on}, so {child} does not need to come in. "
        "Reply here if you need anything. {worker}"
    )
)
FLOW = said("closure", WORDS)
