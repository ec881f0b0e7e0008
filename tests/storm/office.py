"""A service whose clock stands still until it is told to pass, and families it writes to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, String, cast, literal, select, update

from bot.app import assemble, real_web, simulated_channels
from bot.dispatch.timing import Timing
from bot.domain import Channel, SmsProvider
from storage import outbox
from storage.addresses import hold_line, mark_line
from storage.database import Database
from storage.pace import hold_pace, set_pace
from storage.tables import Address, ChannelPace, Outbox, Task
from tests.storage.rows import NOW, Home, a_home
from tests.storm.ground import BEGINS, Ground, ground

# A look-up is due at once; every other length is the service's own.
ALARMS = ("channel_trouble", "not_allowed")
QUICK = Timing(grace=timedelta(0), ask_again=timedelta(0))


@dataclass
class Clock:
    """The service's time."""

    at: datetime = BEGINS

    def now(self) -> datetime:
        return self.at

    def passes(self, **length: float) -> None:
        self.at += timedelta(**length)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message that waits for a family."""

    id: int
    ref: str
    line: int
    address: str


@dataclass(frozen=True, slots=True)
class Seen:
    """How a message stands."""

    letter: Letter
    row: Row[Any]
    line: Row[Any]
    told: frozenset[str]  # the kinds of open tasks about it


class Office:
    """The whole service on one database: its dispatcher, its doors, and a clock of its own."""

    def __init__(
        self,
        laid: Ground,
        database: Database,
        clock: Clock,
        channels: dict[str, Channel],
        providers: Iterable[SmsProvider] = (),
    ) -> None:
        self.laid, self.database, self.clock = laid, database, clock
        used = {**simulated_channels(), **channels}
        self.service = assemble(database, laid.taskforce(), used, clock.now)
        self.dispatcher = self.service.dispatcher
        self.dispatcher.timing, self.dispatcher.jitter = QUICK, lambda: 1.0
        self.app = real_web(self.service, tuple(providers))
        self.begins_at = 0  # where homes and messages are counted from, on a shared database
        self._homes = self._letters = 0

    async def homes(self, count: int, channel: str = "sms") -> list[Home]:
        """Take families on; those in a chat have no phone."""
        begin = self.begins_at + self._homes
        numbers = range(begin, begin + count)
        self._homes += count

        def put(connection: Connection) -> list[Home]:
            made = [a_home(connection, number) for number in numbers]
            return made if channel == "sms" else [_in_chat(connection, home) for home in made]

        return await self.database.write(put)

    async def letters(
        self, count: int, channel: str = "sms", kind: str = "safety", **more: Any
    ) -> list[Letter]:
        """Let one message wait for each of so many new families."""
        return await self.write_to(await self.homes(count, channel), kind, **more)

    async def write_to(
        self, homes: Iterable[Home], kind: str = "safety", text: str = "", **more: Any
    ) -> list[Letter]:
        """Let a message wait for each of these families."""
        now = self.clock.now()

        def put(connection: Connection) -> list[Letter]:
            made = []
            for home in homes:
                self._letters += 1
                number = self.begins_at + self._letters
                letter = outbox.Letter(
                    key=f"storm:{number}", address_id=home.line, kind=kind, purpose="storm",
                    language="en", text=text or f"storm {number}", at=now, due_at=now,
                    person_id=home.person, heard_at=now,
                )  # fmt: skip
                kept = outbox.put(connection, replace(letter, **more))
                ref = connection.execute(select(Outbox.ref).where(Outbox.id == kept)).scalar_one()
                made.append(Letter(kept, ref, home.line, home.number))
            return made

        return await self.database.write(put)

    async def goes_out(self) -> None:
        """Send all that may go now."""
        await self.dispatcher.drain()

    async def finds_out(self) -> None:
        """Ask about all that is in doubt, and send what is sent again."""
        await self.dispatcher.look_up()
        await self.dispatcher.landed()
        await self.dispatcher.drain()

    async def look(self, letters: Iterable[Letter]) -> list[Seen]:
        """See how messages stand, what is known of their addresses, and who has heard of them."""

        def look(connection: Connection) -> list[Seen]:
            return [_seen(connection, letter) for letter in letters]

        return await self.database.read(look)

    async def trouble(self, channel: str) -> tuple[bool, bool]:
        """Say whether a channel is paused, and whether somebody has been alerted to it."""
        paused = select(ChannelPace.paused_until).where(ChannelPace.channel == channel)
        alarms = select(Task.id).where(Task.kind.in_(ALARMS), Task.done_at.is_(None))

        def look(connection: Connection) -> tuple[bool, bool]:
            until = connection.execute(paused).scalar_one_or_none()
            alarmed = connection.execute(alarms.limit(1)).scalar_one_or_none() is not None
            return until is not None and until > self.clock.now(), alarmed

        return await self.database.read(look)

    async def forgets_trouble(self) -> None:
        """Begin anew: every channel works, nobody is alarmed, and it is the first day again."""
        self.clock.at = BEGINS

        def forget(connection: Connection) -> None:
            for channel in ("sms", "telegram", "staff"):
                hold_pace(connection, channel, BEGINS)
                marks = {"trouble": "", "paused_until": None, "next_at": BEGINS}
                set_pace(connection, channel, **marks)
            alarms = update(Task).where(Task.kind.in_(ALARMS))
            # The first day again: under its own key no trouble would be told a second time.
            gone = {"done_at": BEGINS, "key": literal("gone:") + cast(Task.id, String)}
            connection.execute(alarms.values(**gone))

        await self.database.write(forget)


def _seen(connection: Connection, letter: Letter) -> Seen:
    row = connection.execute(select(Outbox).where(Outbox.id == letter.id)).one()
    line = connection.execute(select(Address).where(Address.id == letter.line)).one()
    told = select(Task.kind).where(Task.outbox_id == letter.id, Task.done_at.is_(None))
    return Seen(letter, row, line, frozenset(connection.execute(told).scalars()))


def _in_chat(connection: Connection, home: Home) -> Home:
    address = str(880_000 + int(home.number[-5:]))
    line = hold_line(connection, "telegram", address, NOW)
    mark_line(connection, line.id, person_id=home.person, proven_at=NOW)
    mark_line(connection, home.line, person_id=None)
    return replace(home, line=line.id, number=address)


@asynccontextmanager
async def opened(engine: str) -> AsyncIterator[tuple[Ground, Database]]:
    """An empty ground, and its database."""
    async with ground(engine) as laid:
        database = laid.open()
        try:
            yield laid, database
        finally:
            await database.close()
