"""The spine: whatever happens to a conversation is one turn, and one turn is one transaction."""

from bot.turns.ringing import rang_withheld
from bot.turns.spine import Outcome, elapse, hear, quarantine, take
from bot.turns.starting import start

__all__ = ["Outcome", "elapse", "hear", "quarantine", "rang_withheld", "start", "take"]
