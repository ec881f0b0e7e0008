"""The family bot's updates, through aiogram: read into what the service hears, and nothing else."""

from __future__ import annotations

from typing import Any, cast

from aiogram import Bot, Dispatcher
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, Update

from bot.channels.telegram_family import FamilyChat
from bot.domain import Unreadable
from bot.handlers.chat_messages import (
    Event,
    kind_of,
    member_event,
    message_event,
    press_event,
    update_number,
)


class FamilyBot:
    """Reads one update at a time; keeps no state, and answers nothing itself."""

    def __init__(self, chat: FamilyChat) -> None:
        self._chat = chat
        self._dispatcher = Dispatcher(disable_fsm=True)
        self._dispatcher.message.register(self._message)
        self._dispatcher.edited_message.register(self._changed)
        self._dispatcher.callback_query.register(self._pressed)
        self._dispatcher.my_chat_member.register(self._member)

    async def read(self, update: dict[str, Any]) -> Event:
        """Say what an update means, or raise `Unreadable`."""
        kind_of(update)
        bot: Bot = self._chat.bot
        try:
            parsed = Update.model_validate(update, context={"bot": bot})
            # `feed_update` raises what a handler raises: a fault is seen, never answered over.
            return cast(Event, await self._dispatcher.feed_update(bot, parsed))
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise Unreadable(f"an update that is not whole ({type(error).__name__})") from None

    async def _message(self, message: Message) -> Event:
        return message_event(message, self._chat.channel, self._chat.number)

    async def _changed(self, message: Message, event_update: Update) -> Event:
        number = update_number({"update_id": event_update.update_id})
        return message_event(message, self._chat.channel, self._chat.number, number)

    async def _pressed(self, press: CallbackQuery) -> Event:
        return press_event(press, self._chat.channel, self._chat.number)

    async def _member(self, change: ChatMemberUpdated, event_update: Update) -> Event:
        number = update_number({"update_id": event_update.update_id})
        return member_event(change, self._chat.number, number)
