"""`staff`: who may connect a chat, and who may not any more."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Literal

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    help="Let staff in, or cut them off.", no_args_is_help=True, rich_markup_mode=None
)
Deed = Literal["invite", "revoke"]


@app.callback()
def _staff() -> None:
    """Let staff in, or cut them off."""


@app.command("invite")
def invite(staff: str = typer.Argument(help="Their id, such as DO.")) -> None:
    """Print a code that connects one chat of theirs; it works once, for ten minutes."""
    _do("invite", staff)


@app.command("revoke")
def revoke(staff: str = typer.Argument(help="Their id, such as DO.")) -> None:
    """Cut somebody off at once: a lost phone, a leaver."""
    _do("revoke", staff)


def _do(deed: Deed, staff: str) -> None:
    from bot.settings import read_settings
    from storage.folder import FolderInUse, locked

    settings = read_settings()
    try:
        with locked(settings.data_dir):
            said = asyncio.run(_directly(settings, deed, staff))
    except FolderInUse:
        said = asyncio.run(_through_service(settings, deed, staff))
    print(said)


async def _directly(settings: Settings, deed: Deed, staff: str) -> str:
    """Do it with no service running."""
    from bot.app import open_migrated, service_keys
    from bot.scene.scene import Taskforce
    from bot.settings import read_lexicon
    from bot.taskforce_file import read_practice
    from bot.turns.staffing import invite_staff, revoke_staff
    from scheduler.clock import wall_clock

    taskforce = Taskforce(read_practice(settings.taskforce_file), read_lexicon())
    database = await open_migrated(settings.url, service_keys(settings))
    work = invite_staff if deed == "invite" else revoke_staff
    try:
        return await work(database, taskforce, staff, wall_clock())
    finally:
        await database.close()


async def _through_service(settings: Settings, deed: Deed, staff: str) -> str:
    """Have the running service do it, which alone writes to its folder."""
    from bot.cli.running import ask_service

    done, told = await ask_service(settings, f"staff/{deed}", staff.encode())
    if not done:
        print(f"keyworker: {told['refusal']}", file=sys.stderr)
        raise typer.Exit(2)
    return str(told["said"])
