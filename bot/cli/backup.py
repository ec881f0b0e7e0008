"""`backup`: one file that holds the whole database, while the service works on."""

from __future__ import annotations

from pathlib import Path

import typer

MEGABYTE = 1_000_000
BESIDE = (
    "Words, names and numbers in it are encrypted, and the keys are not in it. Keep in two other "
    "places what opens it: KEYWORKER_KEYS and KEYWORKER_INDEX_KEY; and taskforce.toml beside it."
)


def backup(
    file: Path = typer.Argument(help="The file to write; it must not be there yet."),
) -> None:
    """Write a backup of the database into one file. The service may run."""
    from bot.settings import read_settings
    from storage.backup import back_up

    size = back_up(read_settings().url, file)
    print(f"Backed up into {file}: {size / MEGABYTE:.1f} MB, and checked.")
    print(BESIDE)
