"""What staff can do by chat, the same on every channel."""

from bot.desk.commands import COMMANDS
from bot.desk.help import HELP

__all__ = ["COMMANDS", "HELP"]
