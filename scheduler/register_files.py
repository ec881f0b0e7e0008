"""Registers that somebody brings on the command line: all of them, or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.scene.scene import Scene, Taskforce
from bot.turns.registers import report_lines, take_register
from storage.database import Database

BY, SOURCE = "command line", "command"


async def import_registers(
    database: Database,
    taskforce: Taskforce,
    files: Sequence[tuple[str, bytes]],
    school: str,
    now: datetime,
    progress: Callable[[int], None] = lambda _count: None,
) -> list[str]:
    """Take registers in, one after another; returns what to say. Raises `Rejected`."""

    def work(connection: Connection) -> list[str]:
        scene = Scene(connection, taskforce, now, f"registers:{now.isoformat()}")
        said = []
        for name, content in files:
            report = take_register(scene, BY, SOURCE, name, content, school, progress=progress)
            said += [f"{name}: {line}" for line in report_lines(report, to_manager=True)]
        return said

    return await database.write(work)
