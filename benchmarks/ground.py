"""Where the benches stand: databases with Marlbridge's staff and as many families as are wanted."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from bot.app import assemble, open_migrated, simulated_channels
from bot.demo import settle_in
from bot.scene.scene import Taskforce
from bot.settings import DEMO, read_lexicon
from bot.taskforce_file import read_practice
from storage.database import Database, open_database
from storage.folder import demo_keyring
from tests.fakes.postgres import create_database

NOW = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)  # a Tuesday in term, in everybody's hours


@dataclass(frozen=True, slots=True)
class Ground:
    """One database, the folder of its keys, and what is put under processes that use its disk."""

    url: str
    folder: Path
    under: Mapping[str, str] = field(default_factory=dict)

    @property
    def engine(self) -> str:
        return "SQLite" if self.url.startswith("sqlite") else "PostgreSQL"

    def open(self) -> Database:
        return open_database(self.url, demo_keyring(self.folder))


def taskforce() -> Taskforce:
    """How the fictional taskforce works."""
    return Taskforce(read_practice(DEMO / "taskforce.toml"), read_lexicon())


@contextlib.contextmanager
def a_folder() -> Iterator[Path]:
    """Make a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kwbench", ignore_cleanup_errors=True) as name:
        yield Path(name)


async def laid(
    folder: Path,
    socket: str | None,
    fill: Callable[[Connection], None],
    under: Mapping[str, str] | None = None,
) -> Ground:
    """Lay a database out in a folder, or on a server, and fill it."""
    place = Path(tempfile.mkdtemp(dir=folder))
    url = f"sqlite:///{place / 'bench.sqlite'}" if socket is None else await create_database(socket)
    database = await open_migrated(url, demo_keyring(place))
    try:
        await settle_in(assemble(database, taskforce(), simulated_channels(), lambda: NOW))
        await database.write(fill)
    finally:
        await database.close()
    return Ground(url, place, under or {})
