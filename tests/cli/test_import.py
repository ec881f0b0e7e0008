"""`import people`: all of it or nothing, and who must be spoken to first."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest

from storage.folder import leave_word, locked
from tests.cli.conftest import PEOPLE
from tests.imports.demo_files import changed

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_marlbridge_is_imported_and_nobody_is_proven(installation):
    said = installation.run("import", "people", *PEOPLE)
    assert said.code == 0, said.err
    first, prove, *names = said.out.splitlines()
    assert first.startswith("New: ")
    assert first == "New: 5 schools, 9 staff, 24 pupils, 24 allocations, 27 carers"
    assert "until their key worker has spoken to them" in prove
    assert "Spoke to them, number right" in prove
    assert "  Leanne Thornton" in names
    # Nobody need speak to a mother the court forbids us to write to, nor to a copied-in adult.
    assert {"  Lisa Brook", "  Imran Latif"} & set(names) == set()
    assert len(names) == 24


def test_the_same_files_again_change_nothing(installation):
    installation.run("import", "people", *PEOPLE)
    said = installation.run("import", "people", *PEOPLE)
    assert said.code == 0
    assert said.out.splitlines()[0] == "Nothing changed: all of this was on record already."


def test_a_file_may_come_alone_when_it_names_people_on_record(installation, tmp_path):
    installation.run("import", "people", *PEOPLE)
    moved = tmp_path / "carers.csv"
    moved.write_text(changed("carers", (2, "phone", "07700 900199")), encoding="utf-8")
    said = installation.run("import", "people", str(moved))
    assert said.code == 0, said.err
    assert said.out.splitlines()[0] == "Changed: 1 number"


TEN_FAULTS = (
    (2, "phone", "0770"),
    (3, "channel", "pigeon"),
    (4, "reads", "xx"),
    (5, "parental_responsibility", "perhaps"),
    (6, "priority", "first"),
    (8, "do_not_use", "maybe"),
    (9, "contact_hours", "all day long"),
    (10, "contact_days", "Someday"),
    (12, "pupil", "P99"),
    (14, "opted_out", "dunno"),
)


def test_every_fault_is_named_with_file_row_and_column_and_nothing_is_imported(
    installation, tmp_path
):
    spoilt = tmp_path / "carers.csv"
    spoilt.write_text(changed("carers", *TEN_FAULTS), encoding="utf-8")
    said = installation.run("import", "people", *PEOPLE[:3], str(spoilt))
    assert said.code == 1
    for row, column, _value in TEN_FAULTS:
        assert f"carers.csv, row {row}, column {column}: " in said.err
    *faults, last = said.err.splitlines()
    assert last == f"{len(faults)} faults. Nothing was imported."
    assert "New:" not in said.out
    assert installation.run("import", "people", *PEOPLE).out.startswith("New: ")


def test_a_file_that_is_not_there_is_said_in_one_line(installation):
    said = installation.run("import", "people", "nowhere.csv")
    assert said.code == 2
    assert said.err == "keyworker: Cannot read nowhere.csv: No such file or directory.\n"


def test_a_service_that_does_not_answer_has_to_be_stopped_first(installation):
    with closing(socket.socket()) as bound, locked(installation.folder):
        bound.bind(("127.0.0.1", 0))
        leave_word(installation.folder, bound.getsockname()[1], "a-key")
        said = installation.run("import", "people", *PEOPLE)
    assert (said.out, said.code) == ("", 2)
    assert said.err == "keyworker: The running service does not answer. Stop it first.\n"


@pytest.mark.parametrize("command", [("serve",), ("demo",), ("import", "people", *PEOPLE)])
def test_two_processes_never_write_to_one_folder(installation, command):
    with locked(installation.folder):
        said = installation.run(*command)
    assert said.code == 2
    assert said.err.splitlines()[-1].startswith("keyworker: Another Keyworker is using the ")
    assert "Traceback" not in said.err
    assert not (installation.folder / "keyworker.sqlite").exists()
