"""`audit verify`, `check-config` and `serve --dry-run` on an installation with people."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import check_config, serve
from bot.rules.practice import Practice
from bot.settings import DEMO
from scheduler import clock
from tests.cli.conftest import PEOPLE

NOW = datetime(2026, 11, 30, 8, 30, tzinfo=UTC)


@pytest.fixture
def marlbridge(installation, monkeypatch):
    """Marlbridge as a real installation on Mon 30 Nov 2026, its numbers not yet proven."""
    monkeypatch.setenv("KEYWORKER_TASKFORCE_FILE", str(DEMO / "taskforce.toml"))
    monkeypatch.setattr(clock, "wall_clock", lambda: NOW)
    assert installation.run("import", "people", *PEOPLE).code == 0
    return installation


def rows(folder: Path) -> dict[str, list]:
    """Everything that stands in the database."""
    with sqlite3.connect(folder / "keyworker.sqlite") as connection:
        tables = [name for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        )]  # fmt: skip
        kept = {name: list(connection.execute(f"SELECT * FROM {name}")) for name in tables}
    connection.close()
    return kept


def tamper(folder: Path, statement: str) -> None:
    """Change the record behind the service's back, its triggers taken off."""
    connection = sqlite3.connect(folder / "keyworker.sqlite")
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_whole_audit_is_whole(marlbridge):
    said = marlbridge.run("audit", "verify")
    assert (said.out, said.code) == ("The audit is whole.\n", 0)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET who = 'nobody' WHERE id = 1",
        "UPDATE audit SET subject = '0 rows' WHERE id = 1",
        "UPDATE audit SET at = '2026-01-01 00:00:00' WHERE id = 1",
        "INSERT INTO audit SELECT 99, at, who, what, subject, seal FROM audit WHERE id = 1",
    ],
)
def test_an_audit_somebody_changed_names_the_row(marlbridge, statement):
    tamper(marlbridge.folder, statement)
    said = marlbridge.run("audit", "verify")
    assert said.code == 1
    assert said.out.startswith("Row ")
    assert said.out.endswith(" of the audit does not fit the row before it.\n")


def test_a_row_taken_out_of_the_middle_is_seen(marlbridge):
    changed = marlbridge.folder.parent / "carers.csv"
    old = Path(PEOPLE[3]).read_text(encoding="utf-8")
    changed.write_text(old.replace("07700 900100", "07700 900198"), encoding="utf-8")
    assert marlbridge.run("import", "people", str(changed)).code == 0
    assert marlbridge.run("audit", "verify").code == 0
    tamper(marlbridge.folder, "DELETE FROM audit WHERE id = 1")
    assert marlbridge.run("audit", "verify").code == 1


def test_check_config_says_what_a_person_should_see_to(marlbridge):
    said = marlbridge.run("check-config")
    assert said.code == 0
    lines = said.out.splitlines()
    assert (
        "ok          taskforce file: Marlbridge AP Specialist Taskforce: languages en, pl, ur."
    ) in lines
    assert any("safeguarding lead's signature" in line for line in lines)
    assert not any("is not named" in line for line in lines)
    gaps = lines[lines.index("Nobody reads in the next four weeks:") + 1 :]
    assert gaps[0] == "  Mon 30 Nov 17:00 to Tue 1 Dec 08:00"
    assert gaps[1] == "  Tue 1 Dec 20:00 to Wed 2 Dec 08:00"
    assert gaps[-1] == "  Thu 24 Dec 20:00 to Mon 28 Dec 08:00"  # Christmas Day and a weekend
    assert len(gaps) == 19


def test_check_config_names_everything_a_bare_installation_lacks():
    found = " ".join(check_config.warnings(Practice()))
    for lack in ("people.manager", "people.safeguarding_lead", "people.out_of_hours",
                 "calendar.file"):  # fmt: skip
        assert lack in found


def test_a_dry_run_lists_the_week_and_writes_nothing(marlbridge):
    before = rows(marlbridge.folder)
    said = marlbridge.run("serve", "--dry-run")
    assert said.code == 0, said.err
    assert rows(marlbridge.folder) == before
    lines = said.out.splitlines()
    assert len(lines) == 26
    assert lines == sorted(lines, key=lambda line: ("Wed", "Thu").index(line[:3]))
    assert sum("no text: number not confirmed with the family yet" in line for line in lines) > 15
    assert any("P20" in line and "declined support" in line for line in lines)


def test_a_dry_run_shows_who_would_be_asked_when_numbers_are_proven(marlbridge):
    connection = sqlite3.connect(marlbridge.folder / "keyworker.sqlite")
    connection.execute("UPDATE address SET proven_at = '2026-11-30 08:00:00.000000'")
    connection.commit()
    connection.close()
    lines = marlbridge.run("serve", "--dry-run").out.splitlines()
    asked = {line.split()[4] for line in lines if line.endswith("  check-in")}
    assert asked == {"P01", "P02", "P03", "P04", "P07+P08", "P10", "P11", "P14", "P16", "P17",
                     "P19", "P21", "P24"}  # fmt: skip
    assert "Thu 3 Dec 11:45" in next(line for line in lines if "P19" in line)


@pytest.mark.parametrize("role", ["web", "worker"])
def test_one_sqlite_file_takes_one_process(installation, role):
    said = installation.run("serve", "--role", role)
    assert said.code == 2
    assert "One SQLite file takes one process" in said.err


def test_a_role_nobody_knows_is_refused(installation):
    assert installation.run("serve", "--role", "boss").code == 2
    assert [role.value for role in serve.Role] == ["all", "web", "worker"]
