"""Which days are holidays, who is offered what, and whose a place is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.calendar import Calendar, wall
from bot.rules.holidays import (
    BOOKED,
    WAITING,
    Candidate,
    Holiday,
    days_shown,
    duty_checked_at,
    holiday_on,
    in_holidays,
    is_bulk,
    may_be_offered,
    next_holiday,
    next_look,
    place_for,
    pounds,
    unnamed,
    wish_asked_at,
)
from bot.settings import DEMO
from bot.taskforce_file import read_practice

CALENDAR = read_practice(DEMO / "taskforce.toml").calendar
CHRISTMAS = Holiday(date(2026, 12, 19), date(2027, 1, 3))
HALF_TERM = Holiday(date(2026, 10, 24), date(2026, 11, 1))
KAI = Candidate(year=9, free_meals=True, is_open=True)


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        ("2026-12-18", None),  # the last day of term
        ("2026-12-19", CHRISTMAS),  # its weekend belongs to the holiday
        ("2026-12-25", CHRISTMAS),
        ("2027-01-03", CHRISTMAS),
        ("2026-11-28", None),  # a Saturday in term
        ("2026-10-28", HALF_TERM),
        ("2027-08-10", Holiday(date(2027, 7, 22), None)),  # what comes after is not known yet
        ("2026-08-10", None),  # before anything is known
    ],
)
def test_what_a_day_is_for_a_family(day, holiday):
    assert holiday_on(CALENDAR, date.fromisoformat(day)) == holiday


def test_a_bank_holiday_in_term_and_a_team_without_a_calendar_have_no_holiday():
    assert not in_holidays(CALENDAR, date(2027, 5, 3))
    assert not in_holidays(Calendar(), date(2026, 12, 25))


def test_families_are_asked_two_school_weeks_before_a_long_holiday_only():
    christmas = next_holiday(CALENDAR, date(2026, 11, 30))
    assert christmas == CHRISTMAS
    assert f"{wall(wish_asked_at(christmas)):%a %d %b %H:%M}" == "Mon 07 Dec 15:45"
    assert wish_asked_at(HALF_TERM) is None
    assert f"{wall(duty_checked_at(christmas)):%a %d %b %H:%M}" == "Fri 11 Dec 09:00"
    assert next_look(CALENDAR, wish_asked_at(christmas)) == duty_checked_at(christmas)


@pytest.mark.parametrize(
    ("named", "missing"),
    [
        ([], True),
        ([(date(2026, 12, 21), date(2027, 1, 1))], False),
        ([(date(2026, 12, 21), date(2026, 12, 24))], True),
        ([(date(2026, 12, 19), date(2026, 12, 27)), (date(2026, 12, 28), date(2027, 1, 3))], False),
    ],
)
def test_a_weekday_with_nobody_named_is_seen(named, missing):
    assert unnamed(CHRISTMAS, named) is missing


@pytest.mark.parametrize(
    ("change", "invited"),
    [
        ({}, True),
        ({"free_meals": False}, False),
        ({"year": 0}, True),
        ({"year": 12}, False),
        ({"is_open": False}, False),
        ({"held": True}, False),
        ({"reachable": False}, False),
    ],
)
def test_a_haf_club_is_for_free_school_meals_from_reception_to_year_11(change, invited):
    assert may_be_offered(replace(KAI, **change), free_meals_only=True) is invited


def test_the_teams_own_activity_is_for_every_open_case_but_for_no_held_one():
    older = replace(KAI, year=12, free_meals=False)
    assert may_be_offered(older, free_meals_only=False)
    assert not may_be_offered(replace(older, held=True), free_meals_only=False)


def test_eleven_families_are_a_bulk_send_and_ten_are_none():
    assert is_bulk(11)
    assert not is_bulk(10)


@given(st.integers(0, 9), st.lists(st.booleans(), max_size=30))
def test_places_are_never_oversold_and_nobody_overtakes_who_waits(places, answers):
    taken = waiting = 0
    for gives_up in answers:
        if gives_up and taken:
            taken -= 1
            continue
        free = places - taken
        became = place_for(places, taken, waiting)
        assert (became == BOOKED) == (free > waiting)
        taken += became == BOOKED
        waiting += became == WAITING
        assert taken <= places


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (date(2026, 12, 21), date(2026, 12, 24), "21-24 Dec"),
        (date(2027, 3, 30), date(2027, 4, 2), "30 Mar-2 Apr"),
        (date(2026, 12, 21), date(2026, 12, 21), "21 Dec"),
    ],
)
def test_days_as_a_family_reads_them(first, last, shown):
    assert days_shown(first, last) == shown


def test_what_a_child_costs():
    assert [pounds(pence) for pence in (210000, 1250, None)] == ["£2,100", "£12.50", ""]
