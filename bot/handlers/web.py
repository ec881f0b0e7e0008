"""The web application: routes, health, and headers that keep a page to itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Protocol

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse, JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles

from bot.counters import Counters
from bot.handlers.figures import CountedCalls
from bot.pages import ASSETS, DEMO

WEBHOOKS = "/webhooks/"
HEADERS = (
    (b"content-security-policy", b"default-src 'self'; frame-ancestors 'none'; base-uri 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
)
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Wellness(Protocol):
    """How this process is, as far as the web needs to know."""

    @property
    def well(self) -> bool: ...

    def shown(self) -> dict[str, Any]: ...


class KeptToItself:
    """Adds to every answer the headers that keep pages from being framed, cached or leaked."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


def web_app(
    *,
    ready: Callable[[], Awaitable[Wellness]],
    routes: Iterable[BaseRoute] = (),
    simulator: APIRouter | None = None,
    counters: Counters | None = None,
) -> FastAPI:
    """Make the application. The demo page and its JSON exist only where `simulator` is given."""
    app = FastAPI(title="Keyworker", docs_url=None, redoc_url=None, openapi_url=None)
    doors = list(routes)
    paths = {path for door in doors if (path := getattr(door, "path", "")).startswith(WEBHOOKS)}
    app.add_middleware(CountedCalls, counters=counters or Counters(), paths=paths)
    app.add_middleware(KeptToItself)
    app.add_exception_handler(HTTPException, _plain_error)
    app.router.routes.extend(doors)
    _health(app, ready)
    if simulator is not None:
        app.include_router(simulator)
        _page(app)
    return app


def _health(app: FastAPI, ready: Callable[[], Awaitable[Wellness]]) -> None:
    @app.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @app.get("/health/ready")
    async def is_ready() -> Response:
        found = await ready()
        return JSONResponse(found.shown(), status_code=200 if found.well else 503)


def _page(app: FastAPI) -> None:
    app.mount("/assets", StaticFiles(directory=ASSETS), name="assets")

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(DEMO, media_type="text/html")

    @app.get("/favicon.ico", include_in_schema=False)
    async def no_icon() -> Response:
        return Response(status_code=204)


async def _plain_error(request: Request, error: Exception) -> Response:
    """Answer an error in one line of JSON that quotes nothing of the request."""
    del request
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = str(error.detail) if isinstance(error, HTTPException) else "Something went wrong."
    headers = error.headers if isinstance(error, HTTPException) else None
    return JSONResponse({"detail": detail}, status_code=status, headers=headers)
