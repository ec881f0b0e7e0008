"""Listening: uvicorn in this process, and the address said out loud once it answers."""

from __future__ import annotations

import socket
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from fastapi import FastAPI


class Listener(uvicorn.Server):
    """Stops listening when it is asked to, and leaves the rest of the service time to close."""

    def __init__(self, config: uvicorn.Config, stopping: Callable[[], object]) -> None:
        super().__init__(config)
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say where."""
        await super().startup(sockets)
        if self.started:
            where = f"http://{self.config.host}:{self.config.port}/"
            print(f"Open {where}  (stop with Ctrl-C)", flush=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note the wish to stop; uvicorn's own way raises the signal again, which would kill us."""
        del sig, frame
        if not self.should_exit:
            self._stopping()
        self.force_exit = self.should_exit
        self.should_exit = True


async def run_web(
    app: FastAPI, host: str, port: int, stopping: Callable[[], object] = lambda: None
) -> None:
    """Serve until Ctrl-C or SIGTERM; `stopping` is called once, as soon as that comes."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,  # an address can carry an id; the log keeps none of them
        log_config=None,
        ws="none",  # nothing here speaks it, and its library need not be loaded
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=10,
    )
    await Listener(config, stopping).serve()
