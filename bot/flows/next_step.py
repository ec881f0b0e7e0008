"""The evening before the next step back into school, as a person agreed it."""

from __future__ import annotations

from bot.flows.base import Prompt
from bot.flows.said import said
from bot.i18n import _

WORDS = Prompt(
    _(
        "Hi {person}, {child}'s next step in school starts on {on}, as agreed. "
        "Any worries? Just reply here. {worker}"
    )
)
FLOW = said("next_step", WORDS)
