"""/today: the digest at once."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Command


def today(asked: Asked) -> Answer:
    """Say what waits, what came and what is due, whatever the hour."""
    return asked.reading(asked.reads.today())


TODAY = Command("today", "/today", "what waits, what is new, what is due", today)
