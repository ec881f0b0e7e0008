"""One set of routes for any SMS provider: messages in, receipts in, calls in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, assert_never, cast

from sqlalchemy import Connection, Row
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.dispatch import receipts as dispatch_receipts
from bot.domain import (
    Inbound,
    Outgoing,
    Receipt,
    Rings,
    Shown,
    SmsProvider,
    Unreadable,
    WebhookAnswer,
    WebhookRequest,
)
from bot.handlers.bodies import TooLarge, as_webhook, read_body
from bot.handlers.spool import WaitingRoom
from bot.scene.scene import Taskforce
from bot.turns import quarantine, rang_withheld, take
from storage import outbox
from storage.database import Database, away
from storage.receipts import ref_of_external

logger = logging.getLogger(__name__)

MESSAGE, RECEIPT, CALL = "message", "receipt", "call"
RECEIPT_PATHS = {"twilio": "status", "notify": "receipt"}
CALL_PATHS = {"twilio": "voice"}
# Whoever listens may not be who rang: the words name no service and nobody.
SPOKEN = (
    "Thank you for ringing. We have seen your call and will ring you back. "
    "In an emergency call 999."
)
SPOKEN_WITHHELD = (
    "Thank you for ringing. Your number was not shown, so we cannot ring you back. "
    "Please send a text message to this number. In an emergency call 999."
)


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

    def routes(self) -> list[Route]:
        """Name the routes of this provider."""
        name = self.provider.name
        doors = {"message": self.message, RECEIPT_PATHS[name]: self.receipt}
        if name in CALL_PATHS:
            doors[CALL_PATHS[name]] = self.call
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
            answer = self._answer(kind, asked)
            return Response(answer.body, answer.status, media_type=answer.media_type)
        return Response(status_code=503)

    async def _kept(self, kind: str, asked: WebhookRequest) -> bool:
        """Act on a call, or have it wait. False: neither was possible, it has to come again."""
        in_turn = self.waiting is not None and kind != RECEIPT and self.waiting.occupied
        if in_turn and await self._waits(kind, asked):
            return True
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

    async def hear(self, kind: str, asked: WebhookRequest) -> None:
        """Act on one genuine call, whatever it says. Raises when the database is away."""
        try:
            said = self._read(kind, asked)
        except Unreadable as error:
            await self._unreadable(kind, asked, str(error)[:200])
        else:
            await self._act(said)
        self.wake()

    def _read(self, kind: str, asked: WebhookRequest) -> Inbound | Receipt:
        match kind:
            case "receipt":
                return self.provider.receipt(asked)
            case "call":
                return cast(Rings, self.provider).rung(asked)
            case _:
                return self.provider.message(asked)

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

    async def _unreadable(self, kind: str, asked: WebhookRequest, reason: str) -> None:
        """Keep what cannot be read, for a person; the provider is told all is well."""
        name = f"unreadable:{sha256(asked.body).hexdigest()}"
        if kind == CALL:
            await rang_withheld(self.database, self.taskforce, name, self.now())
            return
        body = asked.body.decode("utf-8", "backslashreplace")
        await quarantine(self.database, self.taskforce, "sms", name, body, reason, self.now())

    def _answer(self, kind: str, asked: WebhookRequest) -> WebhookAnswer:
        if kind != CALL:
            return self.provider.answer()
        provider = cast(Rings, self.provider)
        try:
            provider.rung(asked)
        except Unreadable:
            return provider.voice_answer(SPOKEN_WITHHELD)
        return provider.voice_answer(SPOKEN)


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
