"""The staff bot's updates, through python-telegram-bot: read, and nothing else.

What staff can do is in `bot/desk`. The library's Application stays unused: it will not take an
update before Telegram has answered it once, and a service has to start without Telegram.
"""

from __future__ import annotations

from typing import Any

from telegram import Update

from bot.channels.telegram_staff import StaffChat
from bot.domain import Unreadable
from bot.handlers.chat_messages import (
    Event,
    kind_of,
    member_event,
    message_event,
    press_event,
    update_number,
)


class StaffBot:
    """Reads one update at a time; keeps no state, and answers nothing itself."""

    def __init__(self, chat: StaffChat) -> None:
        self._chat = chat

    async def read(self, update: dict[str, Any]) -> Event:
        """Say what an update means, or raise `Unreadable`."""
        kind = kind_of(update)
        try:
            return self._event(kind, Update.de_json(update, bot=None), update_number(update))
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError, OverflowError,
                OSError) as error:  # fmt: skip
            raise Unreadable(f"an update that is not whole ({type(error).__name__})") from None

    def _event(self, kind: str, update: Update, number: int) -> Event:
        channel, bot = self._chat.channel, self._chat.number
        match kind:
            case "callback_query":
                return press_event(update.callback_query, channel, bot)
            case "my_chat_member":
                return member_event(update.my_chat_member, bot, number)
            case "edited_message":
                return message_event(update.edited_message, channel, bot, number)
            case _:
                return message_event(update.message, channel, bot)
