"""The port the stand-in listens on: it can be shut and opened again, and stays the same."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from tests.fakes.bot_api import ATTACHED

LARGEST = 50 * 2**20  # bytes of one request

Asked = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door:
    """Keeps one port of 127.0.0.1, listening or not, so that nobody else gets it meanwhile."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._socket = _bound(0)
        self.port: int = self._socket.getsockname()[1]
        self.shut = asyncio.Event()
        self.shut.set()
        self._runner: web.AppRunner | None = None

    async def opens(self) -> None:
        """Listen."""
        self.shut = asyncio.Event()
        app = web.Application(client_max_size=LARGEST)
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self._asked)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket).start()

    async def shuts(self) -> None:
        """Stop listening and drop every connection; whoever waits on `shut` wakes."""
        runner, self._runner = self._runner, None
        self.shut.set()
        if runner is None:
            return
        for connection in runner.server.connections if runner.server else ():
            if connection.transport is not None:
                connection.transport.abort()
        await runner.cleanup()
        self._socket = _bound(self.port)

    async def goes(self) -> None:
        """Shut for good."""
        await self.shuts()
        self._socket.close()


def _bound(port: int) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", port))
    return made


async def read(request: web.Request) -> tuple[dict[str, Any], dict[str, bytes]]:
    """A call's fields, from a query, a form or JSON, and the files that came along."""
    fields: dict[str, Any] = dict(request.query)
    files: dict[str, bytes] = {}
    if request.content_type == "application/json":
        return {**fields, **await request.json()}, files
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            with value.file as upload:
                files[name] = upload.read()
        else:
            fields[name] = value if isinstance(value, str) else bytes(value).decode()
    return fields, files


def by_field(fields: Mapping[str, Any], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same files under the fields they are for, whatever name they travelled by."""
    names = {f"{ATTACHED}{name}": name for name in files}
    fields_of = {names[v]: f for f, v in fields.items() if isinstance(v, str) and v in names}
    return {fields_of.get(name, name): content for name, content in files.items()}
