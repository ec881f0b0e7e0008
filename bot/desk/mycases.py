"""/mycases: the families one answers for."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Command


def my_cases(asked: Asked) -> Answer:
    """List one's own cases, those one supports and those one covers."""
    return asked.reading(asked.reads.my_cases())


MYCASES = Command("mycases", "/mycases", "your families, and what waits with each", my_cases)
