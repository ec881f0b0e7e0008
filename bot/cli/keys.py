"""`keys`: what encrypts the record, and what finds a number in it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.keys import Keyring
    from storage.rotation import Rotated

NEW_INDEX_KEY = "KEYWORKER_NEW_INDEX_KEY"
app = typer.Typer(help="Make and change keys.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _keys() -> None:
    """Make and change keys."""


@app.command("new")
def new() -> None:
    """Print a fresh pair for KEYWORKER_KEYS and KEYWORKER_INDEX_KEY."""
    from storage.keys import new_keys

    seal, index = new_keys()
    print(f"KEYWORKER_KEYS={seal}\nKEYWORKER_INDEX_KEY={index}")


@app.command("rotate")
def rotate() -> None:
    """Seal everything with the first key of KEYWORKER_KEYS. The service may run, restarted with it.

    Every process must have been restarted with the new key in front before this is run.
    """
    from bot.app import service_keys
    from bot.settings import read_settings
    from storage.folder import FolderInUse, locked

    settings = read_settings()
    keys = service_keys(settings)
    try:
        with locked(settings.data_dir):
            told = asyncio.run(_until_done(partial(_rotate, settings, keys)))
    except FolderInUse:
        told = asyncio.run(_until_done(partial(_through_service, settings, keys)))
    _show(told, _spooled(settings))


async def _until_done(some: Callable[[], Awaitable[Rotated]]) -> Rotated:
    """Rotate some at a time until nothing is left, or nothing more can be done."""
    told = await some()
    while told.left:
        more = await some()
        told = replace(more, anew=told.anew + more.anew)
        if not more.anew:
            break
    return told


async def _rotate(settings: Settings, keys: Keyring) -> Rotated:
    """Rotate with no service running on this folder."""
    from bot.app import open_migrated
    from scheduler.clock import wall_clock
    from storage.rotation import rotate

    database = await open_migrated(settings.url, keys)
    try:
        return await rotate(database, keys.mark, wall_clock())
    finally:
        await database.close()


async def _through_service(settings: Settings, keys: Keyring) -> Rotated:
    """Have the running service rotate, if it seals with the same key as this command would."""
    from bot.cli.running import ask_service
    from bot.domain import NotReady
    from storage.rotation import Rotated

    done, told = await ask_service(settings, "keys/rotate", keys.mark.encode())
    if not done:
        raise NotReady(told["refusal"])
    return Rotated(**told)


def _spooled(settings: Settings) -> int:
    """Count what waits in files until the database is back: it stays sealed as it came."""
    from storage.spool import FOLDER, WHOLE

    return len(list((settings.data_dir / FOLDER).glob(f"*{WHOLE}")))


def _show(told: Rotated, spooled: int) -> None:
    """Say whether the older keys may go."""
    print(f"{told.anew} values are sealed with the newest key now.")
    if told.unreadable:
        print(f"{told.unreadable} values open with no key of the list. They were left as they are.")
    if told.left:
        print(f"{told.left} values were in use all the time. Run this once more.")
    if spooled:
        print(f"{spooled} messages wait in the spool. Run this once more when they are through.")
    if told.left or told.unreadable or spooled:
        print("Keep the older keys.")
        raise typer.Exit(1)
    print("The older keys open nothing here any more: KEYWORKER_KEYS may go without them.")
    print("Backups made before still need them.")


@app.command("reindex")
def reindex() -> None:
    """Change the index key to KEYWORKER_NEW_INDEX_KEY. No service may run."""
    from bot.app import service_keys
    from bot.settings import read_settings
    from storage.folder import locked

    settings = read_settings()
    keys = service_keys(settings)
    anew = _new_index(keys)
    with locked(settings.data_dir):
        count = asyncio.run(_reindex(settings, keys, anew))
    print(f"{count} numbers are found by the new key. Set KEYWORKER_INDEX_KEY to it before you")
    print("start the service: with the old one every family would be a stranger.")
    print("Links and invitations that were on their way have ended; make them anew.")
    print("Backups made before need the old one.")


def _new_index(keys: Keyring) -> Keyring:
    """Read the new key, or say what is wrong with it."""
    from bot.domain import NotReady
    from storage.folder import keyring

    key = os.environ.get(NEW_INDEX_KEY, "")
    if not key:
        raise NotReady(f"{NEW_INDEX_KEY} is not set: `python -m bot keys new` prints one.")
    if key == keys.index_key or key in keys.seals:
        raise NotReady(f"{NEW_INDEX_KEY} must be a key that is used for nothing else.")
    try:
        keyring(key, key)
    except ValueError:
        raise NotReady(f"{NEW_INDEX_KEY} holds something that is no key.") from None
    return replace(keys, index_key=key)


async def _reindex(settings: Settings, keys: Keyring, anew: Keyring) -> int:
    from bot.app import open_migrated
    from scheduler.clock import wall_clock
    from storage.reindexing import reindex

    if not settings.url.startswith("sqlite"):
        from storage.postgres_place import alone

        await alone(settings.url, keys)
    database = await open_migrated(settings.url, keys)
    try:
        now = wall_clock()
        return await database.write(lambda connection: reindex(connection, anew, now))
    finally:
        await database.close()
