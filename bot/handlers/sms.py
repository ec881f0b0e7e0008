"""One pair of routes for any SMS provider: messages in, receipts in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.domain import Receipt, SmsProvider, Unreadable, WebhookRequest
from bot.handlers.bodies import TooLarge, as_webhook, read_body
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.notices import family_behind
from bot.scene.scene import Scene, Taskforce
from bot.turns import quarantine, take
from storage import receipts
from storage.addresses import hold_line_by_id
from storage.database import Database, away

logger = logging.getLogger(__name__)

RECEIPT_PATHS = {"twilio": "status", "notify": "receipt"}


@dataclass(frozen=True, slots=True)
class SmsDoor:
    """Where an SMS provider knocks. Nothing is believed before the provider is proven genuine."""

    provider: SmsProvider
    database: Database
    taskforce: Taskforce
    now: Callable[[], datetime]
    wake: Callable[[], None]

    def routes(self) -> list[Route]:
        """Name the routes of this provider."""
        base, receipts = f"/webhooks/{self.provider.name}", RECEIPT_PATHS[self.provider.name]
        return [
            Route(f"{base}/message", self.message, methods=["POST"]),
            Route(f"{base}/{receipts}", self.receipt, methods=["POST"]),
        ]

    async def message(self, request: Request) -> Response:
        """Take one inbound message; 200 only once it is kept."""
        asked, refusal = await self._proven(request)
        if asked is None:
            return refusal
        try:
            inbound = self.provider.message(asked)
        except Unreadable as error:
            return await self._unreadable(asked, str(error))
        try:
            await take(self.database, self.taskforce, inbound, self.now())
        except Exception as error:  # noqa: BLE001  answered 503 or raised again
            return _try_again(error)
        self.wake()
        return self._taken()

    async def receipt(self, request: Request) -> Response:
        """Take one delivery receipt."""
        asked, refusal = await self._proven(request)
        if asked is None:
            return refusal
        try:
            receipt = self.provider.receipt(asked)
        except Unreadable as error:
            return await self._unreadable(asked, str(error))
        now = self.now()
        try:
            await self.database.write(
                lambda connection: keep_receipt(connection, self.taskforce, receipt, now)
            )
        except Exception as error:  # noqa: BLE001  answered 503 or raised again
            return _try_again(error)
        self.wake()
        return self._taken()

    async def _proven(self, request: Request) -> tuple[WebhookRequest | None, Response]:
        try:
            asked = as_webhook(request, await read_body(request))
        except TooLarge:
            return None, Response(status_code=413)
        if not self.provider.genuine(asked):
            logger.warning("A webhook was refused: not genuine")
            return None, Response(status_code=403)
        return asked, Response()

    async def _unreadable(self, asked: WebhookRequest, reason: str) -> Response:
        """Keep what cannot be read, for a person; the provider is told all is well."""
        body = asked.body.decode("utf-8", "backslashreplace")
        name = f"unreadable:{sha256(asked.body).hexdigest()}"
        try:
            await quarantine(
                self.database, self.taskforce, "sms", name, body, reason[:200], self.now()
            )
        except Exception as error:  # noqa: BLE001  answered 503 or raised again
            return _try_again(error)
        self.wake()
        return self._taken()

    def _taken(self) -> Response:
        answer = self.provider.answer()
        return Response(answer.body, answer.status, media_type=answer.media_type)


def _try_again(error: Exception) -> Response:
    """The database is away: the provider is asked to try again. Anything else is our bug."""
    if not away(error):
        raise error
    logger.error("The database is away: %s", type(error).__name__)
    return Response(status_code=503)


def keep_receipt(
    connection: Connection, taskforce: Taskforce, receipt: Receipt, now: datetime
) -> None:
    """Move a message's status on; its writer hears if it did not arrive."""
    failed = receipts.note_receipt(
        connection, receipt.ref, receipt.external_id, receipt.status, receipt.code, now
    )
    if failed is None or failed.kind == "staff":
        return
    scene = Scene(connection, taskforce, now, f"receipt:{failed.ref}")
    family = family_behind(scene, hold_line_by_id(connection, failed.address_id))
    who = failed.author or family.owner.staff
    words = f"Failed: a message to {family.named()} was not delivered. Please check the number."
    matter = Matter("undelivered", words, None, outbox_id=failed.id)
    raise_task(scene, family, who, matter, told=(who,))
