"""Restoring elsewhere: an empty place on the same engine, and what stands there afterwards."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url

from storage.carryover import Again, close_again, read_later
from storage.database import Database
from storage.keys import Keyring
from storage.postgres_programs import newest, surroundings
from tests.fakes.postgres import _binaries, create_database, drop_database
from tests.stage import KEYS, Play, open_stage

HOUSE = Path(__file__).parents[2]
LEANNE = "+447700900100"
SAID = "he slept at his cousin's"


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def path_with_postgres() -> str:
    """The PATH of a machine on which PostgreSQL's programs of the server's version are found."""
    return f"{_binaries()}{os.pathsep}{os.environ.get('PATH', '')}"


def environment(url: str, folder: Path, keys: Keyring = KEYS) -> dict[str, str]:
    """What an installation with this database has in its environment."""
    return {
        "PATH": path_with_postgres() if not is_sqlite(url) else os.environ.get("PATH", ""),
        "KEYWORKER_DATABASE_URL": url,
        "KEYWORKER_DATA_DIR": str(folder),
        "KEYWORKER_KEYS": ",".join(keys.seals),
        "KEYWORKER_INDEX_KEY": keys.index_key,
    }


async def command(env: dict[str, str], *words: str) -> str:
    """Run one command in a process of its own, as an operator would beside a running service."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", "-m", "bot", *words, cwd=HOUSE, env=env,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    said, _nothing = await process.communicate()
    assert process.returncode == 0, said.decode()
    return said.decode()


@asynccontextmanager
async def elsewhere(url: str, folder: Path) -> AsyncIterator[str]:
    """An empty database of the same engine, where nobody has ever been."""
    if is_sqlite(url):
        yield f"sqlite:///{folder / 'restored.sqlite'}"
        return
    new = await create_database(str(make_url(url).query["host"]))
    try:
        yield new
    finally:
        await drop_database(new)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = open_stage(url)
    try:
        yield database
    finally:
        await database.close()


def laid_open(file: Path, url: str) -> bytes:
    """Everything a backup says to whoever holds it without keys: unpacked, if it is packed."""
    if is_sqlite(url):
        return file.read_bytes()
    done = subprocess.run(
        [str(newest("pg_restore")), "--file=-", str(file)],
        env=surroundings(url), capture_output=True, check=True,
    )  # fmt: skip
    return done.stdout


async def closed_again(play: Play, older: Database) -> Again:
    """Do again in an older state what has happened since."""
    later = await play.database.read(read_later)
    return await older.write(lambda c: close_again(c, later))
