"""The two Telegram libraries as they come, behind one set of verbs, to try the stand-in with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Self

import aiohttp
import telegram
from aiogram import Bot, exceptions
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Update,
)
from telegram import error
from telegram.request import HTTPXRequest

from tests.fakes.telegram import FAMILY_TOKEN, STAFF_TOKEN, FakeTelegram


class Aiogram:
    """aiogram, as the family bot has it."""

    token, username = FAMILY_TOKEN, "MarlbridgeFamilyBot"
    busy = exceptions.TelegramRetryAfter
    blocked = exceptions.TelegramForbiddenError
    conflict = exceptions.TelegramConflictError
    refused = exceptions.TelegramBadRequest
    lost = exceptions.TelegramNetworkError

    def __init__(self, base: str, token: str = "") -> None:
        session = AiohttpSession(api=TelegramAPIServer.from_base(base), timeout=5)
        self._bot = Bot(token or self.token, session=session)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *problem: object) -> None:
        http = self._bot.session._session
        if http is not None:
            await http.close()  # aiogram's own way sleeps for a quarter of a second

    async def me(self) -> str:
        return (await self._bot.get_me()).username

    async def says(self, chat: int, text: str, *labels: str) -> int:
        row = [InlineKeyboardButton(text=one, callback_data=one.lower()) for one in labels]
        markup = InlineKeyboardMarkup(inline_keyboard=[row]) if row else None
        return (await self._bot.send_message(chat, text, reply_markup=markup)).message_id

    async def shows(self, chat: int, picture: bytes, caption: str) -> int:
        file = BufferedInputFile(picture, "qr.png")
        return (await self._bot.send_photo(chat, file, caption=caption)).message_id

    async def edits(self, chat: int, number: int, text: str) -> None:
        await self._bot.edit_message_text(text, chat_id=chat, message_id=number)

    async def clears(self, chat: int, number: int) -> None:
        await self._bot.edit_message_reply_markup(chat_id=chat, message_id=number)

    async def deletes(self, chat: int, number: int) -> None:
        await self._bot.delete_message(chat, number)

    async def answers(self, press: str) -> bool:
        return await self._bot.answer_callback_query(press, "Thank you")

    async def leaves(self, chat: int) -> bool:
        return await self._bot.leave_chat(chat)

    async def offers(self, **commands: str) -> bool:
        made = [BotCommand(command=name, description=told) for name, told in commands.items()]
        return await self._bot.set_my_commands(made)

    async def fetches(self, offset: int | None = None, wait: int = 0, **more: Any) -> Any:
        return list(await self._bot.get_updates(offset=offset, timeout=wait, **more))

    async def is_called_at(self, url: str, **more: Any) -> bool:
        return await self._bot.set_webhook(url, **more)

    async def is_called_no_more(self, **more: Any) -> bool:
        return await self._bot.delete_webhook(**more)

    async def hook(self) -> Any:
        return await self._bot.get_webhook_info()

    def reads(self, raw: dict[str, Any]) -> Any:
        return Update.model_validate(raw)


class Ptb:
    """python-telegram-bot, as the staff bot has it."""

    token, username = STAFF_TOKEN, "MarlbridgeStaffBot"
    busy = error.RetryAfter
    blocked = error.Forbidden
    conflict = error.Conflict
    refused = error.BadRequest
    lost = error.NetworkError

    def __init__(self, base: str, token: str = "") -> None:
        plain = {"verify": False}  # reading the certificates takes longer than a test
        self._bot = telegram.Bot(
            token or self.token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=HTTPXRequest(httpx_kwargs=plain),
            get_updates_request=HTTPXRequest(httpx_kwargs=plain),
        )

    async def __aenter__(self) -> Self:
        for request in self._bot._request:  # the bot's own way asks Telegram who it is
            await request.initialize()
        return self

    async def __aexit__(self, *problem: object) -> None:
        for request in self._bot._request:
            await request.shutdown()

    async def me(self) -> str:
        return (await self._bot.get_me()).username or ""

    async def says(self, chat: int, text: str, *labels: str) -> int:
        row = [telegram.InlineKeyboardButton(one, callback_data=one.lower()) for one in labels]
        markup = telegram.InlineKeyboardMarkup([row]) if row else None
        return (await self._bot.send_message(chat, text, reply_markup=markup)).message_id

    async def shows(self, chat: int, picture: bytes, caption: str) -> int:
        return (await self._bot.send_photo(chat, picture, caption=caption)).message_id

    async def edits(self, chat: int, number: int, text: str) -> None:
        await self._bot.edit_message_text(text, chat_id=chat, message_id=number)

    async def clears(self, chat: int, number: int) -> None:
        await self._bot.edit_message_reply_markup(chat_id=chat, message_id=number)

    async def deletes(self, chat: int, number: int) -> None:
        await self._bot.delete_message(chat, number)

    async def answers(self, press: str) -> bool:
        return await self._bot.answer_callback_query(press, "Thank you")

    async def leaves(self, chat: int) -> bool:
        return await self._bot.leave_chat(chat)

    async def offers(self, **commands: str) -> bool:
        return await self._bot.set_my_commands(list(commands.items()))

    async def fetches(self, offset: int | None = None, wait: int = 0, **more: Any) -> Any:
        return list(await self._bot.get_updates(offset=offset, timeout=wait, **more))

    async def is_called_at(self, url: str, **more: Any) -> bool:
        return await self._bot.set_webhook(url, **more)

    async def is_called_no_more(self, **more: Any) -> bool:
        return await self._bot.delete_webhook(**more)

    async def hook(self) -> Any:
        return await self._bot.get_webhook_info()

    def reads(self, raw: dict[str, Any]) -> Any:
        return telegram.Update.de_json(raw, self._bot)


async def asked(fake: FakeTelegram, method: str, token: str = FAMILY_TOKEN, **form: str) -> Any:
    """Ask without any library."""
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{fake.base_url}/bot{token}/{method}", data=form) as answer,
    ):
        return await answer.json()


async def failing(call: Awaitable[Any]) -> Exception:
    """What a call raises, whatever it is: each library has its own errors."""
    try:
        await call
    except Exception as error:  # noqa: BLE001
        return error
    raise AssertionError("nothing went wrong")


async def until(true: Callable[[], Any]) -> None:
    """Let others run until something is so."""
    for _ in range(2000):
        if true():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never came to that")
