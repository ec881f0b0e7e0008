"""A backup under load holds everything that was acknowledged before, and says nothing in clear."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot.domain import Inbound, NotReady
from bot.turns import take
from storage import audit
from storage.backup import appearing, back_up, copy_sqlite, engine_of
from storage.database import Database
from storage.postgres_programs import newest, surroundings
from storage.received import remember
from storage.tables import Contact, Received
from tests.stage import Play
from tests.storage.restores import (
    command,
    elsewhere,
    environment,
    is_sqlite,
    laid_open,
    opened,
    path_with_postgres,
)
from tests.storage.rows import Home, a_home

SAID = "zebrafinchwardrobe"
FAMILIES, BEFORE = 8, 16


@pytest.fixture(autouse=True)
def programs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which PostgreSQL's own programs can be found."""
    if "postgresql" in request.node.name:
        request.getfixturevalue("postgres")
        monkeypatch.setenv("PATH", path_with_postgres())


class Load:
    """Families who go on writing, and what the service has acknowledged to them."""

    def __init__(self, play: Play, homes: list[Home]) -> None:
        self.play, self.homes = play, homes
        self.acknowledged: list[str] = []
        self.enough = asyncio.Event()
        self.over = asyncio.Event()

    async def run(self) -> None:
        await asyncio.gather(*(self._family(home) for home in self.homes))

    async def _family(self, home: Home) -> None:
        number = 0
        while not self.over.is_set():
            number += 1
            name = f"in-{home.person}-{number}"
            inbound = Inbound("sms", name, home.number, f"the {SAID} again, {number}")
            await take(self.play.database, self.play.service.taskforce, inbound, self.play.now)
            self.acknowledged.append(name)
            if len(self.acknowledged) >= BEFORE:
                self.enough.set()


def heard(connection: Connection) -> tuple[set[str], dict[str, str]]:
    """Every id that was taken in, and the words each has left in the log."""
    ids = select(Received.external_id).where(Received.external_id.like("in-%"))
    log = select(Contact.source, Contact.words).where(Contact.source.like("sms:in-%"))
    return (
        set(connection.execute(ids).scalars()),
        {row.source.removeprefix("sms:"): row.words for row in connection.execute(log)},
    )


async def test_a_backup_under_load_restored_elsewhere_misses_nothing_acknowledged_before(
    play: Play, tmp_path: Path
):
    url, file = play.database.url, tmp_path / "monday.backup"
    homes = await play.database.write(lambda c: [a_home(c, number) for number in range(FAMILIES)])
    load = Load(play, homes)
    writing = asyncio.create_task(load.run())
    await load.enough.wait()
    before = set(load.acknowledged)
    said = await command(environment(url, tmp_path), "backup", str(file))
    while_it_ran = len(load.acknowledged) - len(before)
    load.over.set()
    await writing
    assert said.startswith(f"Backed up into {file}: ")
    assert "the keys are not in it" in said
    assert while_it_ran > FAMILIES, "the service went on meanwhile"
    assert SAID.encode() not in laid_open(file, url).lower()
    async with elsewhere(url, tmp_path / "elsewhere") as there:
        told = await command(environment(there, tmp_path / "elsewhere"), "restore", str(file))
        assert "The audit is whole." in told
        async with opened(there) as restored:
            received, logged = await restored.read(heard)
            assert before <= received
            assert set(logged) == received, "one moment: nothing is half there"
            assert all(SAID in words for words in logged.values())
            assert await restored.read(audit.first_broken) is None


async def test_a_word_that_got_through_would_be_found_in_a_backup(
    database: Database, tmp_path: Path
):
    file = tmp_path / "careless.backup"
    await database.write(lambda c: remember(c, "careless", f"said {SAID}"))
    back_up(database.url, file)
    assert SAID.encode() in laid_open(file, database.url)


def backups_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if "backup" in path.name]


async def test_a_backup_is_for_its_owner_alone_and_overwrites_nothing(
    database: Database, tmp_path: Path
):
    file = tmp_path / "one.backup"
    size = back_up(database.url, file)
    assert size == file.stat().st_size > 1000
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert engine_of(file) == ("sqlite" if is_sqlite(database.url) else "postgresql")
    before = file.read_bytes()
    with pytest.raises(NotReady, match="no backup overwrites another"):
        back_up(database.url, file)
    assert file.read_bytes() == before
    assert backups_in(tmp_path) == ["one.backup"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_backup_is_one_file_that_needs_no_other(database: Database, tmp_path: Path):
    await database.write(lambda c: remember(c, "last", "written a moment ago"))
    folder = tmp_path / "away"
    folder.mkdir()
    back_up(database.url, folder / "one.backup")
    with closing(sqlite3.connect(f"file:{folder / 'one.backup'}?mode=ro", uri=True)) as copy:
        query = "SELECT value FROM service_value WHERE name = 'last'"
        assert copy.execute(query).fetchone() == ("written a moment ago",)
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert [path.name for path in folder.iterdir()] == ["one.backup"]


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 20] = b"\xff" * (4096 * 17)
    path.write_bytes(content)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_damaged_database_gives_no_backup_rather_than_a_damaged_one(
    database: Database, tmp_path: Path
):
    await database.close()
    damage(Path(database.url.removeprefix("sqlite:///")))
    folder = tmp_path / "away"
    folder.mkdir()
    with pytest.raises(NotReady, match=r"copy is damaged|cannot be copied"):
        back_up(database.url, folder / "one.backup")
    assert list(folder.iterdir()) == []


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path):
    def half_way() -> None:
        with appearing(tmp_path / "one.backup") as part:
            part.write_bytes(b"half of it")
            raise ValueError("the power went")

    with pytest.raises(ValueError, match="power"):
        half_way()
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_backed_up_is_said_in_a_sentence(tmp_path: Path):
    with pytest.raises(NotReady, match="There is no database yet"):
        back_up(f"sqlite:///{tmp_path / 'none.sqlite'}", tmp_path / "one.backup")
    with pytest.raises(NotReady, match="There is no folder"):
        back_up(f"sqlite:///{tmp_path / 'none.sqlite'}", tmp_path / "nowhere" / "one.backup")
    (tmp_path / "text").write_text("hello")
    with pytest.raises(NotReady, match="is no backup of Keyworker"):
        engine_of(tmp_path / "text")
    with pytest.raises(NotReady, match="Cannot read “gone”"):
        engine_of(tmp_path / "gone")
    with pytest.raises(NotReady, match="cannot be copied"):
        copy_sqlite(tmp_path / "text", tmp_path / "copy")


def test_without_postgresqls_programs_the_sentence_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("storage.postgres_programs.PLACES", ())
    with pytest.raises(NotReady, match=r"pg_dump was not found. Install .* postgresql-client"):
        back_up("postgresql+asyncpg://keyworker@/keyworker", tmp_path / "one.backup")


def program(folder: Path, version: str, ends: str) -> None:
    folder.mkdir()
    path = folder / "pg_dump"
    asked = f'[ "$1" = --version ] && echo "pg_dump (PostgreSQL) {version}" && exit'
    path.write_text(f"#!/bin/sh\n{asked}\n{ends}\n")
    path.chmod(0o700)


def test_of_several_programs_the_newest_is_taken(monkeypatch, tmp_path):
    for version in ("9.6", "18.1", "15.18"):
        program(tmp_path / version, version, "exit 0")
    folders = [str(tmp_path / version) for version in ("9.6", "18.1", "15.18")]
    monkeypatch.setenv("PATH", ":".join(folders))
    monkeypatch.setattr("storage.postgres_programs.PLACES", ())
    assert newest("pg_dump").parent.name == "18.1"


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ("echo 'server version mismatch' >&2; exit 1", "older than the server. Install"),
        ("echo 'cannot connect' >&2; echo 'CONTEXT: Leanne' >&2; exit 1", "cannot connect$"),
    ],
)
def test_a_program_that_fails_is_quoted_by_its_first_line_only(monkeypatch, tmp_path, ends, said):
    program(tmp_path / "bin", "99.1", ends)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    with pytest.raises(NotReady, match=said):
        back_up("postgresql+asyncpg://keyworker@/keyworker", tmp_path / "one.backup")
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


def test_a_password_goes_by_the_environment_and_our_keys_do_not(monkeypatch):
    monkeypatch.setenv("KEYWORKER_KEYS", "the-key")
    url = "postgresql+asyncpg://keyworker:hush%40@dbhost:5433/work?ssl=require"
    told = surroundings(url)
    wanted = {"PGHOST": "dbhost", "PGPORT": "5433", "PGUSER": "keyworker", "PGPASSWORD": "hush@",
              "PGDATABASE": "work", "PGSSLMODE": "require"}  # fmt: skip
    assert {name: told[name] for name in wanted} == wanted
    assert "KEYWORKER_KEYS" not in told
