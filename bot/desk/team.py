"""/team: who is in, until when, and who stands in for whom."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Command


def team(asked: Asked) -> Answer:
    """List everybody who works here; no family is named."""
    return asked.reading(asked.reads.team())


TEAM = Command("team", "/team", "who is in today, and who covers", team)
