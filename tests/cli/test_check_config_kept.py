"""`check-config` on what is kept: keys, folder, database, the file that says how we work."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Callable

import pytest

from storage.keys import new_keys
from tests.cli.conftest import PEOPLE
from tests.cli.ready import Ready

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_keys_of_another_database_are_found(ready):
    assert ready.installation.run("import", "people", *PEOPLE).code == 0
    ready.tells("ok", "keys", "they open this database")
    ready.sets(KEYWORKER_KEYS=new_keys()[0])
    ready.tells("wrong", "keys", "KEYWORKER_KEYS do not open this database", "--offline")


def test_an_index_key_of_another_database_is_found(ready):
    assert ready.installation.run("import", "people", *PEOPLE).code == 0
    ready.sets(KEYWORKER_INDEX_KEY=new_keys()[1])
    ready.tells("wrong", "keys", "KEYWORKER_INDEX_KEY is not the one", "--offline")


def test_one_key_for_two_purposes_is_refused(ready):
    seal, _index = new_keys()
    ready.sets(KEYWORKER_KEYS=seal, KEYWORKER_INDEX_KEY=seal)
    ready.tells("wrong", "keys", "the two must never be the same", "--offline")


def in_file(ready: Ready, statement: str) -> None:
    connection = sqlite3.connect(ready.installation.folder / "keyworker.sqlite")
    connection.execute(statement)
    connection.commit()
    connection.close()


def no_file(ready: Ready) -> None:
    for part in ready.installation.folder.glob("keyworker.sqlite*"):
        part.unlink()


def no_database(ready: Ready) -> None:
    no_file(ready)
    (ready.installation.folder / "keyworker.sqlite").write_bytes(b"what is this " * 100)


def no_folder(ready: Ready) -> None:
    file = ready.installation.folder.parent / "file"
    file.write_text("x")
    ready.sets(KEYWORKER_DATA_DIR=str(file))


KEPT: list[tuple[Callable[[Ready], None], str, str, str]] = [
    (no_file, "look", "database", "there is no SQLite file yet"),
    (no_database, "wrong", "database", "the SQLite file cannot be read (DatabaseError)"),
    (no_folder, "wrong", "data folder", "is a file where a folder has to be"),
    (lambda r: in_file(r, "UPDATE alembic_version SET version_num = '0001_first_tables'"), "look",
     "database", "its tables are an earlier release's"),
    (lambda r: in_file(r, "UPDATE alembic_version SET version_num = '9999_later'"), "wrong",
     "database", "its tables are a later release's"),
    (lambda r: in_file(r, "DELETE FROM alembic_version"), "look", "database", "is empty"),
    (lambda r: r.sets(KEYWORKER_TASKFORCE_FILE="gone.toml"), "missing", "taskforce file",
     "“gone.toml” is not there"),
    (lambda r: r.sets(KEYWORKER_TASKFORCE_FILE=""), "look", "taskforce file", "there is none"),
    (lambda r: None, "look", "people", "no staff yet"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "state", "part", "words"), KEPT)
def test_what_is_kept_is_looked_at(ready, change, state, part, words):
    change(ready)
    ready.tells(state, part, words, "--offline")


def test_a_taskforce_file_that_names_nobody_who_works_here_is_wrong(ready, tmp_path):
    assert ready.installation.run("import", "people", *PEOPLE).code == 0
    file = tmp_path / "taskforce.toml"
    file.write_text('[people]\nmanager = "XX"\n[lone_working]\nduty = "YY"\n')
    ready.sets(KEYWORKER_TASKFORCE_FILE=str(file))
    for names in ("people.manager names XX", "lone_working.duty names YY"):
        ready.tells("wrong", "people", f"{names}, who does not work here", "--offline")
    file.write_text("[people]\nmanger = 1\n")
    ready.tells("wrong", "taskforce file", "Did you mean manager?", "--offline")
    file.write_text("[people]\nmanager = 447700900111\n")
    ready.tells("wrong", "taskforce file", "[number]", "--offline")


def test_a_check_changes_nothing_and_needs_no_lock(ready):
    path = ready.installation.folder / "keyworker.sqlite"
    before = path.read_bytes()
    names = sorted(part.name for part in ready.installation.folder.iterdir())
    ready.lines(code=0)
    assert path.read_bytes() == before
    assert [n for n in names if not n.endswith(("-wal", "-shm"))] == sorted(
        part.name
        for part in ready.installation.folder.iterdir()
        if not part.name.endswith(("-wal", "-shm"))
    )


def test_a_postgresql_that_is_away_or_has_no_such_database_is_told_apart(ready, postgres):
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    ready.secrets.append("p4ssw0rd-of-it")
    away = f"postgresql+asyncpg://kw:p4ssw0rd-of-it@127.0.0.1:{port}/kw"
    ready.sets(KEYWORKER_DATABASE_URL=away)
    ready.tells("unreachable", "database", "PostgreSQL does not answer", "--offline")
    ready.sets(KEYWORKER_DATABASE_URL=f"postgresql+asyncpg://postgres@/nobody?host={postgres}")
    ready.tells("wrong", "database", "PostgreSQL has no database of this name", "--offline")
    ready.sets(KEYWORKER_DATABASE_URL=f"postgresql+asyncpg://who@/postgres?host={postgres}")
    ready.tells("wrong", "database", "does not let this user in", "--offline")
    ready.sets(KEYWORKER_DATABASE_URL=f"postgresql+asyncpg://postgres@/postgres?host={postgres}")
    ready.tells("look", "database", "PostgreSQL answers, and is empty", "--offline")
