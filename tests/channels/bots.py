"""Both Telegram bots as the tests of this folder use them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple, TypeAlias

import pytest

from bot.channels.telegram_family import FamilyChat
from bot.channels.telegram_staff import StaffChat
from bot.domain import Outgoing, SendError, Shown
from tests.fakes.telegram import FAMILY_TOKEN, STAFF_TOKEN

Chat: TypeAlias = FamilyChat | StaffChat

LEANNE = 5_000_000_123
WEEK = Shown(
    "How has Kai's week been?", (("good", "Good"), ("hard", "Hard")), "Or tell Dani in your words."
)
LINK = "https://t.me/MarlbridgeFamilyBot?start=Zq3"


class Kind(NamedTuple):
    """One of the two bots: what runs it here, and its token at Telegram."""

    runs: type[Chat]
    token: str

    @asynccontextmanager
    async def opened(self, base: str, **more) -> AsyncIterator[Chat]:
        chat = self.runs(self.token, base, **{"total": 5, **more})
        yield chat
        await chat.close()


KINDS = {"family": Kind(FamilyChat, FAMILY_TOKEN), "staff": Kind(StaffChat, STAFF_TOKEN)}


def a_message(shown: Shown = WEEK, to: object = LEANNE, **more) -> Outgoing:
    return Outgoing("m-1", "telegram", str(to), shown, **more)


async def refused(chat: Chat, message: Outgoing | None = None) -> SendError:
    """Send, and hand back what went wrong."""
    with pytest.raises(SendError) as caught:
        await chat.send(message or a_message())
    return caught.value
