"""The spine: whatever happens to a conversation is one turn, and one turn is one transaction."""

from bot.turns.spine import Outcome, elapse, hear, quarantine, start, take

__all__ = ["Outcome", "elapse", "hear", "quarantine", "start", "take"]
