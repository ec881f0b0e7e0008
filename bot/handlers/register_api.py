"""`POST /api/register`: a school's own system brings its register, if it holds a key."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.handlers.bodies import TooLarge, read_body
from bot.handlers.register_description import DESCRIBED_AT, PATH, TAKEN_TYPES, described
from bot.imports.fault_words import by_row, remedy, row_of
from bot.imports.faults import Fault, Rejected
from bot.imports.register_json import written_as_table
from bot.rules.register_keys import RegisterKey, key_shown
from bot.scene.scene import Scene, Taskforce
from bot.turns.registers import take_register
from storage.database import Database, away
from storage.marks import RegisterReport

logger = logging.getLogger(__name__)

LIMIT = 4 * 1024 * 1024
AGAIN_IN = "30"  # seconds
JSON, CSV, WORKBOOK = TAKEN_TYPES
NAMES = {JSON: "register.json", CSV: "register.csv", WORKBOOK: "register.xlsx"}

NO_DOOR = "No register is taken here: no key is set. The taskforce can set one."
NO_KEY = "Send the key you were given, as in: Authorization: Bearer KEY."
TOO_MUCH = "That is more than 4 MB. Send fewer days at a time. Nothing was taken in."
NO_KIND = f"Send {JSON}, {CSV} or {WORKBOOK}, and say which as Content-Type."
AWAY = "The database is away. Nothing was taken in: send the same again."
REFUSED = "Nothing was taken in. Put the faults right and send it again."
DONE = "Taken in."
BEFORE = "This was already taken in. Nothing changed."


@dataclass(frozen=True, slots=True)
class RegisterDoor:
    """Where systems of schools knock. Nothing of a body is read before its key is known."""

    keys: tuple[RegisterKey, ...] = field(repr=False)
    database: Database
    taskforce: Taskforce
    now: Callable[[], datetime]
    wake: Callable[[], None]

    def routes(self) -> list[Route]:
        """Name the routes."""
        return [
            Route(PATH, self.take, methods=["POST"]),
            Route(DESCRIBED_AT, self.describe, methods=["GET"]),
        ]

    async def describe(self, request: Request) -> Response:
        """Describe the door to whoever builds what comes to it: that is no secret."""
        del request
        return JSONResponse(described())

    async def take(self, request: Request) -> Response:
        """Take a register in, whole or not at all."""
        if not self.keys:
            return said(404, NO_DOOR)
        key = key_shown(self.keys, request.headers.get("authorization", ""))
        if key is None:
            logger.warning("A register was refused: its key is not known")
            return said(401, NO_KEY, {"www-authenticate": 'Bearer realm="registers"'})
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in NAMES:
            return said(415, NO_KIND)
        try:
            return await self._taken(key, kind, await read_body(request, LIMIT))
        except TooLarge:
            return said(413, TOO_MUCH)

    async def _taken(self, key: RegisterKey, kind: str, body: bytes) -> Response:
        try:
            report = await self._report(key, kind, body)
        except Rejected as rejected:
            return refused(rejected)
        except Exception as error:
            if not away(error):
                raise
            logger.error("The database is away: %s", type(error).__name__)  # noqa: TRY400
            return said(503, AWAY, {"retry-after": AGAIN_IN})
        self.wake()
        return JSONResponse(counted(report))

    async def _report(self, key: RegisterKey, kind: str, body: bytes) -> RegisterReport:
        name, now = NAMES[kind], self.now()
        # Beside the loop: whatever is in it, nobody else waits for it.
        content = await asyncio.to_thread(written_as_table, name, body) if kind == JSON else body

        def work(connection: Connection) -> RegisterReport:
            scene = Scene(connection, self.taskforce, now, f"api:{now.isoformat()}")
            return take_register(scene, key.holder, "api", name, content, key.school)

        return await self.database.write(work)


def said(status: int, words: str, headers: dict[str, str] | None = None) -> Response:
    """Answer in one sentence that quotes nothing of the request."""
    return JSONResponse({"detail": words}, status, headers)


def refused(rejected: Rejected) -> Response:
    """Answer with every fault: its row, its column and what to do, and never what stands there."""
    faults = [fault_told(fault) for fault in by_row(rejected.faults)]
    return JSONResponse({"detail": REFUSED, "faults": faults, "more": rejected.more}, 400)


def counted(report: RegisterReport) -> dict[str, Any]:
    """Tell what came of a register, in counts alone."""
    return {
        "detail": BEFORE if report.again else DONE,
        "already_taken_in": report.again,
        "marks": report.marks,
        "new": report.new,
        "corrected": report.corrected,
        "unknown_pupils": report.left_out.unkept_pupils,
        "days": report.days,
        "conflicts": report.conflicts,
    }


def fault_told(fault: Fault) -> dict[str, Any]:
    """Tell a machine where a fault is and what to do; never what stands there."""
    return {"row": row_of(fault), "column": fault.column, "remedy": remedy(fault)}
