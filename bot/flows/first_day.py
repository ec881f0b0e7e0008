"""The evening before a first day."""

from __future__ import annotations

from bot.flows.base import Prompt
from bot.flows.said import said
from bot.i18n import _

WORDS = Prompt(
    _(
        "Hi {person}, {child} starts with us on {on}. We look forward to it. "
        "Any worries? Just reply here. {worker}"
    )
)
FLOW = said("first_day", WORDS)
