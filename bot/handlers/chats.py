"""Where a bot's updates come in, brought by Telegram or fetched: each taken once, none in the way.

An update that cannot be read is kept for a person and acknowledged: Telegram would bring it
again and again, and hold back what the same chat says after it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.contracts import ChatBot
from bot.domain import Inbound, Unreadable
from bot.handlers.bodies import TooLarge, read_body
from bot.handlers.chat_messages import Elsewhere, Event, Reach, Said, group_of, update_number
from bot.scene.scene import Taskforce
from bot.turns import quarantine, take
from bot.turns.reach import reach
from scheduler.clock import wall_clock
from storage.database import Database, away

logger = logging.getLogger(__name__)

LIMIT = 1024 * 1024  # no message of Telegram's is longer
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105  the header's name
AGAIN_IN = "5"  # seconds
CATCHING_UP = timedelta(minutes=2)  # what waited at Telegram is brought within
WHOLE_BATCH = 100  # updates; after a batch of so many, more of the same time may come


class Reader(Protocol):
    """One library's reading of updates."""

    async def read(self, update: dict[str, Any]) -> Event:
        """Say what an update means, or raise `Unreadable`."""
        ...


@dataclass(slots=True)
class Absence:
    """The time out of touch that has just ended: Telegram dates messages, but no presses."""

    since: datetime | None = None  # by the wall clock, like all of Telegram's moments
    over_at: datetime | None = None

    def fresh(self, now: datetime) -> datetime | None:
        """Say since when a press that is brought now may have waited. None: it did not."""
        over = self.over_at is not None and now - self.over_at <= CATCHING_UP
        return self.since if over else None


@dataclass(frozen=True, slots=True)
class ChatDoor:
    """One bot's way in. Nothing is believed before the secret has been compared."""

    bot: ChatBot
    reader: Reader
    secret: str = field(repr=False)
    database: Database
    taskforce: Taskforce
    now: Callable[[], datetime]
    wake: Callable[[], None]
    wall: Callable[[], datetime] = wall_clock
    _absence: Absence = field(default_factory=Absence, repr=False)
    _flying: set[asyncio.Task[None]] = field(default_factory=set, repr=False)

    @property
    def path(self) -> str:
        return f"/webhooks/telegram/{self.bot.name}"

    def routes(self) -> list[Route]:
        """Name the route Telegram calls."""
        return [Route(self.path, self.brought, methods=["POST"])]

    def resumed(self, last: datetime) -> None:
        """Learn that contact began again, and when it was last kept, by the wall clock."""
        self._absence.since, self._absence.over_at = last, self.wall()

    async def brought(self, request: Request) -> Response:
        """Take one update that Telegram brings; 200 only once it is kept."""
        given = request.headers.get(SECRET_HEADER, "").encode("latin-1")
        if not self.secret or not hmac.compare_digest(given, self.secret.encode()):
            logger.warning("A webhook was refused: not genuine")
            return Response(status_code=403)
        try:
            body = await read_body(request, LIMIT)
        except TooLarge:
            return Response(status_code=413)
        try:
            await self._take_bytes(body)
        except Exception as error:
            if not away(error):
                raise
            logger.error("The database is away: %s", type(error).__name__)  # noqa: TRY400
            return Response(status_code=503, headers={"retry-after": AGAIN_IN})
        return Response()

    async def _take_bytes(self, body: bytes) -> None:
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            await self._keep(body.decode("utf-8", "backslashreplace"), "no JSON")
        else:
            await self.take_update(update, body, self._absence.fresh(self.wall()))

    async def take_update(
        self, update: Any, body: bytes = b"", away_since: datetime | None = None
    ) -> None:
        """Act on one update, or keep it for a person. Raises only when the database is away."""
        try:
            event = await self._read(update)
            await self._act(event, away_since)
        except Unreadable as error:
            await self._keep(_written(update, body), str(error))
        self.wake()

    async def _read(self, update: Any) -> Event:
        """Say what an update means, or raise `Unreadable`, whatever its library raises."""
        try:
            update_number(update)
            group = group_of(update)
            return Elsewhere(group) if group else await self.reader.read(update)
        except Unreadable:
            raise
        except Exception as error:  # noqa: BLE001  a library's fault must not hold a chat back
            logger.error("An update could not be read: %s", type(error).__name__)  # noqa: TRY400
        raise Unreadable("reading it failed")

    async def _act(self, event: Event, away_since: datetime | None) -> None:
        try:
            await self._do(event, away_since)
        except Exception as error:
            if away(error):
                raise
            # Neither must a fault of ours: what cannot be acted on is read by a person.
            logger.error("An update failed: %s", type(error).__name__)  # noqa: TRY400
            raise Unreadable("acting on it failed") from None

    async def _do(self, event: Event, away_since: datetime | None) -> None:
        match event:
            case Said(inbound, press):
                dated = self._dated(inbound, away_since)
                await take(self.database, self.taskforce, dated, self.now())
                if press:
                    self._fly(self.bot.seen(press))
            case Reach():
                await self._reach(event)
            case Elsewhere(chat):
                self._fly(self.bot.leave(chat))

    def _dated(self, inbound: Inbound, away_since: datetime | None) -> Inbound:
        """Say by the service's clock when something was said; a demo's clock is not Telegram's.

        A press that waited at Telegram counts as old as it may be.
        """
        said_at = inbound.said_at or (away_since if inbound.key else None)
        if said_at is None:
            return inbound
        ago = max(self.wall() - said_at, timedelta(0))
        return replace(inbound, said_at=self.now() - ago)

    async def _reach(self, event: Reach) -> None:
        now = self.now()
        await self.database.write(
            lambda connection: reach(
                connection,
                self.taskforce,
                self.bot.channel,
                event.address,
                event.external_id,
                now,
                is_open=event.open,
            )
        )

    async def _keep(self, body: str, reason: str) -> None:
        name = f"unreadable:{sha256(body.encode('utf-8', 'backslashreplace')).hexdigest()}"
        await quarantine(
            self.database, self.taskforce, self.bot.channel, name, body, reason, self.now()
        )

    def _fly(self, work: Any) -> None:
        """Tell Telegram something that nobody waits for."""
        task = asyncio.create_task(work)
        self._flying.add(task)
        task.add_done_callback(self._flying.discard)

    async def landed(self) -> None:
        """Wait for what is still being told."""
        while self._flying:
            await asyncio.gather(*self._flying, return_exceptions=True)

    async def take_batch(self, updates: Iterable[Any]) -> int | None:
        """Act on fetched updates, chats beside each other; returns up to where they are taken.

        Raises only when the database is away: then none is confirmed, and all come again.
        """
        chats: dict[str, list[Any]] = defaultdict(list)
        last: int | None = None  # the last, not the greatest: Telegram may count on from anywhere
        batch, away_since = list(updates), self._absence.since
        for update in batch:
            chats[_chat_of(update)].append(update)
            with contextlib.suppress(Unreadable):
                last = update_number(update)
        await asyncio.gather(*(self._take_chat(one, away_since) for one in chats.values()))
        if len(batch) < WHOLE_BATCH:
            self._absence.since = None
        return last

    async def _take_chat(self, updates: list[Any], away_since: datetime | None) -> None:
        for update in updates:
            await self.take_update(update, away_since=away_since)


def _written(update: Any, body: bytes) -> str:
    """Write an update down again; as it came, where it is too deep for that."""
    try:
        return json.dumps(update)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "backslashreplace") or "nested too deep to be written down"


def _chat_of(update: Any) -> str:
    """Find which chat an update belongs to, whatever it looks like: the order of one is kept."""
    for part in update.values() if isinstance(update, dict) else ():
        inner = part.get("message", part) if isinstance(part, dict) else None
        chat = inner.get("chat") if isinstance(inner, dict) else None
        if isinstance(chat, dict):
            return str(chat.get("id"))
    return ""
