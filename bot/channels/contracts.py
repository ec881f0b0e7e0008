"""What a bot, and a number that can be rung, have to do beside what is asked of every channel."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol

from bot.domain import Channel, Inbound, Pace, WebhookAnswer, WebhookRequest


class ChatBot(Channel, Protocol):
    """One bot at Telegram: a way out to people, and what it is told by them."""

    name: str  # "family" or "staff"
    channel: str  # "telegram" (families) or "staff"
    pace: Pace

    async def open(self) -> str:
        """Prove the token good and return the bot's user name, or raise `SendError`."""
        ...

    async def call_us_at(self, url: str, secret: str) -> None:
        """Have updates brought to an address of ours, or raise `SendError`."""
        ...

    async def call_us_no_more(self) -> None:
        """Stop updates being brought, so that they can be fetched; raises `SendError`."""
        ...

    async def updates(self, after: int | None, wait: int) -> list[dict[str, Any]]:
        """Fetch updates as they came, unparsed, waiting up to so many seconds for the first.

        `after` confirms every update up to and with that number; None confirms nothing.
        Raises `SendError`.
        """
        ...

    async def seen(self, press: str) -> None:
        """Tell the app of whoever pressed a button that it arrived. Never raises."""
        ...

    async def leave(self, chat: int) -> None:
        """Leave a group or channel somebody put the bot into. Never raises."""
        ...


class Rings(Protocol):
    """A provider whose number families can ring, to be rung back."""

    speaks: Collection[str]  # the languages it can read a sentence out in

    def rung(self, request: WebhookRequest) -> Inbound:
        """Read that somebody rang, or raise `Unreadable`: nobody can ring a withheld number."""
        ...

    def voice_answer(self, words: str, language: str) -> WebhookAnswer:
        """Have the caller told something in a language it speaks, and the call ended."""
        ...
