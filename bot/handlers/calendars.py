"""`GET /calendar/{token}.ics` for a worker's own calendar, `GET /v/{token}` for a family's.

The token is all there is to prove: a wrong one, an old one and one of somebody who has left are
answered alike, and nothing here writes a token down.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from typing import TypeVar

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.pages.rendering import render
from bot.pages.visit_link import link_words
from bot.rules.calendar_entries import Entry
from bot.rules.sources import Sources, source_of
from bot.scene.calendars import calendar_behind, visit_behind
from bot.scene.scene import Scene, Taskforce
from storage.database import Database

Found = TypeVar("Found")
FEED, PAGE = "/calendar/{token}.ics", "/v/{token}"
NAME = "Keyworker"
GONE = "There is nothing here."
TOO_MANY = "Too many wrong links came from where you are. Please wait a few minutes."
LONGEST = 64  # letters of a token


@dataclass(frozen=True, slots=True)
class CalendarDoor:
    """Where calendars ask for visits."""

    database: Database
    taskforce: Taskforce
    now: Callable[[], datetime]
    tries: Sources = field(default_factory=Sources)  # of this process, and gone with it

    def routes(self) -> list[Route]:
        """Name the routes."""
        return [
            Route(FEED, self.feed, methods=["GET"]),
            Route(PAGE, self.page, methods=["GET"]),
            Route(f"{PAGE}/visit.ics", self.file, methods=["GET"]),
        ]

    async def feed(self, request: Request) -> Response:
        """Give a worker's calendar to whoever holds its token."""
        from bot.pages.calendar_file import feed_file  # noqa: PLC0415 - slow to load, seldom needed

        found = await self._behind(request, calendar_behind)
        if isinstance(found, Response):
            return found
        return _file(request, feed_file(found, NAME), found)

    async def page(self, request: Request) -> Response:
        """Show a family a page with a button: a preview of the link reads nothing of the visit."""
        found = await self._behind(request, visit_behind)
        if isinstance(found, Response):
            status = found.status_code
            return HTMLResponse(render("visit_link.html", words=link_words("en"), file=""), status)
        file = f"{request.url.path.rstrip('/')}/visit.ics"
        return HTMLResponse(render("visit_link.html", words=link_words(found.language), file=file))

    async def file(self, request: Request) -> Response:
        """Give a family its visit."""
        from bot.pages.calendar_file import family_file  # noqa: PLC0415 - as above

        found = await self._behind(request, visit_behind)
        if isinstance(found, Response):
            return found
        return _file(request, family_file(found.entry), [found.entry], "visit.ics")

    async def _behind(
        self, request: Request, look: Callable[[Scene, str], Found | None]
    ) -> Found | Response:
        """Look up what a token opens; what is found counts as no try."""
        source = source_of(request.client.host if request.client else "")
        now, token = self.now(), request.path_params["token"]
        if not self.tries.may_try(source, now):
            return PlainTextResponse(TOO_MANY, 429)

        def read(connection: Connection) -> Found | None:
            return look(Scene(connection, self.taskforce, now, "calendar"), token[:LONGEST])

        found = await self.database.read(read)
        if found is None:
            return PlainTextResponse(GONE, 404)
        self.tries.let_in(source)
        return found


def _file(request: Request, body: bytes, entries: list[Entry], name: str = "") -> Response:
    """Answer with a calendar, or with "as you have it" to a calendar that says which it has."""
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag}
    if entries:
        last = max(entry.changed_at for entry in entries)
        headers["last-modified"] = format_datetime(last, usegmt=True)
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if name:
        headers["content-disposition"] = f'attachment; filename="{name}"'
    return Response(body, media_type="text/calendar", headers=headers)
