"""The folder that registers are fetched from, if there is one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.cli.checks.finding import Finding, look, ok, wrong

if TYPE_CHECKING:
    from bot.settings import Settings

PART = "register folder"
MAY = os.R_OK | os.W_OK | os.X_OK


def folder(settings: Settings) -> Iterable[Finding]:
    """Say whether registers can be fetched from it, and put away."""
    place = settings.register_folder
    if place is None:
        return
    if not place.is_dir():
        yield wrong(PART, f"“{place.name}” is no folder (KEYWORKER_REGISTER_FOLDER): make it.")
    elif not os.access(place, MAY):
        words = f"“{place.name}” cannot be read and written: let the service's user own it."
        yield wrong(PART, words)
    elif refused := len(list(place.glob("refused/**/*.txt"))):
        yield look(PART, f"registers refused: {refused}. What to put right lies beside each.")
    else:
        yield ok(PART, f"“{place.name}” is looked into every two minutes.")
