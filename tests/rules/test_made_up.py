"""A check-in that a holiday or an outage took away is made up, once, in the first open week."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.calendar import wall
from bot.rules.check_in import (
    TOO_LATE,
    Begin,
    Nothing,
    PersonInstead,
    asked_in,
    decide,
    moment_in_week,
    next_moment,
)
from bot.rules.practice import Calendar, CheckInRhythm, Taper, Window
from bot.rules.taper import Rhythm, asks_in
from tests.rules.test_check_in import LEANNE, PRACTICE, at, replace

BACK_ON = date(2026, 9, 9)
WEEK_0 = date(2026, 9, 7)
WEEKS = 20
BACK = Rhythm("reintegrating", returned_on=BACK_ON)
FORTNIGHTLY = Rhythm("reintegrating", "fortnightly", BACK_ON)
MONTHLY = Rhythm("reintegrating", "monthly", BACK_ON)
PHONED = replace(LEANNE, prefers=frozenset({"phone_call"}))
OFTEN = (BACK, FORTNIGHTLY, MONTHLY, Rhythm("engaged", "none"), Rhythm("engaged"))


def monday(week):
    return WEEK_0 + timedelta(weeks=week)


def year(*holidays):
    """A school that is open but for these weeks after the return, the first one 0."""
    days = {
        monday(week) + timedelta(days=day)
        for week in range(-9, WEEKS + 9)
        for day in range(5)
        if week not in holidays
    }
    return replace(PRACTICE, calendar=Calendar(frozenset(days)), taper=Taper(4, 8))


def begun(rhythm, holidays=(), outages=(), family=LEANNE):
    """The weeks in which a check-in goes, or a person rings, as the planner comes to each."""
    practice, family = year(*holidays), replace(family, rhythms=(rhythm,))
    family = replace(family, missed=frozenset(map(monday, outages)))
    gone, moment = [], moment_in_week(monday(-1), family, practice)
    while (moment := next_moment(moment, family, practice)) < at("2027-01-25T00:00"):
        week = (wall(moment).date() - WEEK_0).days // 7
        if week not in outages:
            plan = decide(family, practice, moment, moment)
            gone.extend([week] * isinstance(plan, Begin | PersonInstead))
    return gone


@pytest.mark.parametrize(
    ("rhythm", "holidays", "outages", "weeks"),
    [
        (BACK, (), (), [0, 1, 2, 3, 5, 7, 9, 11, 15, 19]),
        (BACK, (2,), (), [0, 1, 3, 5, 7, 9, 11, 15, 19]),  # weekly: the next is its own
        (BACK, (3,), (), [0, 1, 2, 4, 5, 7, 9, 11, 15, 19]),  # the last of the weekly ones
        (BACK, (7,), (), [0, 1, 2, 3, 5, 8, 9, 11, 15, 19]),  # 25 Oct: the clocks go back
        (BACK, (7, 8), (), [0, 1, 2, 3, 5, 9, 11, 15, 19]),  # week 9 is its own: one, not two
        (BACK, (11, 12), (), [0, 1, 2, 3, 5, 7, 9, 13, 15, 19]),  # the first of the months
        (BACK, (15, 16, 17), (), [0, 1, 2, 3, 5, 7, 9, 11, 18, 19]),
        (BACK, (8,), (), [0, 1, 2, 3, 5, 7, 9, 11, 15, 19]),  # nothing was due in it
        (BACK, (), (5,), [0, 1, 2, 3, 6, 7, 9, 11, 15, 19]),
        (BACK, (8,), (7,), [0, 1, 2, 3, 5, 9, 11, 15, 19]),
        (BACK, (12, 14), (11, 13), [0, 1, 2, 3, 5, 7, 9, 15, 19]),
        (FORTNIGHTLY, (2,), (), [0, 3, 4, 6, 8, 10, 12, 14, 16, 18]),
        (MONTHLY, (8, 9), (), [0, 4, 10, 12, 16]),
        (MONTHLY, (), (8, 9), [0, 4, 10, 12, 16]),
    ],
)
def test_what_was_lost_is_made_up_in_the_first_open_week(rhythm, holidays, outages, weeks):
    assert begun(rhythm, holidays, outages) == weeks
    assert begun(rhythm, holidays, outages, PHONED) == weeks, "a person rings as a text would go"


SCHOOL_WEEK = Window(days=frozenset(range(5)))


@pytest.mark.parametrize(
    ("back", "window"),
    [
        ("2026-10-02T09:00", LEANNE.window),  # a Friday
        ("2026-10-03T09:00", LEANNE.window),
        ("2026-10-03T09:00", SCHOOL_WEEK),
        ("2026-10-05T09:00", LEANNE.window),  # the first day of a holiday
    ],
)
def test_whenever_the_service_is_back_what_it_missed_counts_as_missed(back, window):
    family, practice = replace(LEANNE, window=window), year(4)
    due = moment_in_week(monday(3), family, practice)
    assert decide(family, practice, due, at(back)) == Nothing(TOO_LATE)


@pytest.mark.parametrize(
    ("back", "rings"),
    [("2026-10-03T09:00", True), ("2026-10-05T09:00", False), ("2026-10-12T09:00", False)],
)
def test_a_person_is_asked_to_ring_as_long_as_the_missed_week_runs(back, rings):
    practice = year(4)
    due = moment_in_week(monday(3), PHONED, practice)
    plan = decide(PHONED, practice, due, at(back))
    assert isinstance(plan, PersonInstead) if rings else plan == Nothing(TOO_LATE)


def test_on_a_bank_holiday_nobody_rings_and_the_week_is_made_up():
    family = replace(PHONED, rhythms=(FORTNIGHTLY,), wants_holidays=True)
    practice, due = year(), moment_in_week(monday(2), family, year())
    shut = Calendar(practice.calendar.school_days, frozenset({wall(due).date()}))
    practice = replace(practice, calendar=shut)
    assert not isinstance(decide(family, practice, due, due), PersonInstead)
    assert [week for week in range(6) if asked_in(monday(week), family, practice)] == [0, 2, 3, 4]


def test_in_the_holidays_themselves_staff_read_why_nothing_went():
    practice, family = year(7, 8), replace(LEANNE, rhythms=(BACK,))
    lost, after = (moment_in_week(monday(week), family, practice) for week in (7, 8))
    assert decide(family, practice, lost, lost) == Nothing("not a school day")
    assert decide(family, practice, after, after) == Nothing("fortnightly: not this week")


def test_where_families_are_asked_in_the_holidays_too_nothing_is_lost_to_them():
    family = replace(LEANNE, rhythms=(FORTNIGHTLY,), wants_holidays=True)
    weekly = CheckInRhythm(holiday_cadence="weekly")
    practice = replace(year(2, 3), check_in=weekly)
    assert [week for week in range(8) if asked_in(monday(week), family, practice)] == [0, 2, 4, 6]


@given(
    st.sampled_from(OFTEN),
    st.frozensets(st.integers(0, WEEKS - 1)),
    st.frozensets(st.integers(0, WEEKS - 1)),
    st.sampled_from((LEANNE, PHONED)),
)
def test_one_open_week_holds_one_at_most_and_nothing_lost_goes_without(
    rhythm, holidays, outages, family
):
    weeks, lost = begun(rhythm, holidays, outages, family), holidays | outages
    assert len(set(weeks)) == len(weeks)
    usual = [week for week in range(WEEKS) if asks_in((rhythm,), monday(week), Taper(4, 8))]
    if rhythm.cadence == "none":
        usual = []
    heirs = [next((later for later in range(week, WEEKS) if later not in lost), None)
             for week in usual]  # fmt: skip
    assert weeks == sorted({week for week in heirs if week is not None})
