"""For commands on the same machine: on SQLite, only the running service writes."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.domain import NotReady
from bot.handlers.bodies import TooLarge, read_body
from bot.imports.faults import Rejected
from bot.scene.scene import Taskforce
from bot.turns.staffing import invite_staff, revoke_staff
from scheduler.enrolment import import_people
from scheduler.placements import import_placements
from scheduler.register_files import import_registers
from scheduler.registers import listed
from storage.database import Database
from storage.rotation import rotate

StaffDeed: TypeAlias = Callable[[Database, Taskforce, str, datetime], Awaitable[str]]
LIMIT = 32 * 1024 * 1024
KEY_HEADER = "x-keyworker-key"


@dataclass(frozen=True, slots=True)
class BackDoor:
    """Takes work from commands that hold the key in the data folder."""

    key: str = field(repr=False)
    database: Database
    taskforce: Taskforce
    now: Callable[[], datetime]
    wake: Callable[[], None] = lambda: None

    def routes(self) -> list[Route]:
        """Name the routes."""
        return [
            Route("/internal/import/people", self.people, methods=["POST"]),
            Route("/internal/import/register", self.registers, methods=["POST"]),
            Route("/internal/import/placements", self.placements, methods=["POST"]),
            Route("/internal/staff/invite", self.invite, methods=["POST"]),
            Route("/internal/staff/revoke", self.revoke, methods=["POST"]),
            Route("/internal/keys/rotate", self.rotate, methods=["POST"]),
        ]

    def _knows(self, request: Request) -> bool:
        given = request.headers.get(KEY_HEADER, "").encode("latin-1")
        return hmac.compare_digest(given, self.key.encode())

    async def invite(self, request: Request) -> Response:
        """Make a code for a member of staff; the answer is what the command prints."""
        return await self._staff(request, invite_staff)

    async def revoke(self, request: Request) -> Response:
        """Cut a member of staff off; the answer is what the command prints."""
        answer = await self._staff(request, revoke_staff)
        self.wake()
        return answer

    async def _staff(self, request: Request, deed: StaffDeed) -> Response:
        if not self._knows(request):
            return Response(status_code=403)
        try:
            ref = (await read_body(request, LIMIT)).decode()
            said = await deed(self.database, self.taskforce, ref, self.now())
        except (TooLarge, UnicodeDecodeError):
            return Response(status_code=413)
        except NotReady as refusal:
            return JSONResponse({"refusal": str(refusal)}, 422)
        return JSONResponse({"said": said})

    async def rotate(self, request: Request) -> Response:
        """Seal everything with the newest key, which the command names by its mark."""
        if not self._knows(request):
            return Response(status_code=403)
        try:
            mark = (await read_body(request, LIMIT)).decode()
            told = await rotate(self.database, mark, self.now())
        except (TooLarge, UnicodeDecodeError):
            return Response(status_code=413)
        except NotReady as refusal:
            return JSONResponse({"refusal": str(refusal)}, 422)
        return JSONResponse(asdict(told))

    async def people(self, request: Request) -> Response:
        """Import people files; the answer is what the command prints."""
        if not self._knows(request):
            return Response(status_code=403)
        try:
            files = unpacked(await read_body(request, LIMIT))
        except (TooLarge, ValueError, binascii.Error):
            return Response(status_code=413)
        try:
            report, unproven = await import_people(self.database, self.taskforce, files, self.now())
        except Rejected as rejected:
            return JSONResponse({"faults": [str(fault) for fault in rejected.faults]}, 422)
        shown = {
            "new": report.new,
            "changed": report.changed,
            "unproven": unproven,
            "kept": report.kept,
        }
        return JSONResponse(shown)

    async def registers(self, request: Request) -> Response:
        """Import registers, the first part being their school; the answer is what is printed."""
        if not self._knows(request):
            return Response(status_code=403)
        try:
            (_label, school), *files = unpacked(await read_body(request, LIMIT))
        except (TooLarge, ValueError, binascii.Error):
            return Response(status_code=413)
        try:
            lines = await import_registers(
                self.database, self.taskforce, files, school.decode(), self.now()
            )
        except Rejected as rejected:
            return JSONResponse({"faults": listed(rejected)}, 422)
        self.wake()  # somebody may be due to hear of it
        return JSONResponse({"lines": lines})

    async def placements(self, request: Request) -> Response:
        """Import placements, and agreed sessions; the answer is what the command prints."""
        if not self._knows(request):
            return Response(status_code=403)
        try:
            files = unpacked(await read_body(request, LIMIT))
        except (TooLarge, ValueError, binascii.Error):
            return Response(status_code=413)
        try:
            lines = await import_placements(self.database, self.taskforce, files, self.now())
        except Rejected as rejected:
            return JSONResponse({"faults": listed(rejected)}, 422)
        self.wake()
        return JSONResponse({"lines": lines})


def packed(files: list[tuple[str, bytes]]) -> bytes:
    """Write files down as lines of name and content."""
    lines = (base64.b64encode(part) for name, content in files for part in (name.encode(), content))
    return b"\n".join(lines)


def unpacked(body: bytes) -> list[tuple[str, bytes]]:
    """Read files back; raises `ValueError` or `binascii.Error` if they are no such lines."""
    parts = [base64.b64decode(line, validate=True) for line in body.split(b"\n")]
    return [(name.decode(), content) for name, content in zip(parts[::2], parts[1::2], strict=True)]
