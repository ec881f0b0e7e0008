"""`import`: files in. Either all of it, or nothing and every fault."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(help="Bring files in.", no_args_is_help=True, rich_markup_mode=None)
Given = list[tuple[str, bytes]]

PROVE = (
    "Nothing automatic goes to these people until their key worker has spoken to them and "
    "pressed “Spoke to them, number right” on the task that comes with their first check-in:"
)


KEPT = (
    "Left as somebody has set it on the page, though the files say otherwise. If the files are "
    "right, change it there:"
)


@app.callback()
def _import() -> None:
    """Bring files in."""


@app.command("people")
def people(
    files: list[Path] = typer.Argument(help="staff, schools, pupils and carers, as CSV."),
) -> None:
    """Import staff, schools, pupils and carers; all files together are one step."""
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
    from scheduler.enrolment import import_people

    taskforce = Taskforce(read_practice(settings.taskforce_file), read_lexicon())
    database = await open_migrated(settings.url, service_keys(settings))
    try:
        report, unproven = await import_people(database, taskforce, files, wall_clock())
        show(report.new, report.changed, unproven, report.kept)
    except Rejected as rejected:
        refuse([str(fault) for fault in rejected.faults])
    finally:
        await database.close()


async def _through_service(settings: Settings, files: Given) -> None:
    """Import through the running service, which alone writes to its folder."""
    from bot.cli.running import ask_service
    from bot.handlers.internal import packed

    done, told = await ask_service(settings, "import/people", packed(files))
    if not done:
        refuse(told["faults"])
    show(told["new"], told["changed"], told["unproven"], told["kept"])


def refuse(faults: list[str]) -> None:
    """List every fault and end the command."""
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(faults)} faults. Nothing was imported.", file=sys.stderr)
    raise typer.Exit(1)


def show(
    new: Mapping[str, int], changed: Mapping[str, int], unproven: list[str], kept: list[str]
) -> None:
    """Say what an import did."""
    if not new and not changed:
        print("Nothing changed: all of this was on record already.")
    for label, counts in (("New", new), ("Changed", changed)):
        if counts:
            print(f"{label}: " + ", ".join(_counted(*counted) for counted in counts.items()))
    for heading, lines in ((KEPT, kept), (PROVE, unproven)):
        if lines:
            print(heading)
            for line in lines:
                print(f"  {line}")


def _counted(kind: str, count: int) -> str:
    return f"{count} {kind}" if count == 1 or kind == "staff" else f"{count} {kind}s"
