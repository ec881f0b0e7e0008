"""/help: what can be typed here."""

from __future__ import annotations

from bot.desk.base import Answer, Asked, Command
from bot.desk.commands import COMMANDS

HOW = "Reply to a message to answer the family. What you type is signed with your first name."


def show(asked: Asked) -> Answer:
    """List every command with what it does."""
    del asked
    lines = [f"{command.usage}: {command.does}" for command in COMMANDS.values()]
    return Answer("\n".join((HOW, *lines, f"{HELP.usage}: {HELP.does}")))


HELP = Command("help", "/help", "this list", show)
