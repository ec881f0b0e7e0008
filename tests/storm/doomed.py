"""Processes that kill themselves at a named point of their own work."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

from tests.storage.killed_turn import die
from tests.storm.crew import FORK, PRELOADED

PATIENCE = 60  # seconds


def dies_before(engine: Engine, statement: str) -> None:
    """Kill this process just before it runs a statement that begins like this."""

    @event.listens_for(engine, "before_cursor_execute")
    def _statement(_connection: Any, _cursor: Any, said: str, *_about: Any) -> None:
        if said.lstrip().startswith(statement):
            die()


async def killed(target: Callable[..., None], *given: Any) -> bool:
    """Run something in a process of its own. False: it did not die as it was to."""
    FORK.set_forkserver_preload(PRELOADED)
    process = FORK.Process(target=target, args=given, daemon=True)
    process.start()
    await asyncio.to_thread(process.join, PATIENCE)
    if process.exitcode is None:
        process.kill()
        process.join()
        return False
    return process.exitcode == -signal.SIGKILL
