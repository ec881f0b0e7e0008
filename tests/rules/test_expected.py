"""A child is asked after only where school was expected: calendar, roll, plan, and Year 11."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.calendar import calendar_from_days
from bot.rules.expected import (
    SLOTS,
    Pattern,
    Schooling,
    expected_in_week,
    is_expected,
    next_step,
    not_expected,
    open_in_week,
    pattern_on,
    reminded_on,
    slots_of,
    words_of,
)
from tests.rules.test_calendar import DEMO, demo_calendar


def on(text):
    return date.fromisoformat(text)


FULL = Schooling(DEMO, year=10)
MORNINGS = Pattern(
    *("reduced", slots_of(["mon am", "tue am", "wed am", "thu am", "fri am"])),
    *(on("2026-11-16"), on("2026-12-11")),
)
THREE_DAYS = ["mon am", "mon pm", "wed am", "wed pm", "fri am", "fri pm"]
STEPS = (  # Chloe's way back to Hollin Grange
    Pattern("reintegration", slots_of(THREE_DAYS), on("2026-11-23"), on("2026-12-04"), 1),
    Pattern("reintegration", slots_of(SLOTS), on("2026-12-07"), on("2026-12-18"), 2),
)
CHLOE = replace(FULL, patterns=STEPS)


def sessions(schooling, day):
    return f"{len(expected_in_week(schooling, on(day)))} of {len(open_in_week(DEMO, on(day)))}"


@pytest.mark.parametrize(
    ("day", "counted"),
    [
        ("2026-11-30", "10 of 10"),
        ("2026-12-06", "10 of 10"),  # a Sunday belongs to the week before it
        ("2026-09-01", "6 of 6"),  # INSET on the Tuesday, pupils from the Wednesday
        ("2026-10-28", "0 of 0"),  # half term
        ("2027-02-08", "8 of 8"),
        ("2027-05-03", "8 of 8"),  # May Day
    ],
)
def test_full_time_is_every_session_the_school_is_open(day, counted):
    assert sessions(FULL, day) == counted


@pytest.mark.parametrize(
    ("day", "counted"),
    [
        *[("2026-11-09", "10 of 10"), ("2026-11-16", "5 of 10"), ("2026-12-07", "5 of 10")],
        ("2026-12-14", "10 of 10"),  # it has ended
    ],
)
def test_a_reduced_timetable_of_mornings_halves_a_week_and_ends_on_its_day(day, counted):
    assert sessions(replace(FULL, patterns=(MORNINGS,)), day) == counted


def test_chloes_three_days_become_five_and_the_next_step_is_known_beforehand():
    assert sessions(CHLOE, "2026-11-30") == "6 of 10"
    assert sessions(CHLOE, "2026-12-07") == "10 of 10"
    assert not is_expected(CHLOE, on("2026-12-01"), "am")
    assert next_step(STEPS, on("2026-12-04")).step == 2
    assert next_step(STEPS, on("2026-12-04")).from_on == on("2026-12-07")
    assert next_step(STEPS, on("2026-12-07")) is None
    assert next_step([MORNINGS], on("2026-11-01")) is None, "a reduced timetable is no step back"


def test_where_two_agreements_overlap_the_later_one_counts():
    both = (*STEPS, replace(MORNINGS, from_on=on("2026-11-30")))
    assert pattern_on(both, on("2026-12-01")) == both[-1]
    assert pattern_on(both, on("2026-12-07")) == STEPS[1]
    assert pattern_on(both[::-1], on("2026-11-27")) == STEPS[0]


@pytest.mark.parametrize(
    ("ends", "reminded"), [("2026-12-11", "2026-12-04"), ("2027-01-06", "2026-12-16")]
)
def test_the_key_worker_is_reminded_five_school_days_before_it_ends(ends, reminded):
    assert reminded_on(DEMO, replace(MORNINGS, until_on=on(ends))) == on(reminded)


def test_on_a_half_day_there_is_a_morning_only_and_on_a_snow_day_nothing():
    changed = calendar_from_days(
        [
            *((day, "school_day") for day in demo_calendar().school_days),
            *[(on("2026-12-18"), "half_day"), (on("2026-12-15"), "closure")],
        ]
    )
    child = replace(FULL, calendar=changed)
    assert len(expected_in_week(child, on("2026-12-14"))) == 7
    assert is_expected(child, on("2026-12-18"), "am")
    assert not is_expected(child, on("2026-12-18"), "pm")


def test_year_11_is_expected_until_the_last_friday_in_june_and_year_10_goes_on():
    leaver = replace(FULL, year=11)
    assert is_expected(leaver, on("2027-06-25"), "pm")
    assert not is_expected(leaver, on("2027-06-28"), "am")
    assert is_expected(FULL, on("2027-06-28"), "am")


def test_before_the_first_day_and_after_the_last_nobody_asks():
    placed = replace(FULL, from_on=on("2026-11-24"), until_on=on("2026-11-26"))
    assert sessions(placed, "2026-11-23") == "6 of 10"


@pytest.mark.parametrize(
    ("changed", "day", "why"),
    [
        ({}, "2026-12-01", ""),
        ({}, "2026-10-28", "no school then"),
        ({"year": 11}, "2027-06-29", "past the last day of Year 11"),
        ({"from_on": date(2026, 12, 2)}, "2026-12-01", "not at this school on that day"),
        ({"patterns": STEPS}, "2026-12-01", "not in this step back"),
        (
            {"patterns": (replace(MORNINGS, slots=slots_of(["mon am"])),)},
            *("2026-12-01", "not on the reduced timetable"),
        ),
    ],
)
def test_staff_read_why_a_child_was_not_expected(changed, day, why):
    assert not_expected(replace(FULL, **changed), on(day), "am") == why


@given(
    st.sets(st.sampled_from(sorted(SLOTS))),
    st.dates(on("2026-09-01"), on("2027-07-21")),
    st.integers(1, 60),
)
def test_a_plan_never_makes_a_child_expected_where_the_school_is_shut(slots, first, lasts):
    plan = Pattern("reduced", slots_of(slots), first, first + timedelta(days=lasts))
    week = expected_in_week(replace(FULL, patterns=(plan,)), first)
    assert set(week) <= set(open_in_week(DEMO, first))
    covered = [(day, half) for day, half in week if day >= first and day <= plan.until_on]
    assert all((day.weekday(), half) in plan.slots for day, half in covered)


@given(st.sets(st.sampled_from(sorted(SLOTS))))
def test_a_plan_is_kept_and_read_again_as_it_was(words):
    assert set(words_of(slots_of(words))) == words


def test_a_session_that_is_no_session_is_not_read_as_one():
    assert words_of(slots_of(["tue pm", "mon am"])) == ["mon am", "tue pm"]
    with pytest.raises(KeyError):
        slots_of(["sat am"])
