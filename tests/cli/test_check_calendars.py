"""Each school may keep its own calendar, and `check-config` warns before one runs out."""

from __future__ import annotations

from datetime import date

import pytest

from bot.cli.checks.calendars import calendars, misnamed
from bot.domain import NotReady
from bot.taskforce_file import read_practice

FILE = """
[calendar]
file = "usual.csv"

[calendar.schools]
"Cawder High" = "other.csv"
"St Wilfrun's High" = "none.csv"
"""


@pytest.fixture
def folder(tmp_path):
    """A folder with a calendar that goes on, one that ends, and one with no day in it."""
    for name, days in (
        ("usual", ("2026-11-30,school_day", "2027-07-20,school_day")),
        ("other", ("2026-11-30,inset", "2026-12-18,school_day")),
        ("none", ()),
    ):
        (tmp_path / f"{name}.csv").write_text("\n".join(("date,type", *days)))
    (tmp_path / "taskforce.toml").write_text(FILE)
    return tmp_path


def test_a_school_goes_by_its_own_calendar_and_the_others_by_the_usual_one(folder):
    practice = read_practice(folder / "taskforce.toml")
    monday = date(2026, 11, 30)
    assert monday not in practice.calendar_of("Cawder High").school_days
    assert practice.calendar_of("Marl Beck Academy") is practice.calendar
    assert monday in practice.calendar.school_days


def test_a_calendar_that_is_empty_or_about_to_end_is_told(folder):
    practice = read_practice(folder / "taskforce.toml")
    told = [finding.words for finding in calendars(practice, date(2026, 10, 19))]
    assert told == [
        "the calendar of St Wilfrun's High has no school day: nobody is expected there."
    ]
    told = [finding.words for finding in calendars(practice, date(2026, 10, 20))]
    assert told[0] == (
        "the calendar of Cawder High ends on 18 December 2026. "
        "Nobody is expected after it: add the next year."
    )
    assert (
        "the calendar ended on 20 July 2027."
        in next(iter(calendars(practice, date(2027, 8, 1)))).words
    )


def test_a_calendar_that_is_not_there_refuses_the_file(folder):
    (folder / "other.csv").unlink()
    with pytest.raises(NotReady):
        read_practice(folder / "taskforce.toml")


def test_a_calendar_of_a_school_that_is_not_on_record_is_told_with_the_name_it_may_mean(folder):
    practice = read_practice(folder / "taskforce.toml")
    [told] = misnamed(practice, ("Cawder High", "St Wilfrid's High"))
    assert told.words.startswith("[calendar.schools] names “St Wilfrun's High”, which is no school")
    assert "St Wilfrid's High" in told.words
    assert list(misnamed(practice, ("Cawder High", "St Wilfrun's High"))) == []
    assert list(misnamed(practice, ())) == []  # nobody has been imported yet
