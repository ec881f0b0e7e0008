"""The staff bot at Telegram, through python-telegram-bot: sending, and fetching what staff wrote.

Only the library's `Bot` is used. It is never initialised as a whole: that needs Telegram to be
there at the start, and gives nothing that sending needs.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Awaitable
from functools import cache
from typing import Any, TypeVar

import httpx
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.request import HTTPXRequest

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

T = TypeVar("T")


class StaffChat:
    """The bot staff write to."""

    name = "staff"
    channel = "staff"

    def __init__(
        self, token: str, api_base: str = "", *, pace: Pace = TELEGRAM_PACE, total: float = 30
    ) -> None:
        self.number, self.pace, self._total = bot_number(token), pace, total
        self._clients = (_one_try(total), _one_try(total))
        self._bot = _RawBot(
            token,
            base_url=f"{(api_base or API).rstrip('/')}/bot",
            request=self._clients[0],
            get_updates_request=self._clients[1],
        )

    def laid_out(self, message: Outgoing) -> str:
        """Say how the words will look above the buttons."""
        return under_buttons(message.shown)

    async def send(self, message: Outgoing) -> Sent:
        """Hand one message over, once, or raise `SendError`."""
        ready = chat_message(message, self.number)
        made = await self._call(self._picture(ready) if ready.picture else self._words(ready))
        return Sent(message_id(self.number, made.message_id), ready.text)

    async def open(self) -> str:
        """Prove the token good and return the bot's user name, or raise `SendError`."""
        return (await self._call(self._bot.get_me())).username or ""

    async def call_us_at(self, url: str, secret: str) -> None:
        """Have updates brought to an address of ours, or raise `SendError`."""
        await self._call(
            self._bot.set_webhook(
                url,
                secret_token=secret,
                allowed_updates=UPDATES,
                max_connections=DELIVERIES,
                drop_pending_updates=False,
            )
        )

    async def call_us_no_more(self) -> None:
        """Stop updates being brought, so that they can be fetched; raises `SendError`."""
        await self._call(self._bot.delete_webhook(drop_pending_updates=False))

    async def updates(self, after: int | None, wait: int) -> list[dict[str, Any]]:
        """Fetch updates as they came, waiting up to so many seconds for the first."""
        return await self._call(self._bot.raw_updates(after, wait), wait + PATIENCE)

    async def seen(self, press: str) -> None:
        """Tell the app of whoever pressed a button that it arrived. Never raises."""
        with contextlib.suppress(SendError):
            await self._call(self._bot.answer_callback_query(press))

    async def leave(self, chat: int) -> None:
        """Leave a group or channel somebody put the bot into. Never raises."""
        with contextlib.suppress(SendError):
            await self._call(self._bot.leave_chat(chat))

    async def close(self) -> None:
        """Close the connections; the library would not, for a bot that was never initialised."""
        for client in self._clients:
            await client.shutdown()

    async def _call(self, call: Awaitable[T], limit: float = 0) -> T:
        return await answered(call, limit or self._total)

    async def _words(self, ready: ChatMessage) -> Message:
        return await self._bot.send_message(
            ready.chat,
            ready.text,
            parse_mode=None,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            protect_content=True,
            disable_notification=ready.silent,
            reply_parameters=_answering(ready),
            reply_markup=_keyboard(ready),
        )

    async def _picture(self, ready: ChatMessage) -> Message:
        return await self._bot.send_photo(
            ready.chat,
            ready.picture or b"",
            caption=ready.text,
            filename="qr.png",
            parse_mode=None,
            protect_content=False,  # it is made to be printed and passed on, and says nothing
            disable_notification=ready.silent,
            reply_parameters=_answering(ready),
            reply_markup=_keyboard(ready),
        )


class _RawBot(Bot):
    """The library's bot, and updates as they came: its own fail all if one of many is odd."""

    __slots__ = ()

    async def raw_updates(self, after: int | None, wait: int) -> list[dict[str, Any]]:
        """Fetch updates unread; `do_api_request` would warn that a method for it exists."""
        asked = {
            "offset": None if after is None else after + 1,
            "timeout": wait,
            "limit": BATCH,
            "allowed_updates": UPDATES,
        }
        found: list[dict[str, Any]] = await self._post(
            "getUpdates", asked, read_timeout=wait + PATIENCE
        )
        return found


class _OneTry(HTTPXRequest):
    """The library's HTTP client with our names for faults.

    They are given here, before the library sees an answer: it drops the status, cannot tell a
    school's filter from a family's no, writes what it cannot read to the log, and warns of its
    own `RetryAfter`, which holds a number or a timedelta depending on the environment.
    """

    __slots__ = ()

    async def do_request(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        """Make one request, once."""
        await self.initialize()  # opens it again if it was closed
        status, body, problem = 0, b"", None
        try:
            status, body = await super().do_request(*args, **options)
        except Exception as error:  # noqa: BLE001 - named, and its address forgotten
            problem = _failure(error.__cause__ or error)
        problem = problem or refusal(status, body.decode("utf-8", "replace"))
        if problem is not None:
            raise problem
        return status, body


def _one_try(total: float) -> _OneTry:
    return _OneTry(
        connection_pool_size=IN_FLIGHT,
        connect_timeout=CONNECT,
        pool_timeout=CONNECT,
        read_timeout=total,
        write_timeout=total,
        media_write_timeout=total,
        # A proxy that this machine was set up with gets no token.
        httpx_kwargs={"trust_env": False, "verify": _certificates()},
    )


@cache
def _certificates() -> ssl.SSLContext:
    """Read whom to trust once for all clients: it takes a while."""
    return httpx.create_ssl_context(trust_env=False)


def _failure(error: BaseException) -> SendError:
    """Say what a call that got no answer means for the message."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return Unreachable("telegram: no connection")
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return Misconfigured("telegram: not an address")
    return Uncertain(f"telegram: {type(error).__name__}")


def _answering(ready: ChatMessage) -> ReplyParameters | None:
    if ready.reply_to is None:
        return None
    return ReplyParameters(ready.reply_to, allow_sending_without_reply=True)


def _keyboard(ready: ChatMessage) -> InlineKeyboardMarkup | None:
    if not ready.rows:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(button.label, callback_data=button.data) for button in row]
            for row in ready.rows
        ]
    )
