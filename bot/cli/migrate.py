"""`migrate`: bring the tables up to date."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings


def migrate() -> None:
    """Bring the database's tables up to date."""
    from bot.settings import read_settings
    from storage.migrate import head

    asyncio.run(_migrate(read_settings()))
    print(f"The tables are at {head()}.")


async def _migrate(settings: Settings) -> None:
    from bot.app import open_migrated, service_keys

    keys = service_keys(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    await (await open_migrated(settings.url, keys)).close()
