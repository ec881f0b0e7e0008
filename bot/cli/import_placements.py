"""`import placements`: since when children are where, and which sessions were agreed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.import_ import Given, refuse

if TYPE_CHECKING:
    from bot.settings import Settings


def placements(
    file: Path = typer.Argument(help="Placements, as CSV."),
    sessions: Path | None = typer.Option(None, help="Agreed sessions, as CSV."),
) -> None:
    """Import placements and agreed sessions; both files together are one step."""
    from bot.domain import NotReady
    from bot.settings import read_settings
    from storage.folder import FolderInUse, locked

    settings = read_settings()
    try:
        given = [(each.name, each.read_bytes()) for each in (file, sessions) if each]
    except OSError as error:
        raise NotReady(f"Cannot read {error.filename}: {error.strerror}.") from None
    try:
        with locked(settings.data_dir):
            asyncio.run(_directly(settings, given))
    except FolderInUse:
        asyncio.run(_through_service(settings, given))


async def _directly(settings: Settings, files: Given) -> None:
    """Import with no service running."""
    from bot.app import open_migrated, service_keys
    from bot.imports.faults import Rejected
    from bot.scene.scene import Taskforce
    from bot.settings import read_lexicon
    from bot.taskforce_file import read_practice
    from scheduler.clock import wall_clock
    from scheduler.placements import import_placements

    taskforce = Taskforce(read_practice(settings.taskforce_file), read_lexicon())
    database = await open_migrated(settings.url, service_keys(settings))
    try:
        for line in await import_placements(database, taskforce, files, wall_clock()):
            print(line)
    except Rejected as rejected:
        refuse([str(fault) for fault in rejected.faults])
    finally:
        await database.close()


async def _through_service(settings: Settings, files: Given) -> None:
    """Import through the running service, which alone writes to its folder."""
    from bot.cli.running import ask_service
    from bot.handlers.internal import packed

    done, told = await ask_service(settings, "import/placements", packed(files))
    if not done:
        refuse(told["faults"])
    for line in told["lines"]:
        print(line)
