"""`import register`: a school's marks on the command line, whether or not the service runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.conftest import PEOPLE
from tests.cli.test_staff import NOW, a_running_service
from tests.imports.registers import KAI

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def school_day():
    """The last day up to now that is no Saturday or Sunday: the command reads the real clock."""
    today = datetime.now(UTC).date()
    return today - timedelta(days=max(0, today.weekday() - 4))


def register(path, day, mark):
    path.write_text(f"UPN,Date,Session,Mark\n{KAI},{day:%d/%m/%Y},AM,{mark}\n")
    return str(path)


def test_a_register_is_imported_whole_or_refused_whole_whether_or_not_the_service_runs(
    installation, tmp_path
):
    command, whose = ("import", "register"), ("--school", "millrace centre")
    late = register(tmp_path / "late.csv", NOW.date(), "L")
    good = register(tmp_path / "good.csv", school_day(), "/")
    bad = register(tmp_path / "bad.csv", school_day(), "Q9")
    installation.run("migrate")
    with a_running_service(installation):
        assert installation.run("import", "people", *PEOPLE).code == 0
        assert installation.run(*command, bad, *whose).code == 1
        said = installation.run(*command, late, *whose)
    assert (said.err, said.code) == ("", 0)
    assert said.out.startswith("late.csv: 1 mark read, 1 of them of 1 pupil of ours on 1 day")
    said = installation.run(*command, good, bad, *whose)
    assert (said.out, said.code) == ("", 1)
    assert said.err.startswith("bad.csv, row 2, column Mark: 'Q9' is no attendance code.")
    assert said.err.endswith("Nothing was imported.\n")
    said = installation.run(*command, good, *whose)
    assert (said.err, said.code) == ("", 0)
    assert said.out.splitlines()[1] == "good.csv: New: 1. Corrected: 0. As before: 0."
