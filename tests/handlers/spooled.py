"""Marlbridge with a spool, and a database that comes and goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from bot.app import real_web, with_spool
from storage.spool import open_spool
from tests.handlers.doors import LEANNE, Away, TextingPlay, client
from tests.stage import KEYS, Play


class Comes(Away):
    """A database that goes and comes back when it is told to; or hangs, which is as bad."""

    def __init__(self, behind):
        super().__init__(behind, faults=0)
        self.hangs = False

    def goes(self) -> None:
        self.faults = None

    def comes_back(self) -> None:
        self.faults, self.hangs = 0, False

    async def write(self, work):
        if self.hangs:
            await asyncio.Event().wait()
        return await super().write(work)


class SpooledPlay(TextingPlay):
    """Marlbridge behind Twilio's door, with a spool, and a database that comes and goes."""

    def __init__(self, behind, folder: Path) -> None:
        self.there = behind
        super().__init__(Comes(behind))
        self.folder = folder / "spool"
        with_spool(self.service, open_spool(folder, KEYS))
        self.app = real_web(self.service, (self.provider,))
        self.http = client(self.app)

    @property
    def room(self):
        return self.service.waiting

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    async def knocks(self, call):
        path, headers, body = call
        return await self.http.post(path, headers=headers, content=body)

    async def says(self, *words: str, number: str = LEANNE) -> set[int]:
        return {(await self.texts(number, one)).status_code for one in words}

    async def health(self):
        answer = await self.http.get("/health/ready")
        return answer.status_code, answer.json()


async def spooled_play(behind: Play, folder: Path) -> AsyncIterator[SpooledPlay]:
    made = SpooledPlay(behind.database, folder / "data")
    made.service.dispatcher.channels = behind.channels
    yield made
    await made.provider.close()
    await made.http.aclose()


async def words_of(play: SpooledPlay) -> list[str]:
    return [row["words"] for row in await play.log("P01") if row["direction"] == "inbound"]
