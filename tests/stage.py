"""Marlbridge on a stage: the whole service on a real database, with a clock that stands still."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, delete

from bot.app import DEMO_BEGINS, assemble, simulated_channels
from bot.demo import settle_in
from bot.domain import Channel, Inbound
from bot.handlers import records, simulated
from bot.scene.scene import Taskforce
from bot.service import Service
from bot.settings import DEMO, read_lexicon
from bot.taskforce_file import read_practice
from bot.turns import Outcome, take
from scheduler import digests
from scheduler.clock import DemoClock
from storage.database import Database, PostgresDatabase, SqliteDatabase, open_database
from storage.keys import Keyring
from storage.tables import Due

LONDON = ZoneInfo("Europe/London")
KEYS = Keyring(
    ("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",),
    "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=",
)
LEXICON = read_lexicon()


def marlbridge_taskforce(**changes: Any) -> Taskforce:
    """How the fictional taskforce works; its families come proven."""
    practice = replace(read_practice(DEMO / "taskforce.toml"), proven_on_import=True, **changes)
    return Taskforce(practice, LEXICON)


def london(text: str) -> datetime:
    """Read a London wall time: "2026-12-03 15:45"."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


# Where the story stands on a database, by its address: who plays on it goes on from there.
STANDS: dict[str, datetime] = {}


class Play:
    """One performance: families write, staff answer, time passes when it is told to."""

    def __init__(
        self,
        database: Database,
        taskforce: Taskforce | None = None,
        channels: dict[str, Channel] | None = None,
        begins: datetime | None = None,
    ) -> None:
        begins = begins or STANDS.get(database.url, DEMO_BEGINS)
        self.clock = DemoClock(begins, monotonic=lambda: 0.0)
        self.database = database
        self.channels = channels or simulated_channels()
        self.service: Service = assemble(
            database, taskforce or marlbridge_taskforce(), self.channels, self.clock.now, self.clock
        )

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def moved_in(self) -> Play:
        await settle_in(self.service)
        return self

    async def at(self, text: str) -> None:
        """Let time pass until a London wall time: due moments run on the way."""
        await self.service.move_clock(london(text))

    async def later(self, **length: float) -> None:
        await self.service.move_clock(self.now + timedelta(**length))

    def wakes_at(self, text: str) -> None:
        """It is suddenly later: what fell due meanwhile is no part of the test."""
        self.clock.stop_at(london(text))

    async def without_digests(self) -> None:
        """Nobody's digest is due any more: a third of what passes before a family hears a word."""
        await self.database.write(lambda c: c.execute(delete(Due).where(Due.job == digests.NAME)))

    async def only_about(self, case: str) -> None:
        """Nothing is due any more but what is about one case: what others would get is no part."""
        others = delete(Due).where(Due.subject.not_in((case, await self.carer(case))))
        await self.database.write(lambda c: c.execute(others))

    async def carer(self, case: str, number: int = 0) -> str:
        """The id of a case's first carer, or of another one (Leanne for P01)."""
        return (await self.database.read(lambda c: simulated.carers(c, case)))[number]

    async def writes(self, who: str, words: str, reply_to: str = "") -> Outcome:
        """Somebody types: a case ("P01") stands for its first carer, "DO" for staff."""
        return await self._does(who, words=words, reply_to=reply_to)

    async def presses(self, who: str, key: str, turn: int | None = None) -> Outcome:
        return await self._does(who, key=key, turn=turn)

    async def _does(self, who: str, external_id: str = "", **deed: Any) -> Outcome:
        if _is_case(who):
            who = await self.carer(who)
        line = await self.database.read(lambda c: simulated.line(c, who))
        assert line is not None, f"{who} has no phone"
        inbound = Inbound(line[0], external_id or f"in-{uuid.uuid4().hex}", line[1], **deed)
        outcome = await take(self.database, self.service.taskforce, inbound, self.now)
        await self.service.settle()
        return outcome

    async def phone(self, who: str) -> list[dict[str, Any]]:
        """Everything a phone shows, oldest first."""
        if _is_case(who):
            who = await self.carer(who)
        found = await self.database.read(lambda c: simulated.phone(c, who))
        assert found is not None
        return found

    async def received(self, who: str) -> list[str]:
        """The texts a phone received since the story began."""
        return [
            m["text"]
            for m in await self.phone(who)
            if m["direction"] == "out" and datetime.fromisoformat(m["at"]) >= DEMO_BEGINS
        ]

    async def last(self, who: str) -> dict[str, Any]:
        """The newest thing a phone received."""
        return [m for m in await self.phone(who) if m["direction"] == "out"][-1]

    async def log(self, case: str) -> list[dict[str, Any]]:
        """A case's contact log since the story began."""
        found = await self.database.read(lambda c: records.log(c, case))
        assert found is not None
        return [row for row in found if datetime.fromisoformat(row["at"]) >= DEMO_BEGINS]

    async def tasks(self, **like: Any) -> list[dict[str, Any]]:
        """Open tasks that match: tasks(kind="crisis", owner="DO")."""
        found = await self.database.read(records.tasks)
        return [t for t in found if all(t[name] == value for name, value in like.items())]

    async def held(self) -> list[dict[str, Any]]:
        return await self.database.read(records.held)


def _is_case(who: str) -> bool:
    return who.startswith("P") and who[1:].isdigit()


_FIRST: dict[str, Engine] = {}  # by the name of the dialect


def open_stage(url: str) -> Database:
    """Open a database with the keys of all tests; a statement is compiled once for them all."""
    database = open_database(url, KEYS)
    if isinstance(database, SqliteDatabase):
        _compiled_together(database._writer._engine, database._readers._engine)
    elif isinstance(database, PostgresDatabase):
        _compiled_together(database._engine.sync_engine)
    return database


def _compiled_together(*engines: Engine) -> None:
    """Statements are kept by dialect and engine: a thousand tests would each compile their own."""
    for engine in engines:
        first = _FIRST.setdefault(engine.dialect.name, engine)
        engine.dialect = engine.pool._dialect = first.dialect
        engine._compiled_cache = first._compiled_cache
