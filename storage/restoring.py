"""A backup takes a database's place: made ready beside it, and only then put where it was."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from storage.backup import SQLITE_BEGINS, copy_sqlite, to_disk
from storage.keys import Keyring
from storage.postgres_place import ASIDE, in_postgres

WRITES_AHEAD = b"\x02\x02"  # bytes 18 and 19 of a file whose latest pages may stand beside it


@asynccontextmanager
async def in_its_place(url: str, keys: Keyring, file: Path, now: datetime) -> AsyncIterator[str]:
    """Bring a backup in and yield its address; where the block fails, all is as it was."""
    parts, aside = make_url(url), kept_as(url, now)
    if parts.get_backend_name() == "sqlite":
        place = Path(parts.database or "")
        async with _beside(place, file, place.with_name(aside)) as beside:
            yield beside
    else:
        async with in_postgres(url, keys, file, aside):
            yield url


def kept_as(url: str, now: datetime) -> str:
    """Name the file, or the schema, in which a restore keeps what was there before."""
    parts, moment = make_url(url), f"{now:%Y%m%d_%H%M%S}"
    if parts.get_backend_name() == "sqlite":
        return f"{Path(parts.database or '').name}.before_{moment}"
    return f"{ASIDE}{moment}"


@asynccontextmanager
async def _beside(place: Path, file: Path, aside: Path) -> AsyncIterator[str]:
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=place.parent) as folder:
        beside = Path(folder) / place.name
        await asyncio.to_thread(copy_sqlite, file, beside)
        beside.chmod(0o600)
        yield f"sqlite:///{beside}"
        put_in_place(beside, place, aside)


def put_in_place(beside: Path, place: Path, aside: Path) -> None:
    """Let one file take another's place in one step; the other is kept."""
    _into_one_file(beside)
    to_disk(beside)
    if place.exists():
        if _writes_ahead(place):  # opened, a damaged one might lose what stands beside it
            with contextlib.suppress(sqlite3.Error):
                _into_one_file(place)
        os.link(place, aside)
    for ending in ("-wal", "-shm"):  # left here, it would be read into the new file
        left = place.with_name(place.name + ending)
        if left.exists():
            left.rename(aside.with_name(aside.name + ending))
    beside.replace(place)
    to_disk(place.parent)


def _writes_ahead(database: Path) -> bool:
    with database.open("rb") as opened:
        begins = opened.read(20)
    return begins.startswith(SQLITE_BEGINS) and begins[18:20] == WRITES_AHEAD


def _into_one_file(database: Path) -> None:
    """Bring what was written last from beside a file into it."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
