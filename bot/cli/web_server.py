"""Listening: uvicorn in this process, and the address said out loud once it answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI


async def run_web(app: FastAPI, host: str, port: int) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    import uvicorn

    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,  # an address can carry an id; the log keeps none of them
        log_config=None,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=10,
    )
    server = uvicorn.Server(config)
    told = asyncio.create_task(_tell(server, host, port))
    try:
        await server.serve()
    finally:
        told.cancel()
        await asyncio.gather(told, return_exceptions=True)


async def _tell(server: object, host: str, port: int) -> None:
    while not getattr(server, "started", False):  # noqa: ASYNC110  uvicorn offers no event
        await asyncio.sleep(0.05)
    print(f"Open http://{host}:{port}/  (stop with Ctrl-C)", flush=True)
