"""A backup: the whole database as it stood at one moment, copied while the service works on."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from bot.domain import NotReady
from storage.postgres_programs import dump
from storage.sqlite_writer import BUSY_MS

SQLITE_BEGINS, POSTGRES_BEGINS = b"SQLite format 3\0", b"PGDMP"


def back_up(url: str, file: Path) -> int:
    """Write a backup of a database that may be in use; returns its size in bytes.

    Nothing is decrypted, so no key is needed and none is in the file.
    """
    parts = make_url(url)
    try:
        with appearing(file) as part:
            if parts.get_backend_name() == "sqlite":
                copy_sqlite(Path(parts.database or ""), part)
            else:
                dump(url, part)
        return file.stat().st_size
    except OSError as error:
        raise NotReady(f"The backup cannot be written: {error.strerror}.") from None


@contextmanager
def appearing(file: Path) -> Iterator[Path]:
    """Make a file that is there whole or not at all, and that nobody else may read."""
    if file.exists():
        raise NotReady(f"There is a file “{file.name}” already, and no backup overwrites another.")
    if not file.parent.is_dir():
        raise NotReady(f"There is no folder “{file.parent}” to write the backup into.")
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        to_disk(part)
        part.replace(file)
        to_disk(file.parent)
    finally:
        part.unlink(missing_ok=True)


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, would survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def copy_sqlite(database: Path, part: Path) -> None:
    """Copy an SQLite database as it stands now into one sound file; its service notices nothing."""
    if not database.is_file():
        raise NotReady("There is no database yet.")
    try:
        with closing(_reader(database)) as source, closing(sqlite3.connect(part)) as target:
            target.execute("PRAGMA synchronous=OFF")  # the finished file is brought to disk at once
            source.backup(target)  # in one step: one moment, however much is written meanwhile
            target.execute("PRAGMA journal_mode=DELETE")  # the file alone is the whole backup
            (sound,) = target.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        raise NotReady(f"The database cannot be copied: {error}.") from None
    if sound != "ok":
        raise NotReady("The copy is damaged, and so may be the database: it was not kept.")


def _reader(database: Path) -> sqlite3.Connection:
    """Open a database that this connection can neither change nor checkpoint."""
    uri = f"{database.resolve().as_uri()}?mode=ro"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_MS / 1000)


def engine_of(file: Path) -> str:
    """Say which engine a backup is of, by its first bytes; raises `NotReady` if it is none."""
    try:
        with file.open("rb") as opened:
            begins = opened.read(len(SQLITE_BEGINS))
    except OSError as error:
        raise NotReady(f"Cannot read “{file.name}”: {error.strerror}.") from None
    if begins == SQLITE_BEGINS:
        return "sqlite"
    if begins.startswith(POSTGRES_BEGINS):
        return "postgresql"
    raise NotReady(f"“{file.name}” is no backup of Keyworker.")
