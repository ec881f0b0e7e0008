"""`audit`: is the record of who did what whole?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(help="Check the audit.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _audit() -> None:
    """Check the audit."""


@app.command("verify")
def verify() -> None:
    """Check every seal of the audit and name the first row that does not fit."""
    import asyncio

    from bot.settings import read_settings

    broken = asyncio.run(_verify(read_settings()))
    if broken is not None:
        print(f"Row {broken} of the audit does not fit the row before it.")
        raise typer.Exit(1)
    print("The audit is whole.")


async def _verify(settings: Settings) -> int | None:
    from bot.app import open_migrated, service_keys
    from storage.audit import first_broken

    database = await open_migrated(settings.url, service_keys(settings))
    try:
        return await database.read(first_broken)
    finally:
        await database.close()
