"""The reminder a family asked for, in the words agreed with them."""

from __future__ import annotations

from bot.flows.base import Prompt
from bot.flows.said import said
from bot.i18n import _

WORDS = Prompt(_("Hi {person}, the reminder you asked for, for {on}: {words} - {worker}"))
FLOW = said("agreed_reminder", WORDS)
