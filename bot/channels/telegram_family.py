"""The family bot at Telegram, through aiogram: sending, and fetching what families wrote."""

from __future__ import annotations

import contextlib
from typing import Any, cast

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteWebhook,
    GetMe,
    LeaveChat,
    SendMessage,
    SendPhoto,
    SetWebhook,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)

from bot.channels.layout import under_buttons
from bot.channels.telegram_words import (
    API,
    BATCH,
    CONNECT,
    DELIVERIES,
    IN_FLIGHT,
    PATIENCE,
    TELEGRAM_PACE,
    UPDATES,
    ChatMessage,
    answered,
    bot_number,
    chat_message,
    message_id,
    refusal,
)
from bot.domain import Misconfigured, Outgoing, Pace, SendError, Sent, Uncertain, Unreachable


class FamilyChat:
    """The bot families write to."""

    name = "family"
    channel = "telegram"

    def __init__(
        self, token: str, api_base: str = "", *, pace: Pace = TELEGRAM_PACE, total: float = 30
    ) -> None:
        self.number, self.pace, self._total = bot_number(token), pace, total
        api = TelegramAPIServer.from_base(api_base or API)
        self._bot = Bot(token, session=_OneTry(api=api, limit=IN_FLIGHT))

    @property
    def bot(self) -> Bot:
        """Aiogram's own bot, which its updates are read with."""
        return self._bot

    def laid_out(self, message: Outgoing) -> str:
        """Say how the words will look above the buttons."""
        return under_buttons(message.shown)

    async def send(self, message: Outgoing) -> Sent:
        """Hand one message over, once, or raise `SendError`."""
        ready = chat_message(message, self.number)
        made = await self._call(_with_picture(ready) if ready.picture else _with_words(ready))
        return Sent(message_id(self.number, made.message_id), ready.text)

    async def open(self) -> str:
        """Prove the token good and return the bot's user name, or raise `SendError`."""
        return (await self._call(GetMe())).username or ""

    async def call_us_at(self, url: str, secret: str) -> None:
        """Have updates brought to an address of ours, or raise `SendError`."""
        await self._call(
            SetWebhook(
                url=url,
                secret_token=secret,
                allowed_updates=list(UPDATES),
                max_connections=DELIVERIES,
                drop_pending_updates=False,
            )
        )

    async def call_us_no_more(self) -> None:
        """Stop updates being brought, so that they can be fetched; raises `SendError`."""
        await self._call(DeleteWebhook(drop_pending_updates=False))

    async def updates(self, after: int | None, wait: int) -> list[dict[str, Any]]:
        """Fetch updates as they came, waiting up to so many seconds for the first."""
        offset = None if after is None else after + 1
        return await self._call(_RawUpdates(offset=offset, timeout=wait), wait + PATIENCE)

    async def seen(self, press: str) -> None:
        """Tell the app of whoever pressed a button that it arrived. Never raises."""
        with contextlib.suppress(SendError):
            await self._call(AnswerCallbackQuery(callback_query_id=press))

    async def leave(self, chat: int) -> None:
        """Leave a group or channel somebody put the bot into. Never raises."""
        with contextlib.suppress(SendError):
            await self._call(LeaveChat(chat_id=chat))

    async def close(self) -> None:
        """Close the connections."""
        await self._bot.session.close()

    async def _call(self, method: TelegramMethod[TelegramType], limit: float = 0) -> TelegramType:
        return await answered(self._bot(method), limit or self._total)


class _RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates, unread: aiogram's own fails altogether if one update of many is odd."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None
    timeout: int
    limit: int = BATCH
    allowed_updates: tuple[str, ...] = UPDATES


class _OneTry(AiohttpSession):
    """aiogram's HTTP client without redirects, with a time to connect, and our names for faults."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ARG002, ASYNC109 - `answered` keeps the time
    ) -> TelegramType:
        """Make one request, once."""
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        status, body = await self._post(url, self.build_form_data(bot=bot, method=method))
        problem = refusal(status, body)
        if problem is not None:
            raise problem
        return cast(TelegramType, self.check_response(bot, method, status, body).result)

    async def close(self) -> None:
        """Close every connection; aiogram would sleep for a while too."""
        if self._session is not None:
            await self._session.close()

    async def _post(self, url: str, form: aiohttp.FormData) -> tuple[int, str]:
        limits = aiohttp.ClientTimeout(total=None, connect=CONNECT)
        session = await self.create_session()
        try:
            async with session.post(
                url, data=form, timeout=limits, allow_redirects=False
            ) as answer:
                return answer.status, (await answer.read()).decode("utf-8", "replace")
        except Exception as error:  # noqa: BLE001 - named below, where its address is forgotten
            problem = _failure(error)
        raise problem


def _failure(error: Exception) -> SendError:
    """Say what a call that got no answer means for the message."""
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Unreachable("telegram: no connection")
    if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        return Misconfigured("telegram: not an address")
    return Uncertain(f"telegram: {type(error).__name__}")


def _with_words(ready: ChatMessage) -> TelegramMethod[Message]:
    return SendMessage(
        chat_id=ready.chat,
        text=ready.text,
        parse_mode=None,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        disable_notification=ready.silent,
        reply_parameters=_answering(ready),
        reply_markup=_keyboard(ready),
    )


def _with_picture(ready: ChatMessage) -> TelegramMethod[Message]:
    return SendPhoto(
        chat_id=ready.chat,
        photo=BufferedInputFile(ready.picture or b"", "qr.png"),
        caption=ready.text,
        parse_mode=None,
        disable_notification=ready.silent,
        reply_parameters=_answering(ready),
        reply_markup=_keyboard(ready),
    )


def _answering(ready: ChatMessage) -> ReplyParameters | None:
    if ready.reply_to is None:
        return None
    return ReplyParameters(message_id=ready.reply_to, allow_sending_without_reply=True)


def _keyboard(ready: ChatMessage) -> InlineKeyboardMarkup | None:
    if not ready.rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=button.label, callback_data=button.data) for button in row]
            for row in ready.rows
        ]
    )
