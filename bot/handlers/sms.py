"""One set of routes for any SMS provider: messages in, receipts in, calls in."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, assert_never, cast
from weakref import WeakValueDictionary

from sqlalchemy import Connection, Row
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.contracts import Rings
from bot.dispatch import receipts as dispatch_receipts
from bot.domain import (
    Inbound,
    Outgoing,
    Receipt,
    Shown,
    SmsProvider,
    Unreadable,
    WebhookAnswer,
    WebhookRequest,
)
from bot.handlers.bodies import TooLarge, as_webhook, read_body
from bot.handlers.callers import answer_caller
from bot.handlers.spool import WaitingRoom
from bot.scene.scene import Taskforce
from bot.turns import quarantine, rang_withheld, take
from bot.turns.lateness import came_note
from storage import outbox
from storage.asked import UNREAD
from storage.database import Database, away
from storage.receipts import ref_of_external

logger = logging.getLogger(__name__)

MESSAGE, RECEIPT, CALL = "message", "receipt", "call"


@dataclass(frozen=True, slots=True)
class SmsDoor:
    """Where an SMS provider knocks. Nothing is believed before the provider is proven genuine."""

    provider: SmsProvider
    database: Database
    taskforce: Taskforce
    now: Callable[[], datetime]
    wake: Callable[[], None]
    waiting: WaitingRoom | None = None  # where calls wait while the database is away
    patience: float = 3.0  # seconds the database has, where calls can wait; Notify gives us five
    _turns: WeakValueDictionary[str, asyncio.Lock] = field(
        default_factory=WeakValueDictionary, repr=False
    )

    def routes(self) -> list[Route]:
        """Name the routes of this provider."""
        name = self.provider.name
        doors = {"message": self.message, self.provider.receipts_at: self.receipt}
        if self.provider.calls_at:
            doors[self.provider.calls_at] = self.call
        return [
            Route(f"/webhooks/{name}/{path}", door, methods=["POST"])
            for path, door in doors.items()
        ]

    async def message(self, request: Request) -> Response:
        """Take one inbound message; 200 only once it is kept."""
        return await self._knocked(request, MESSAGE)

    async def receipt(self, request: Request) -> Response:
        """Take one delivery receipt."""
        return await self._knocked(request, RECEIPT)

    async def call(self, request: Request) -> Response:
        """Take one call of a person who rings: nobody answers, somebody rings back."""
        return await self._knocked(request, CALL)

    async def _knocked(self, request: Request, kind: str) -> Response:
        try:
            asked = as_webhook(request, await read_body(request))
        except TooLarge:
            return Response(status_code=413)
        if not self.provider.genuine(asked):
            logger.warning("A webhook was refused: not genuine")
            return Response(status_code=403)
        if await self._kept(kind, asked):
            answer = await self._answer(kind, asked)
            return Response(answer.body, answer.status, media_type=answer.media_type)
        return Response(status_code=503)

    async def _kept(self, kind: str, asked: WebhookRequest) -> bool:
        """Act on a call, or have it wait. False: neither was possible, it has to come again.

        One address after the other: what comes while an earlier message of the same phone is not
        kept yet must not overtake it on its way into the spool.
        """
        async with self._turn_of(kind, asked):
            in_turn = self.waiting is not None and kind != RECEIPT and self.waiting.occupied
            return (in_turn and await self._waits(kind, asked)) or await self._taken(kind, asked)

    def _turn_of(
        self, kind: str, asked: WebhookRequest
    ) -> contextlib.AbstractAsyncContextManager[None]:
        try:
            said = None if kind == RECEIPT else self._read(kind, asked)
        except Unreadable:
            said = None
        if not isinstance(said, Inbound):
            return contextlib.nullcontext()
        return self._turns.setdefault(said.address, asyncio.Lock())

    async def _taken(self, kind: str, asked: WebhookRequest) -> bool:
        try:
            async with asyncio.timeout(self.patience if self.waiting else None):
                await self.hear(kind, asked)
        except Exception as error:
            if not away(error):
                raise
            logger.error("The database is away: %s", type(error).__name__)  # noqa: TRY400
            return await self._waits(kind, asked)
        return True

    async def _waits(self, kind: str, asked: WebhookRequest) -> bool:
        if self.waiting is None:
            return False
        try:
            await self.waiting.keep(self.provider.name, kind, asked)
        except OSError as error:
            logger.error("The spool failed: %s", type(error).__name__)  # noqa: TRY400
            return False
        return True

    async def hear(self, kind: str, asked: WebhookRequest, came_at: datetime | None = None) -> None:
        """Act on one genuine call, whatever it says. Raises when the database is away."""
        try:
            said = self._read(kind, asked)
        except Unreadable as error:
            await self._unreadable(kind, asked, str(error)[:200], came_at)
        else:
            await self._act_or_keep(asked, self._dated(said, came_at), came_at)
        self.wake()

    def _read(self, kind: str, asked: WebhookRequest) -> Inbound | Receipt:
        """Say what a call means, or raise `Unreadable`, whatever its reader raises."""
        try:
            match kind:
                case "receipt":
                    return self.provider.receipt(asked)
                case "call":
                    return cast(Rings, self.provider).rung(asked)
                case _:
                    return self.provider.message(asked)
        except Unreadable:
            raise
        except Exception as error:  # noqa: BLE001  a reader's fault must not refuse a family
            logger.error("A webhook could not be read: %s", type(error).__name__)  # noqa: TRY400
        raise Unreadable("reading it failed")

    def _dated(self, said: Inbound | Receipt, came_at: datetime | None) -> Inbound | Receipt:
        if not isinstance(said, Inbound):
            return said
        return replace(said, provider=self.provider.name, said_at=said.said_at or came_at)

    async def _act_or_keep(
        self, asked: WebhookRequest, said: Inbound | Receipt, came_at: datetime | None
    ) -> None:
        """What cannot be acted on is read by a person, and stands in nobody's way."""
        try:
            await self._act(said)
        except Exception as error:
            if away(error):
                raise
            logger.error("A webhook could not be acted on: %s", type(error).__name__)  # noqa: TRY400
            name = f"{UNREAD}{said.external_id}" if isinstance(said, Inbound) else unread(asked)
            await self._keep_for_a_person(name, asked, "acting on it failed", came_at)

    async def _act(self, said: Inbound | Receipt) -> None:
        now = self.now()
        match said:
            case Inbound():
                await take(self.database, self.taskforce, said, now)
            case Receipt():
                await self.database.write(
                    lambda c: keep_receipt(c, self.taskforce, self.provider, said, now)
                )
            case _:
                assert_never(said)

    async def _unreadable(
        self, kind: str, asked: WebhookRequest, reason: str, came_at: datetime | None
    ) -> None:
        """Keep what cannot be read, for a person; the provider is told all is well."""
        if kind == CALL:
            name, now = unread(asked), self.now()
            await rang_withheld(self.database, self.taskforce, name, now, came_at)
        else:
            await self._keep_for_a_person(unread(asked), asked, reason, came_at)

    async def _keep_for_a_person(
        self, name: str, asked: WebhookRequest, reason: str, came_at: datetime | None
    ) -> None:
        body, now = asked.body.decode("utf-8", "backslashreplace"), self.now()
        why = f"{reason[:150]}{came_note(came_at, now)}"
        await quarantine(self.database, self.taskforce, "sms", name, body, why, now)

    async def _answer(self, kind: str, asked: WebhookRequest) -> WebhookAnswer:
        if kind != CALL:
            return self.provider.answer()
        rings = cast(Rings, self.provider)
        return await answer_caller(rings, asked, self.database, self.taskforce, self.now())


def unread(asked: WebhookRequest) -> str:
    """Name a call that cannot be read: the same when it comes again."""
    return f"unreadable:{sha256(asked.body).hexdigest()}"


def keep_receipt(
    connection: Connection,
    taskforce: Taskforce,
    provider: SmsProvider,
    receipt: Receipt,
    now: datetime,
) -> None:
    """Move a message's status on; its writer hears if it did not arrive."""
    ref = receipt.ref or ref_of_external(connection, receipt.external_id)
    row = outbox.by_ref(connection, ref)
    text = None if row is None else provider.laid_out(as_shown(row))
    dispatch_receipts.keep_receipt(connection, taskforce, receipt, text, now)


def as_shown(row: Row[Any]) -> Outgoing:
    """Make what decides how a message's words look: nothing of where it goes."""
    choices = tuple((key, label) for key, label in row.choices)
    return Outgoing(row.ref, row.channel, "", Shown(row.text, choices, row.after, row.qr or ""))
