"""`import register`: what schools' registers say, taken in whole or not at all."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

Given = list[tuple[str, bytes]]

EVERY = 10_000  # marks between two lines of progress


def register(
    files: list[Path] = typer.Argument(help="Registers, as CSV or XLSX."),
    school: str = typer.Option("", help="Whose they are, where their rows do not say."),
) -> None:
    """Import registers; all files together are one step."""
    from bot.domain import NotReady
    from bot.settings import read_settings
    from storage.folder import FolderInUse, locked

    settings = read_settings()
    try:
        given = [(file.name, file.read_bytes()) for file in files]
    except OSError as error:
        raise NotReady(f"Cannot read {error.filename}: {error.strerror}.") from None
    try:
        with locked(settings.data_dir):
            asyncio.run(_directly(settings, given, school))
    except FolderInUse:
        asyncio.run(_through_service(settings, given, school))


async def _directly(settings: Settings, given: Given, school: str) -> None:
    """Import with no service running."""
    from bot.app import open_migrated, service_keys
    from bot.imports.faults import Rejected
    from bot.scene.scene import Taskforce
    from bot.settings import read_lexicon
    from bot.taskforce_file import read_practice, read_shapes
    from scheduler.clock import wall_clock
    from scheduler.register_files import import_registers
    from scheduler.registers import listed

    file = settings.taskforce_file
    taskforce = Taskforce(read_practice(file), read_lexicon(), shapes=read_shapes(file))
    database = await open_migrated(settings.url, service_keys(settings))
    try:
        now = wall_clock()
        for line in await import_registers(database, taskforce, given, school, now, _progress()):
            print(line)
    except Rejected as rejected:
        _refuse(listed(rejected))
    finally:
        await database.close()


async def _through_service(settings: Settings, given: Given, school: str) -> None:
    """Import through the running service, which alone writes to its folder."""
    from bot.cli.running import ask_service
    from bot.handlers.internal import packed

    body = packed([("school", school.encode()), *given])
    done, told = await ask_service(settings, "import/register", body)
    if not done:
        _refuse(told["faults"])
    for line in told["lines"]:
        print(line)


def _refuse(faults: list[str]) -> None:
    """List every fault and end the command."""
    for fault in faults:
        print(fault, file=sys.stderr)
    print("Nothing was imported.", file=sys.stderr)
    raise typer.Exit(1)


def _progress() -> Callable[[int], None]:
    """Say how far it is, where somebody watches."""
    told = 0

    def tell(count: int) -> None:
        nonlocal told
        if count // EVERY > told:
            told = count // EVERY
            print(f"{told * EVERY:,} marks read", file=sys.stderr, flush=True)

    return tell if sys.stderr.isatty() else lambda _count: None
