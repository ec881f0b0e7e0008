"""`import placements`: since when children are where, whether or not the service runs."""

from __future__ import annotations

import pytest

from bot.settings import DEMO
from tests.cli.conftest import PEOPLE
from tests.cli.test_staff import a_running_service

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
HEAD = "pupil,starts_on,agreed_end,excluded_on,attendance_before,ended_on,hold"


def test_placements_are_imported_whole_or_refused_whole_whether_or_not_the_service_runs(
    installation, tmp_path
):
    command, sessions = ("import", "placements"), ("--sessions", str(DEMO / "patterns.csv"))
    good, bad = tmp_path / "placed.csv", tmp_path / "bad.csv"
    good.write_text(f"{HEAD}\nP01,2026-09-14,,,50.0,,\nP16,2026-09-21,,,,,\n")
    bad.write_text(f"{HEAD}\nP01,2026-09-14,,,50.0,,\nP99,2026-09-21,,,,,\n")
    installation.run("migrate")
    with a_running_service(installation):
        assert installation.run("import", "people", *PEOPLE).code == 0
        said = installation.run(*command, str(bad))
        assert said.code == 1
        assert "bad.csv, row 3, column pupil: 'P99' is no pupil on record." in said.err
        said = installation.run(*command, str(good), *sessions)
    assert (said.out, said.err, said.code) == ("Changed: 4 rows.\n", "", 0)
    said = installation.run(*command, str(good), *sessions)
    assert said.out == "Nothing changed: all of this was on record already.\n"
