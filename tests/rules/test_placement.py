"""A placement's dates, agreed sessions and closures, as people type them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.rules.closures import Shut, fault_in, may_close, shut_of, without
from bot.rules.expected import Pattern, Schooling, is_expected, slots_of
from bot.rules.placement import (
    EVERY_SLOT,
    Placed,
    numbered,
    patterns_at,
    sessions_in_words,
    step_fault,
    stretch_fault,
    tenths_of,
    wrong_with,
)
from bot.rules.placement_form import AGREED_BY, pattern_in, placed_in
from bot.rules.practice import Calendar, Practice
from bot.settings import DEMO
from bot.taskforce_file import read_practice

TODAY = date(2026, 11, 30)
CALENDAR = read_practice(DEMO / "taskforce.toml").calendar
THREE_DAYS = slots_of(["mon am", "mon pm", "tue am", "tue pm", "wed am"])
FIRST = Pattern("reintegration", THREE_DAYS, date(2026, 11, 23), date(2026, 12, 4), 1)


def step(first: date, last: date) -> Pattern:
    return Pattern("reintegration", EVERY_SLOT, first, last)


@pytest.mark.parametrize(
    ("placed", "wrong"),
    [
        (Placed(TODAY, date(2027, 2, 11)), ""),
        (Placed(None, None, date(2026, 11, 16)), ""),  # excluded, and nobody knows from when
        (Placed(TODAY, TODAY - timedelta(days=1)), "ends_on"),
        (Placed(None, date(2027, 2, 11)), "ends_on"),
        (Placed(TODAY, excluded_on=TODAY + timedelta(days=1)), "excluded_on"),
        (Placed(TODAY, ended_on=TODAY + timedelta(days=1)), "ended_on"),
        (Placed(date(2206, 11, 30)), "starts_on"),
    ],
)
def test_dates_that_cannot_be_are_named(placed, wrong):
    assert [one.name for one in wrong_with(placed, TODAY)] == [wrong] * bool(wrong)


def test_twelve_weeks_are_the_day_somebody_chose():
    typed = {"starts_on": "2026-11-09", "ends_on": "2026-12-01"}
    read = {
        how: placed_in({**typed, "end_as": how}, CALENDAR, TODAY)[0].ends_on
        for how in ("calendar", "school", "")
    }
    assert read == {
        "calendar": date(2027, 1, 29),
        "school": date(2027, 2, 11),
        "": date(2026, 12, 1),
    }


def test_what_is_no_date_or_percentage_is_told_and_nothing_is_guessed():
    _placed, wrong = placed_in({"starts_on": "30/11", "prior": "about half"}, CALENDAR, TODAY)
    assert [one.name for one in wrong] == ["starts_on", "prior"]
    assert (tenths_of("87.5%"), tenths_of("9"), tenths_of("100"), tenths_of("")) == (
        *(875, 90, 1000),
        None,
    )
    with pytest.raises(ValueError, match="no percentage"):
        tenths_of("100.1")


def test_the_week_is_counted_from_the_monday_of_the_first():
    placed = Placed(date(2026, 11, 24))  # a Tuesday
    weeks = [placed.week(date(2026, 11, day)) for day in (23, 24, 29, 30)]
    assert weeks == [None, 1, 1, 2]


def test_a_step_follows_on_the_one_before_without_a_day_in_none():
    follows = step(date(2026, 12, 7), date(2026, 12, 18))  # after a weekend
    assert step_fault(CALENDAR, [FIRST], follows) == ""
    assert numbered([FIRST], follows).step == 2
    gap = step_fault(CALENDAR, [FIRST], step(date(2026, 12, 9), date(2026, 12, 18)))
    assert gap == (
        "Mon 7 Dec, Tue 8 Dec would be in no step: step 1 ends on Fri 4 Dec. "
        "Begin this one on Mon 7 Dec."
    )
    overlap = step_fault(CALENDAR, [FIRST], step(date(2026, 12, 4), date(2026, 12, 18)))
    assert overlap.startswith("It overlaps step 1, Mon 23 Nov to Fri 4 Dec.")
    before = step_fault(CALENDAR, [FIRST], step(date(2026, 11, 9), date(2026, 11, 20)))
    assert before.startswith("It comes before step 1.")


def test_a_plan_of_another_term_begins_anew():
    later = step(date(2027, 2, 1), date(2027, 2, 11))
    assert step_fault(CALENDAR, [FIRST], later) == ""
    assert numbered([FIRST], later).step == 1


def test_an_agreement_without_sessions_or_an_end_is_refused():
    typed = {"kind": "reduced", "from_on": "2026-12-01", "agreed_by": AGREED_BY[0]}
    assert [one.name for one in pattern_in({**typed, "mon-am": "yes"})[1]] == ["until_on"]
    whole = {**typed, "until_on": "2026-12-18"}
    assert "at least one session" in pattern_in(whole)[1][0].words
    assert pattern_in({**whole, "mon-am": "yes", "agreed_by": "the school"})[0] is None
    pattern, wrong = pattern_in({**whole, "mon-am": "yes", "thu-pm": "yes"})
    assert (wrong, sessions_in_words(pattern.slots)) == ([], "Mon morning, Thu afternoon")
    assert "full time" in stretch_fault(replace(pattern, slots=EVERY_SLOT))


def test_a_child_going_back_is_expected_in_one_place_at_a_time():
    back = patterns_at([FIRST], provision=False, shared=True)
    here = patterns_at([FIRST], provision=True, shared=True)
    at_school, at_provision = (Schooling(CALENDAR, 10, each) for each in (back, here))
    wednesday, thursday = date(2026, 12, 2), date(2026, 12, 3)
    assert [is_expected(at_school, wednesday, half) for half in ("am", "pm")] == [True, False]
    assert [is_expected(at_provision, wednesday, half) for half in ("am", "pm")] == [False, True]
    assert not is_expected(at_school, thursday, "am")
    assert is_expected(at_provision, thursday, "am")
    assert patterns_at([FIRST], provision=True, shared=False) == (FIRST,)  # it is their only school


@pytest.mark.parametrize("half", ["", "am", "pm"])
def test_nobody_is_expected_at_a_school_that_cannot_open(half):
    shut = Shut(1, date(2026, 12, 1), half)
    schooling = Schooling(without(CALENDAR, shut.sessions), 9, shut=shut.sessions)
    expected = {each for each in ("am", "pm") if is_expected(schooling, shut.day, each)}
    assert expected == {"am", "pm"} - {each for _day, each in shut.sessions}
    assert is_expected(schooling, date(2026, 12, 2), "am")


def test_a_half_day_closed_in_the_morning_is_no_school_day():
    day = date(2026, 12, 1)
    calendar = Calendar(frozenset({day}), half_days=frozenset({day}))
    assert without(calendar, {(day, "am")}).school_days == frozenset()


def test_a_closure_of_yesterday_or_of_a_holiday_says_nothing_new():
    assert "is over" in fault_in(Shut(1, date(2026, 11, 27)), CALENDAR, TODAY)
    assert "no school day" in fault_in(Shut(1, date(2026, 12, 26)), CALENDAR, TODAY)
    assert fault_in(Shut(1, TODAY), CALENDAR, TODAY) == ""


def test_only_those_in_charge_and_its_own_staff_close_a_school():
    practice = Practice(manager="HM", safeguarding_lead="JL", duty=("MB",))
    may = [may_close(ref, "taskforce", "Millrace Centre", practice) for ref in ("HM", "MB", "DO")]
    assert may == [True, True, False]
    assert may_close("FS", "millrace centre", "Millrace Centre", practice)
    assert not may_close("FS", "Millrace Centre", "Cawder High", practice)


def test_a_button_of_a_closure_says_what_it_is_about():
    shut = Shut(3, TODAY, "pm")
    assert shut_of(shut.key("close")) == (shut, "close")
    for key in (
        "x:3:2026-11-31::close",
        "x:three:2026-11-30::close",
        "t:3:done",
        "x:3:2026-11-30:eve:close",
    ):
        assert shut_of(key) is None
