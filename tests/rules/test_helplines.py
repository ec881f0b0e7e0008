"""A helpline nobody has rung within a year is warned about."""

from __future__ import annotations

from datetime import date

import pytest

from bot.cli.checks.practice import helplines
from bot.rules.helplines import merged, unchecked
from bot.settings import Settings
from bot.taskforce_file import read_practice

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ("2026-11-30", False),
        ("2025-11-30", False),
        ("2025-11-29", True),
        ("2026-12-01", True),  # a day that has not come is a slip of the pen
        ("", True),
        (None, True),
        ("last spring", True),
    ],
)
def test_a_number_is_checked_once_a_year(cell, named):
    assert bool(unchecked([{"service": "Childline", "last_checked": cell}], TODAY)) is named


def test_a_taskforces_own_row_takes_the_place_of_ours():
    ours = [{"service": "Childline", "last_checked": ""}, {"service": "Shout", "last_checked": ""}]
    theirs = [
        {"service": "Childline", "last_checked": "2026-09-01"},
        {"service": "", "contact": "x"},
    ]
    assert unchecked(merged(ours, theirs), TODAY) == ("Shout",)


def test_a_taskforces_own_file_is_read_and_a_lost_one_is_named(tmp_path):
    settings = Settings(KEYWORKER_TASKFORCE_FILE=tmp_path / "taskforce.toml")
    settings.taskforce_file.write_text('[helplines]\nfile = "ours.csv"\n', "utf-8")
    assert "cannot be read" in helplines(settings, TODAY)[0]
    rows = "service,contact,note,last_checked\nChildline,0800 1111,,2026-09-01\n"
    (tmp_path / "ours.csv").write_text(rows, "utf-8")
    (said,) = helplines(settings, TODAY)
    assert "Childline" not in said
    assert "Samaritans" in said
    assert read_practice(settings.taskforce_file).manager == ""
