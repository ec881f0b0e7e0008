"""`backup` and `restore` as the person at the keyboard meets them."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.app import open_migrated, service_keys
from bot.cli.restore import _show_again
from bot.settings import DEMO, read_settings
from scheduler import clock
from storage.addresses import hold_line, mark_line, person_by_ref
from storage.allocating import allocate
from storage.carryover import Again
from storage.carryover_team import Passed
from storage.cases import case_ids
from storage.folder import locked
from storage.keys import new_keys
from storage.received import recall
from storage.staff import key_workers_of
from tests.cli.conftest import PEOPLE
from tests.cli.test_record import tamper

NOW = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
LEANNE = "+447700900100"


@pytest.fixture
def marlbridge(installation, monkeypatch):
    """Marlbridge as a real installation on Mon 30 Nov 2026."""
    monkeypatch.setenv("KEYWORKER_TASKFORCE_FILE", str(DEMO / "taskforce.toml"))
    monkeypatch.setattr(clock, "wall_clock", lambda: NOW)
    assert installation.run("import", "people", *PEOPLE).code == 0
    return installation


@pytest.fixture
def file(marlbridge, tmp_path) -> Path:
    """A backup of Marlbridge."""
    assert marlbridge.run("backup", str(tmp_path / "monday.backup")).code == 0
    return tmp_path / "monday.backup"


def at_the_database(work: Any) -> Any:
    async def opened() -> Any:
        settings = read_settings()
        database = await open_migrated(settings.url, service_keys(settings))
        try:
            return await database.write(work)
        finally:
            await database.close()

    return asyncio.run(opened())


def stop(connection: Connection) -> None:
    line = hold_line(connection, "sms", LEANNE, NOW)
    mark_line(connection, line.id, opted_out_at=NOW)


def stopped(connection: Connection) -> bool:
    return hold_line(connection, "sms", LEANNE, NOW).opted_out_at is not None


def paused(connection: Connection) -> bool:
    return recall(connection, "all_paused") == "yes"


def content(folder: Path) -> bytes:
    return (folder / "keyworker.sqlite").read_bytes()


def test_a_backup_says_what_else_is_needed_to_open_it(marlbridge, tmp_path):
    said = marlbridge.run("backup", str(tmp_path / "monday.backup"))
    assert (said.err, said.code) == ("", 0)
    first, second = said.out.splitlines()
    assert re.search(r"[0-9.]+ MB, and checked\.$", first)
    for kept in ("KEYWORKER_KEYS", "KEYWORKER_INDEX_KEY", "taskforce.toml"):
        assert kept in second


def test_a_backup_needs_no_keys_and_takes_none_along(marlbridge, monkeypatch, tmp_path):
    settings = read_settings()
    keys = [settings.keys.get_secret_value(), settings.index_key.get_secret_value()]
    monkeypatch.delenv("KEYWORKER_KEYS")
    monkeypatch.delenv("KEYWORKER_INDEX_KEY")
    assert marlbridge.run("backup", str(tmp_path / "monday.backup")).code == 0
    found = (tmp_path / "monday.backup").read_bytes()
    assert not [key for key in keys if key.encode() in found]


def test_a_backup_of_nothing_is_refused(installation, tmp_path):
    said = installation.run("backup", str(tmp_path / "monday.backup"))
    assert (said.err, said.code) == ("keyworker: There is no database yet.\n", 2)


def test_a_machine_that_was_lost_is_there_again_and_sends_nothing_by_itself(
    marlbridge, file, monkeypatch, tmp_path
):
    monkeypatch.setenv("KEYWORKER_DATA_DIR", str(tmp_path / "new machine"))
    said = marlbridge.run("restore", str(file))
    assert (said.err, said.code) == ("", 0)
    lines = said.out.splitlines()
    assert lines[0] == "Restored: 59 people, 0 contacts."
    assert "type /resume all at the desk" in said.out
    assert "  [ ] who is key worker of which case, restricted cases first: /transfer\n" in said.out
    assert re.search(r"^  DO: P01, P02, ", said.out, re.MULTILINE), "as the backup has it"
    assert lines[-1] == "The audit is whole."
    assert at_the_database(paused)
    assert marlbridge.run("audit", "verify").code == 0
    assert [
        path.name for path in (tmp_path / "new machine").iterdir() if "before" in path.name
    ] == []


def test_people_on_record_are_not_overwritten_unless_somebody_says_so(marlbridge, file):
    before = content(marlbridge.folder)
    said = marlbridge.run("restore", str(file))
    assert said.code == 2
    assert "`restore --replace` takes its place" in said.err
    assert content(marlbridge.folder) == before


def test_an_opt_out_made_after_the_backup_outlives_the_restore(marlbridge, file):
    at_the_database(stop)
    said = marlbridge.run("restore", "--replace", str(file))
    assert said.code == 0, said.err
    assert "0 erasures, 1 stopped numbers and chats, 0 people" in said.out
    assert at_the_database(stopped)
    assert not at_the_database(paused), "what was stopped since is known"
    aside = next(path for path in marlbridge.folder.iterdir() if "before" in path.name)
    assert f"“{aside.name}”" in said.out


def give_to_marcus(connection: Connection) -> None:
    allocate(connection, case_ids(connection, ["P01"])["P01"], "MB", NOW.date())


def whose(connection: Connection) -> list[str]:
    return key_workers_of(connection, case_ids(connection, ["P01"]).values(), NOW.date())


def test_a_case_that_was_passed_on_after_the_backup_stays_with_its_new_key_worker(marlbridge, file):
    at_the_database(give_to_marcus)
    said = marlbridge.run("restore", "--replace", str(file))
    assert said.code == 0, said.err
    assert "As it is now: 1 cases with another key worker, 0 covers begun or ended" in said.out
    assert "[ ]" not in said.out
    assert at_the_database(whose) == ["MB"]


def test_who_is_not_in_the_backup_and_what_was_closed_since_is_said(capsys):
    passed = (Passed(1, "P01", ("DO",), "", missing=True),)
    _show_again(Again(passed=passed, absent=("P02: NEW",), danger=2), 0)
    said = capsys.readouterr().out
    for one in ("Whoever has P01 now is not in", "not in this backup: P02: NEW.", "2 matters of"):
        assert one in said


def give_to_marta(connection: Connection) -> None:
    marta = person_by_ref(connection, "C002")
    mark_line(connection, hold_line(connection, "sms", LEANNE, NOW).id, person_id=marta.id)


def test_a_number_that_passed_to_somebody_else_after_the_backup_is_nobody_s(marlbridge, file):
    at_the_database(give_to_marta)
    said = marlbridge.run("restore", "--replace", str(file))
    assert said.code == 0, said.err
    assert "1 numbers and chats belong to somebody else since" in said.out
    assert at_the_database(lambda c: hold_line(c, "sms", LEANNE, NOW).person_id) is None


def test_the_restore_itself_is_in_the_audit(marlbridge, file):
    assert marlbridge.run("restore", "--replace", str(file)).code == 0
    with closing(sqlite3.connect(marlbridge.folder / "keyworker.sqlite")) as connection:
        deeds = connection.execute("SELECT who, what, subject FROM audit ORDER BY id").fetchall()
    assert deeds[-1] == ("system", "restore", "0 contacts")


def test_nothing_is_restored_under_a_running_service(marlbridge, file):
    before = content(marlbridge.folder)
    with locked(marlbridge.folder):
        said = marlbridge.run("restore", "--replace", str(file))
    assert said.code == 2
    assert "Another Keyworker is using the folder" in said.err
    assert content(marlbridge.folder) == before


@pytest.mark.parametrize("name", ["KEYWORKER_KEYS", "KEYWORKER_INDEX_KEY"])
def test_a_backup_the_keys_do_not_open_changes_nothing(marlbridge, file, monkeypatch, name):
    before = content(marlbridge.folder)
    with monkeypatch.context() as patch:
        patch.setenv(name, new_keys()[0])
        said = marlbridge.run("restore", "--replace", str(file))
    assert said.code == 2
    assert said.err.startswith(f"keyworker: {name} ")
    assert "Traceback" not in said.err
    assert content(marlbridge.folder) == before
    assert [path.name for path in marlbridge.folder.iterdir() if path.name.startswith(".")] == []


def test_a_database_too_damaged_to_say_what_was_stopped_gives_way_and_everything_is_held(
    marlbridge, file
):
    (marlbridge.folder / "keyworker.sqlite").write_bytes(b"nonsense" * 1000)
    assert marlbridge.run("restore", str(file)).code == 2
    said = marlbridge.run("restore", "--replace", str(file))
    assert said.code == 0, said.err
    assert "Nobody can say what was changed after this backup was made." in said.out
    assert at_the_database(paused)


def test_an_audit_that_was_broken_when_it_was_backed_up_is_restored_and_said_aloud(
    marlbridge, tmp_path
):
    tamper(marlbridge.folder, "UPDATE audit SET who = 'nobody' WHERE id = 1")
    assert marlbridge.run("backup", str(tmp_path / "bad.backup")).code == 0
    said = marlbridge.run("restore", "--replace", str(tmp_path / "bad.backup"))
    assert said.code == 1
    assert "Row 1 of the audit does not fit the row before it." in said.out
    assert marlbridge.run("audit", "verify").code == 1, "and no row of ours hides it"


def test_the_wrong_kind_of_file_is_named_in_a_sentence(marlbridge, tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    said = marlbridge.run("restore", str(tmp_path / "notes.txt"))
    assert said.err == "keyworker: “notes.txt” is no backup of Keyworker.\n"
    (tmp_path / "pg.backup").write_bytes(b"PGDMP and more of it")
    said = marlbridge.run("restore", str(tmp_path / "pg.backup"))
    assert said.err.startswith("keyworker: “pg.backup” is of postgresql; ")
    with closing(sqlite3.connect(tmp_path / "other.sqlite")) as connection:
        connection.execute("CREATE TABLE recipes (id)")
    said = marlbridge.run("restore", "--replace", str(tmp_path / "other.sqlite"))
    assert said.err == "keyworker: This file holds no Keyworker database.\n"


def test_restoring_twice_in_a_row_works_and_keeps_both(marlbridge, file, monkeypatch):
    for minute in (1, 2):
        monkeypatch.setattr(clock, "wall_clock", lambda m=minute: NOW + timedelta(minutes=m))
        assert marlbridge.run("restore", "--replace", str(file)).code == 0
    kept = [path.name for path in marlbridge.folder.iterdir() if "before" in path.name]
    assert len(kept) == 2
