"""From the outbox to the channels. No transaction is open while a channel is talking."""

from bot.dispatch.dispatcher import Dispatcher

__all__ = ["Dispatcher"]
