"""A backup takes a database's place in one step; whatever goes wrong before, all is as it was."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.domain import NotReady
from storage import postgres_place, triggers
from storage.backup import back_up
from storage.database import Database
from storage.migrate import current, head, upgrade
from storage.postgres_place import alone
from storage.received import recall, remember
from storage.restoring import in_its_place, kept_as, put_in_place
from storage.standing import NOTHING, check_tables, what_stands
from tests.stage import KEYS, open_stage
from tests.storage.restores import is_sqlite, opened, path_with_postgres
from tests.storage.rows import a_person

NOW = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def programs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which PostgreSQL's own programs can be found."""
    if "postgresql" in request.node.name:
        request.getfixturevalue("postgres")
        monkeypatch.setenv("PATH", path_with_postgres())


@pytest.fixture
async def backed_up(database: Database, tmp_path: Path) -> Path:
    """A backup made when “who” was still the first, in a database that has moved on since."""
    await database.write(lambda c: remember(c, "who", "the first"))
    back_up(database.url, tmp_path / "one.backup")
    await database.write(lambda c: remember(c, "who", "the second"))
    await database.close()
    return tmp_path / "one.backup"


async def who(url: str) -> str | None:
    async with opened(url) as database:
        return await database.read(lambda c: recall(c, "who"))


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


async def test_a_backup_takes_the_place_and_what_was_there_is_kept(
    database: Database, backed_up: Path, tmp_path: Path
):
    async with in_its_place(database.url, KEYS, backed_up, NOW) as url:
        assert await who(url) == "the first"
    assert await who(database.url) == "the first"
    aside = kept_as(database.url, NOW)
    if is_sqlite(database.url):
        assert await who(f"sqlite:///{tmp_path / aside}") == "the second"
    else:
        query = text(f"SELECT value FROM {aside}.service_value WHERE name = 'who'")
        async with opened(database.url) as after:
            assert await after.read(lambda c: c.execute(query).scalar_one()) == "the second"
    assert left_over(tmp_path) == []


async def test_a_restored_database_has_its_triggers_and_can_be_backed_up_again(
    database: Database, backed_up: Path, tmp_path: Path
):
    async with in_its_place(database.url, KEYS, backed_up, NOW) as _url:
        pass
    dialect = "sqlite" if is_sqlite(database.url) else "postgresql"
    back_up(database.url, tmp_path / "two.backup")
    later = NOW.replace(hour=9)
    async with in_its_place(database.url, KEYS, tmp_path / "two.backup", later) as _url:
        pass
    async with opened(database.url) as after:
        assert set(await after.read(triggers.present)) == set(triggers.names(dialect))
        assert await after.read(current) == head()
        await after.write(a_person)


async def test_where_the_backup_is_not_good_enough_all_is_as_it_was(
    database: Database, backed_up: Path, tmp_path: Path
):
    async def refused() -> None:
        async with in_its_place(database.url, KEYS, backed_up, NOW):
            raise NotReady("the keys do not fit")

    with pytest.raises(NotReady, match="keys"):
        await refused()
    assert await who(database.url) == "the second"
    assert left_over(tmp_path) == []
    dialect = "sqlite" if is_sqlite(database.url) else "postgresql"
    async with opened(database.url) as after:
        assert await after.read(triggers.present) == triggers.names(dialect)
        await after.write(a_person)


def cut_short(file: Path) -> Path:
    half = file.with_name("half.backup")
    half.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    return half


async def test_a_file_that_is_cut_short_changes_nothing(
    database: Database, backed_up: Path, tmp_path: Path
):
    half = cut_short(backed_up)

    async def refused() -> None:
        async with in_its_place(database.url, KEYS, half, NOW):
            raise AssertionError("half a backup was taken for a whole one")

    with pytest.raises(NotReady, match=r"cannot be copied|copy is damaged|pg_restore failed"):
        await refused()
    assert await who(database.url) == "the second"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_what_a_killed_service_left_beside_its_file_is_not_read_into_the_new_one(
    database: Database, tmp_path: Path
):
    """The old file's write-ahead log under the new file's name would put old pages into it."""
    await database.write(lambda c: remember(c, "who", "the first"))
    new = tmp_path / "new.sqlite"
    back_up(database.url, new)
    await database.write(lambda c: remember(c, "who", "the second"))
    path, place = Path(database.url.removeprefix("sqlite:///")), tmp_path / "killed" / "kept.sqlite"
    place.parent.mkdir()
    for ending in ("", "-wal"):
        shutil.copy(f"{path}{ending}", f"{place}{ending}")
    put_in_place(new, place, place.with_name("aside"))
    assert await who(f"sqlite:///{place}") == "the first"
    assert await who(f"sqlite:///{place.with_name('aside')}") == "the second"


def test_a_damaged_file_gives_way_and_is_kept_with_all_that_stood_beside_it(tmp_path: Path):
    place, new = tmp_path / "kept.sqlite", tmp_path / "new.sqlite"
    with closing(sqlite3.connect(new)) as connection:
        connection.execute("CREATE TABLE whole (id)")
    place.write_bytes(b"nonsense" * 1000)
    Path(f"{place}-wal").write_bytes(b"more")
    put_in_place(new, place, tmp_path / "aside")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["aside", "aside-wal", "kept.sqlite"]
    with closing(sqlite3.connect(place)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("whole",)]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_nothing_is_restored_while_somebody_on_another_machine_is_connected(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(postgres_place, "BETWEEN_LOOKS", 0.01)
    await database.ready()
    with pytest.raises(NotReady, match="Stop every Keyworker first"):
        await alone(database.url, KEYS)
    await database.close()
    monkeypatch.undo()
    await alone(database.url, KEYS)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_where_nobody_was_before_nothing_is_kept_beside(database: Database, backed_up: Path):
    async with opened(database.url) as emptied:
        await emptied.write(lambda c: c.execute(text("DROP SCHEMA public CASCADE")))
        await emptied.write(lambda c: c.execute(text("CREATE SCHEMA public")))
    async with in_its_place(database.url, KEYS, backed_up, NOW) as _url:
        pass
    schemas = text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'keyworker%'")
    async with opened(database.url) as after:
        assert await after.read(lambda c: c.execute(schemas).all()) == []
    assert await who(database.url) == "the first"


async def test_what_stands_there_is_nothing_an_empty_house_or_people(
    database: Database, tmp_path: Path
):
    empty = await what_stands(database.url, KEYS)
    assert (empty.there, empty.holds_data, empty.later) == (True, False, None)
    await database.write(a_person)
    people = await what_stands(database.url, KEYS)
    assert (people.there, people.holds_data) == (True, True)
    assert people.later is not None
    assert await what_stands(f"sqlite:///{tmp_path / 'nothing.sqlite'}", KEYS) == NOTHING
    assert not await asyncio.to_thread((tmp_path / "nothing.sqlite").exists)


async def test_what_cannot_be_read_counts_as_data(tmp_path: Path):
    (tmp_path / "bad.sqlite").write_bytes(b"nonsense" * 1000)
    found = await what_stands(f"sqlite:///{tmp_path / 'bad.sqlite'}", KEYS)
    assert (found.holds_data, found.later) == (True, None)


def renamed(connection: Connection, revision: str) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = :name"), {"name": revision})


async def test_tables_of_somebody_else_or_of_a_newer_release_are_refused(tmp_path: Path):
    database = open_stage(f"sqlite:///{tmp_path / 'any.sqlite'}")
    try:
        with pytest.raises(NotReady, match="holds no Keyworker database"):
            await database.read(check_tables)
        await database.write(upgrade)
        await database.read(check_tables)
        await database.write(lambda c: renamed(c, "9999_to_come"))
        with pytest.raises(NotReady, match="made by a newer Keyworker"):
            await database.read(check_tables)
    finally:
        await database.close()
