"""Where genuine calls wait while the database is away, and come in from when it is back.

While anything waits, what families send later waits behind it: one family's messages are heard
in the order in which they came.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn, Protocol

from bot.domain import WebhookRequest
from bot.scene.scene import Taskforce
from bot.turns import quarantine
from bot.turns.lateness import came_note
from storage.database import Answer, Database, away
from storage.spool import Spoiled, Spool, Spooled, came_at

logger = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 0.5, 15.0  # seconds
AGAIN_AFTER = 60.0  # seconds between two looks at files that were passed over
PATIENT_FOR = 5  # tries at a file that cannot be read now, before the others go past it
OK = "ok"
PASSED = "spool-passed"  # a name of its own: the file may be read one day, and be spoiled


class _NotNow(Exception):
    """Something cannot be done with a file now, and perhaps a moment later."""

    def __init__(self, fault: OSError) -> None:
        super().__init__("not now")
        self.fault = fault


class Hears(Protocol):
    """A provider's door, where a call may be acted on later than it came."""

    async def hear(self, kind: str, asked: WebhookRequest, came_at: datetime | None = None) -> None:
        """Act on one genuine call. Raises when the database is away."""
        ...


@dataclass(slots=True)
class WaitingRoom:
    """What has come and is not acted on yet. Each file goes only when its words are kept."""

    spool: Spool
    database: Database
    taskforce: Taskforce
    now: Callable[[], datetime]
    pause: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, repr=False)
    _doors: dict[str, Hears] = field(default_factory=dict, repr=False)
    _coming: int = 0  # calls that are being written down
    _acted_on: set[str] = field(default_factory=set, repr=False)  # their files would not go yet
    _tries: Counter[str] = field(default_factory=Counter, repr=False)  # at files nobody can read
    _passed: frozenset[str] = frozenset()  # files the others no longer wait for
    _in_turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    _filled: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def admit(self, provider: str, door: Hears) -> None:
        """Say through which door the calls of a provider come in."""
        self._doors[provider] = door

    @property
    def occupied(self) -> bool:
        """Somebody waits, so that whoever comes now has to wait behind them.

        Where the folder cannot even be looked at, nobody is turned away for that.
        """
        try:
            return self._coming > 0 or self.spool.waits(besides=self._passed)
        except OSError as error:
            logger.error("The spool cannot be looked at: %s", type(error).__name__)  # noqa: TRY400
            return False

    def count(self) -> int | None:
        """Count what waits. None: nobody can tell now."""
        try:
            return self.spool.count()
        except OSError:
            return None

    async def state(self) -> str:
        """Say whether a call could be kept now: ok, or the kind of fault."""
        try:
            await asyncio.to_thread(self.spool.try_out)
        except OSError as error:
            return type(error).__name__
        return OK

    async def keep(self, provider: str, kind: str, asked: WebhookRequest) -> None:
        """Write one call down, to be acted on later; raises `OSError` if it cannot be."""
        self._coming += 1
        try:
            async with self._in_turn:
                call, at = Spooled(provider, kind, asked), self.now()
                await asyncio.to_thread(self.spool.put, call, at)
        finally:
            self._coming -= 1
        self._filled.set()

    async def let_in(self) -> NoReturn:
        """Act on what waits as soon as the database is there, for ever."""
        wait = FIRST_WAIT
        while True:
            self._filled.clear()
            try:
                await self.empty()
                wait = FIRST_WAIT
                await self._until_filled()
            except Exception as error:  # noqa: BLE001  what waits must come in one day
                logger.warning("What waits in the spool cannot come in: %s", type(error).__name__)
                await self.pause(wait)
                wait = min(wait * 2, LONGEST_WAIT)

    async def _until_filled(self) -> None:
        """Wait until somebody comes, and for files that were passed over only a while."""
        waits: set[asyncio.Future[Any]] = {asyncio.ensure_future(self._filled.wait())}
        if self._passed:
            waits.add(asyncio.ensure_future(self.pause(AGAIN_AFTER)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()

    async def empty(self) -> None:
        """Act on everything that waits, in order. Raises when the database is away.

        A file that cannot be read now is tried again: at first the others wait behind it, because
        they may be of the same family; after some tries they go past it, a person hears of it, and
        it is looked at again from time to time.
        """
        passed: set[str] = set()
        begun: set[str] = set()
        while names := await self._new(begun):
            for name in names:
                begun.add(name)
                try:
                    await self._take(name)
                except _NotNow as error:
                    if self._tries[name] < PATIENT_FOR:
                        raise error.fault from None
                    await self._pass(name)
                    passed.add(name)
            logger.info("%d calls came in from the spool", len(names))
        self._passed = frozenset(passed)

    async def _pass(self, name: str) -> None:
        """Have a person hear, once, of words that are in a file nobody can read."""
        if name not in self._acted_on:
            why = "the disk does not give its file up, which is tried again"
            await self._keep_for_a_person(name, "", why, PASSED)

    async def _new(self, begun: set[str]) -> list[str]:
        return [one for one in await asyncio.to_thread(self.spool.names) if one not in begun]

    async def _take(self, name: str) -> None:
        if name not in self._acted_on:
            call = await self._read(name)
            if call is None:
                return
            await self._act(name, call)
            self._acted_on.add(name)
        await self._on_disk(name, self.spool.remove)
        self._acted_on.discard(name)
        self._tries.pop(name, None)

    async def _read(self, name: str) -> Spooled | None:
        """Read one call. None: nobody can read it, and a person has it as it stands."""
        try:
            return await self._on_disk(name, self.spool.read)
        except Spoiled as error:
            await self._keep_for_a_person(name, error.raw, str(error))
            await self._on_disk(name, self.spool.set_aside)
            return None

    async def _on_disk(self, name: str, work: Callable[[str], Answer]) -> Answer:
        """Do something with a file; a fault of the disk is no fault of the database."""
        try:
            return await asyncio.to_thread(work, name)
        except OSError as error:
            self._tries[name] += 1
            raise _NotNow(error) from None

    async def _act(self, name: str, call: Spooled) -> None:
        try:
            await self._doors[call.provider].hear(call.kind, call.request, call.came_at)
        except Exception as error:
            if away(error):
                raise
            # One call that cannot be acted on must not hold back all that came after it.
            logger.error("A spooled call failed: %s", type(error).__name__)  # noqa: TRY400
            body = call.request.body.decode("utf-8", "backslashreplace")
            await self._keep_for_a_person(name, body, "acting on it failed")

    async def _keep_for_a_person(
        self, name: str, body: str, reason: str, under: str = "spool"
    ) -> None:
        now = self.now()
        why = f"{reason[:150]}{came_note(came_at(name), now)}"
        await quarantine(self.database, self.taskforce, "sms", f"{under}:{name}", body, why, now)
