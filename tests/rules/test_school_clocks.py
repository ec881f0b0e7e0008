"""What is counted in school days: a reason for an N, Day 6, twelve weeks, the end of Year 11."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import NotReady
from bot.rules.calendar import calendar_from_days, is_school_day
from bot.rules.practice import Calendar
from bot.rules.school_clocks import (
    DaySix,
    Exclusion,
    TwelveWeeks,
    day_six,
    day_six_on,
    has_left,
    leaving_date,
    reason_due_by,
    school_days_between,
    twelve_weeks,
)
from bot.taskforce_file import read_practice
from tests.rules.test_calendar import DEMO


def on(text):
    return date.fromisoformat(text)


EXCLUDED = Exclusion(on("2026-11-16"), year=10)  # Jayden
in_term = st.dates(on("2026-09-02"), on("2027-05-20"))


@pytest.mark.parametrize(
    ("marked", "last"),
    [
        ("2026-10-21", "2026-11-04"),  # over half term
        ("2026-11-26", "2026-12-03"),  # Ethan
        ("2026-12-18", "2027-01-08"),
        ("2027-02-08", "2027-02-23"),  # over an INSET day and half term
    ],
)
def test_a_reason_can_be_given_until_the_fifth_school_day_after(marked, last):
    assert reason_due_by(DEMO, on(marked)) == on(last)


def test_a_reason_runs_by_the_calendar_of_the_school_that_wrote_the_mark():
    snowed_in = Calendar(DEMO.school_days - {on("2026-12-01")}, DEMO.bank_holidays)
    assert reason_due_by(snowed_in, on("2026-11-26")) == on("2026-12-04")


@pytest.mark.parametrize(
    ("first", "earlier", "later"),
    [
        ("2026-10-21", "2026-11-04", "2026-11-05"),
        ("2026-12-16", "2027-01-06", "2027-01-07"),
        ("2026-11-09", "2026-11-16", "2026-11-17"),
        ("2026-11-16", "2026-11-23", "2026-11-24"),
        ("2026-10-31", "2026-11-09", "2026-11-10"),  # a Saturday: the Monday is the first day
    ],
)
def test_day_six_is_read_both_ways(first, earlier, later):
    assert day_six_on(DEMO, on(first), "earlier") == on(earlier)
    assert day_six_on(DEMO, on(first), "later") == on(later)


@given(in_term)
def test_day_six_is_the_sixth_day_when_counted_on_the_fingers(first):
    fingers = [
        each for ahead in range(40) if is_school_day(DEMO, each := first + timedelta(days=ahead))
    ]
    assert day_six_on(DEMO, first, "earlier") == fingers[5]
    assert day_six_on(DEMO, first, "later") == fingers[6]
    due = reason_due_by(DEMO, fingers[0])
    assert due == fingers[5]
    assert school_days_between(DEMO, fingers[0], due) == 5
    assert school_days_between(DEMO, due, fingers[0]) == -5


@pytest.mark.parametrize(
    ("today", "left", "late", "wants", "owed"),
    [
        ("2026-11-16", 5, 0, False, False),
        ("2026-11-18", 3, 0, False, False),
        ("2026-11-19", 2, 0, True, False),  # day 4
        ("2026-11-22", 1, 0, True, False),
        ("2026-11-23", 0, 0, True, True),
        ("2026-11-24", -1, 1, True, True),
        ("2026-11-30", -5, 5, True, True),
    ],
)
def test_jaydens_clock_runs_down_in_school_days(today, left, late, wants, owed):
    found = day_six(DEMO, EXCLUDED, on(today), "earlier")
    assert found == DaySix(on("2026-11-23"), left, late, wants)
    assert found.owed is owed


def test_jayden_started_one_day_late_by_the_earlier_reading_and_in_time_by_the_later():
    started = Exclusion(EXCLUDED.first_on, 10, starts_on=on("2026-11-24"))
    assert day_six(DEMO, started, on("2026-11-30"), "earlier").late_by == 1
    assert day_six(DEMO, started, on("2026-11-30"), "later").late_by == 0
    ahead = day_six(DEMO, started, on("2026-11-19"), "earlier")
    assert (ahead.late_by, ahead.wants_a_date) == (1, False), "a date too late is seen beforehand"


def test_day_six_is_not_owed_to_year_11_after_the_last_friday_in_june():
    june = on("2027-06-28")
    assert day_six(DEMO, Exclusion(on("2027-06-21"), 11), june, "earlier") is None
    assert day_six(DEMO, Exclusion(on("2027-06-21"), 10), june, "earlier").on == june
    friday = day_six(DEMO, Exclusion(on("2027-06-18"), 11), june, "earlier")
    assert friday.on == on("2027-06-25"), "on that Friday itself it still is"


def test_pupils_leave_on_the_last_friday_in_june_of_their_eleventh_year():
    days = [on("2026-06-01"), on("2026-09-01"), on("2027-08-31"), on("2028-01-10")]
    assert [leaving_date(each).isoformat() for each in days] == [
        *("2026-06-26", "2027-06-25", "2027-06-25", "2028-06-30")
    ]
    assert not has_left(11, on("2027-06-25"))
    assert has_left(11, on("2027-06-26"))
    assert not has_left(10, on("2027-06-26"))
    assert has_left(12, on("2027-09-10")), "who left in June is not back in September"


@pytest.mark.parametrize(
    ("starts", "by_calendar", "by_school"),
    [
        ("2026-09-14", "2026-12-04", "2026-12-11"),
        ("2026-11-09", "2027-01-29", "2027-02-11"),
        ("2026-11-11", "2027-02-02", "2027-02-23"),  # a Wednesday: the Tuesday twelve weeks on
        ("2026-10-26", "2027-01-22", "2027-02-05"),  # half term: it begins on the Monday after
        ("2027-01-04", "2027-03-25", "2027-04-16"),  # twelve weeks end in the holidays
    ],
)
def test_twelve_weeks_are_offered_both_ways(starts, by_calendar, by_school):
    assert twelve_weeks(DEMO, on(starts)) == TwelveWeeks(on(by_calendar), on(by_school))


@given(st.dates(on("2026-09-02"), on("2027-03-31")))
def test_twelve_school_weeks_hold_at_most_sixty_days_and_never_end_before_the_calendars(first):
    found = twelve_weeks(DEMO, first)
    assert found.by_calendar <= found.by_school
    assert is_school_day(DEMO, found.by_school)
    assert school_days_between(DEMO, first - timedelta(days=1), found.by_school) <= 60


def test_where_the_calendar_runs_out_working_days_count():
    assert reason_due_by(DEMO, on("2027-07-21")) == on("2027-07-28")
    assert twelve_weeks(DEMO, on("2027-06-14")).by_calendar == on("2027-09-03")
    assert twelve_weeks(calendar_from_days([]), on("2026-09-14")).by_school == on("2026-12-04")


def test_the_reading_of_day_six_is_a_setting_and_a_third_reading_is_refused(tmp_path):
    path = tmp_path / "taskforce.toml"
    path.write_text('[attendance]\nday_six = "later"')
    assert read_practice(path).day_six == "later"
    assert read_practice(None).day_six == "earlier"
    path.write_text('[attendance]\nday_six = "latest"')
    with pytest.raises(NotReady, match=r"attendance\.day_six is 'latest', not earlier or later"):
        read_practice(path)
