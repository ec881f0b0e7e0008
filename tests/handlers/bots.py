"""Marlbridge where some people really use Telegram: both bots, at a stand-in on 127.0.0.1."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx

from bot.app import real_web, simulated_channels
from bot.bots import Bot
from bot.channels.simulator import Beside
from bot.channels.telegram_family import FamilyChat
from bot.channels.telegram_staff import StaffChat
from bot.domain import Pace
from bot.handlers import simulated
from bot.handlers.chats import ChatDoor
from bot.handlers.ear import Ear
from bot.handlers.family_bot import FamilyBot
from bot.handlers.staff_bot import StaffBot
from bot.scene.scene import Taskforce
from bot.turns import Outcome
from storage.addresses import hold_line, lines_of, mark_line, person_by_ref
from storage.database import Database
from tests.fakes.telegram import FAMILY_TOKEN, STAFF_TOKEN, FakeTelegram
from tests.handlers.doors import client
from tests.stage import Play

PUBLIC_URL = "https://texts.example.org"
SECRETS = {"family": "a-secret-of-the-family-bot", "staff": "a-secret-of-the-staff-bot"}
TOKENS = {"telegram": FAMILY_TOKEN, "staff": STAFF_TOKEN}
AT_ONCE = Pace(1_000_000, timedelta(0))  # on a stage the clock stands still between two messages

Mode = Literal["webhook", "polling"]


class BotPlay(Play):
    """Marlbridge; whoever is given a chat uses it, everybody else keeps a simulated phone."""

    def __init__(
        self,
        database: Database,
        fake: FakeTelegram,
        mode: Mode = "webhook",
        taskforce: Taskforce | None = None,
        *,
        pace: Pace = AT_ONCE,
        total: float = 5,
    ) -> None:
        self.fake, self.mode = fake, mode
        self.family = FamilyChat(FAMILY_TOKEN, fake.base_url, pace=pace, total=total)
        self.staff = StaffChat(STAFF_TOKEN, fake.base_url, pace=pace, total=total)
        channels: dict[str, Any] = simulated_channels()
        channels["telegram"] = Beside(channels["telegram"], self.family)
        channels["staff"] = Beside(channels["staff"], self.staff)
        super().__init__(database, taskforce, channels)
        bots = (
            Bot(self.family, FamilyBot(self.family), SECRETS["family"]),
            Bot(self.staff, StaffBot(self.staff), SECRETS["staff"]),
        )
        self.service.ears = tuple(Ear(self._door(bot), mode, PUBLIC_URL) for bot in bots)
        self.http: httpx.AsyncClient = client(real_web(self.service))
        self.answers: list[int] = []  # what Telegram was answered, newest last
        fake.deliver = self._brought
        for account in fake.bots.values():  # Telegram dates what is said by the play's clock
            account.now = self._seconds

    def _seconds(self) -> float:
        return self.now.timestamp()

    def _door(self, bot: Bot) -> ChatDoor:
        service = self.service
        return ChatDoor(
            bot.chat, bot.reader, bot.secret, service.database, service.taskforce,
            service.now, service.dispatcher.wake, service.now,
        )  # fmt: skip

    async def _brought(self, url: str, headers: dict[str, str], body: bytes) -> int:
        answer = await self.http.post(urlsplit(url).path, headers=headers, content=body)
        self.answers.append(answer.status_code)
        return answer.status_code

    async def open(self) -> None:
        """Find Telegram, and say how updates are to come."""
        for ear in self.service.ears:
            await ear._begin()

    async def catch_up(self) -> None:
        """Fetch and take what waits at Telegram, where that is how it comes; send what follows."""
        if self.mode == "polling":
            for ear in self.service.ears:
                after: int | None = None
                while updates := await ear.door.bot.updates(after, 0):
                    after = await ear.door.take_batch(updates)
        for ear in self.service.ears:
            await ear.door.landed()
        await self.service.settle()

    async def uses_chat(self, ref: str, chat: int) -> None:
        """Somebody has connected this chat before the story began, instead of a simulated one."""

        def connect(connection: Any) -> None:
            person = person_by_ref(connection, ref)
            channel = "staff" if person.kind == "staff" else "telegram"
            for old in lines_of(connection, person.id):
                if old.channel == channel:
                    mark_line(connection, old.id, person_id=None)
            line = hold_line(connection, channel, str(chat), self.now)
            marks = {"opted_in_at": self.now} if channel == "telegram" else {}
            mark_line(connection, line.id, person_id=person.id, proven_at=self.now, **marks)

        await self.database.write(connect)

    async def line_of(self, who: str) -> tuple[str, str] | None:
        """The channel and address somebody writes from: a case stands for its first carer."""
        ref = await self.carer(who) if who[0] == "P" and who[1:].isdigit() else who
        return await self.database.read(lambda c: simulated.line(c, ref))

    async def _does(self, who: str, external_id: str = "", **deed: Any) -> Outcome:
        channel, address = await self.line_of(who) or ("", "")
        if channel not in TOKENS or not address.isdecimal():
            return await super()._does(who, external_id, **deed)
        await self._acts(TOKENS[channel], int(address), deed)
        await self.catch_up()
        return Outcome()

    async def _acts(self, token: str, chat: int, deed: dict[str, Any]) -> None:
        if deed.get("key"):
            turn, key = deed.get("turn"), deed["key"]
            data = key if turn is None else f"{turn}:{key}"
            on = [m["message_id"] for m in self.fake.sent(token, chat) if data in str(m)]
            await self.fake.presses(token, chat, on[-1], data=data)
        else:
            answered = int(deed["reply_to"].partition(":")[2]) if deed.get("reply_to") else None
            await self.fake.writes(token, chat, deed["words"], reply_to=answered)

    def chat(self, who: int, token: str = FAMILY_TOKEN) -> list[str]:
        """The words a real chat has received, oldest first."""
        return [m.get("text") or m.get("caption", "") for m in self.fake.sent(token, who)]

    async def close(self) -> None:
        for ear in self.service.ears:
            await ear.door.landed()
        await self.family.close()
        await self.staff.close()
        await self.http.aclose()


@asynccontextmanager
async def both_bots(
    database: Database, mode: Mode = "webhook", taskforce: Taskforce | None = None, **more: Any
) -> AsyncIterator[tuple[BotPlay, FakeTelegram]]:
    """A whole service with both bots open at a stand-in for Telegram."""
    async with FakeTelegram() as fake:
        play = BotPlay(database, fake, mode, taskforce, **more)
        try:
            await play.open()
            yield play, fake
        finally:
            await play.close()
            await asyncio.sleep(0)
