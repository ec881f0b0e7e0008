from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.calendar import moment_at, wall
from bot.rules.hours import (
    add_working_time,
    back_within,
    last_in_day,
    next_shift,
    on_shift,
    on_shift_for,
    shift_ends,
)
from bot.rules.practice import Calendar, Span
from tests.rules.test_calendar import DEMO, days, every, moments, spans

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def at(text):
    """Read a wall time in London."""
    shown = datetime.fromisoformat(text)
    return moment_at(shown.date(), shown.time())


def week(*weekdays, until=17, late=()):
    hours = {weekday: Span(time(8, 30), time(until)) for weekday in weekdays}
    return MappingProxyType(hours | {day: Span(time(8, 30), time(end)) for day, end in late})


DANI = week(MON, TUE, WED, THU, FRI, late=[(WED, 19)])
MARCUS = week(MON, TUE, WED, THU, FRI, late=[(TUE, 20), (THU, 20)])
PRIYA = week(MON, TUE, THU)
RUTH = week(TUE, WED)
NOBODY = week()

weeks = st.dictionaries(st.integers(0, 6), spans).map(MappingProxyType)
calendars = st.one_of(
    st.just(DEMO), st.builds(Calendar, bank_holidays=st.frozensets(days, max_size=4))
)


@pytest.mark.parametrize(
    ("worker", "moment", "expected"),
    [
        (DANI, "2026-12-02T18:59", True),
        (DANI, "2026-12-02T19:00", False),
        (DANI, "2026-12-03T08:29", False),
        (DANI, "2026-12-03T08:30", True),
        (DANI, "2026-12-05T12:00", False),
        (DANI, "2026-12-28T12:00", False),
        (DANI, "2026-07-02T16:59", True),
        (PRIYA, "2026-12-02T12:00", False),
        (NOBODY, "2026-12-02T12:00", False),
    ],
)
def test_a_worker_is_on_shift_in_her_own_hours_and_never_on_a_bank_holiday(
    worker, moment, expected
):
    assert on_shift(worker, DEMO, at(moment)) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-12-03T15:45", True),
        ("2026-12-03T16:00", True),
        ("2026-12-03T16:01", False),
        ("2026-12-03T08:00", False),
    ],
)
def test_a_check_in_goes_only_while_the_worker_stays_for_another_hour(moment, expected):
    assert on_shift_for(DANI, DEMO, at(moment), HOUR) is expected
    assert on_shift_for(DANI, DEMO, wall(at(moment)), HOUR) is expected


def test_a_shift_ends_when_the_worker_goes_home():
    assert shift_ends(DANI, DEMO, at("2026-12-02T12:00")) == at("2026-12-02T19:00")
    assert shift_ends(DANI, DEMO, at("2026-12-02T19:00")) is None
    assert shift_ends(DANI, DEMO, at("2026-12-28T12:00")) is None


@pytest.mark.parametrize(
    ("worker", "after", "expected"),
    [
        (DANI, "2026-12-03T12:34:56", "2026-12-03T12:34:56"),
        (DANI, "2026-12-03T17:00", "2026-12-04T08:30"),
        (DANI, "2026-12-04T17:00", "2026-12-07T08:30"),
        (DANI, "2026-12-24T17:00", "2026-12-29T08:30"),
        (DANI, "2026-12-31T17:00", "2027-01-04T08:30"),
        (DANI, "2026-03-27T17:00", "2026-03-30T08:30"),
        (DANI, "2026-10-23T17:00", "2026-10-26T08:30"),
        (DANI, "2028-02-28T17:00", "2028-02-29T08:30"),
        (RUTH, "2026-12-02T17:00", "2026-12-08T08:30"),
        (NOBODY, "2026-12-02T17:00", None),
    ],
)
def test_the_next_shift_is_the_one_running_or_the_next_to_begin(worker, after, expected):
    assert next_shift(worker, DEMO, at(after)) == (expected and at(expected))


@pytest.mark.parametrize(
    ("worker", "start", "length", "expected"),
    [
        (DANI, "2026-12-03T10:00", HOUR, "2026-12-03T11:00"),
        (DANI, "2026-12-03T16:00", HOUR, "2026-12-03T17:00"),
        (DANI, "2026-12-03T16:30", HOUR, "2026-12-04T09:00"),
        (DANI, "2026-12-04T22:00", HOUR, "2026-12-07T09:30"),
        (DANI, "2026-12-04T22:00", timedelta(), "2026-12-07T08:30"),
        (DANI, "2026-12-24T16:00", 2 * HOUR, "2026-12-29T09:30"),
        (DANI, "2026-12-01T08:30", 27.5 * HOUR, "2026-12-03T17:00"),
        (RUTH, "2026-12-02T16:00", 10 * HOUR, "2026-12-09T09:00"),
        (NOBODY, "2026-12-04T22:00", 4 * HOUR, "2026-12-05T02:00"),
    ],
)
def test_time_to_answer_runs_only_while_the_worker_is_in(worker, start, length, expected):
    assert add_working_time(worker, DEMO, at(start), length) == at(expected)


def test_an_hour_of_work_across_the_clock_change_is_an_hour_of_real_time():
    nights = {SUN: Span(time(0, 30), time(4))}
    assert add_working_time(nights, DEMO, at("2026-03-29T00:30"), HOUR) == at("2026-03-29T02:30")
    assert add_working_time(nights, DEMO, at("2026-10-25T00:30"), 2 * HOUR) == (
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("worker", "weekday", "expected"),
    [
        (DANI, THU, THU),
        (RUTH, THU, WED),
        (PRIYA, WED, TUE),
        (RUTH, MON, None),
        (PRIYA, SUN, THU),
        (NOBODY, FRI, None),
    ],
)
def test_a_check_in_moves_to_the_workers_last_day_in_before_it(worker, weekday, expected):
    assert last_in_day(worker, weekday) == expected


@pytest.mark.parametrize(
    ("worker", "on", "working_days", "expected"),
    [
        (PRIYA, "2026-12-01", 2, True),  # off Wednesday, in on Thursday
        (PRIYA, "2026-12-01", 1, False),
        (PRIYA, "2026-12-03", 2, True),  # off Friday, in on Monday
        (RUTH, "2026-12-02", 2, False),
        (RUTH, "2026-12-02", 4, True),
        (DANI, "2026-12-04", 1, True),
        (DANI, "2026-12-24", 1, True),  # the 29th is the first working day after Christmas
        (week(MON), "2026-12-24", 2, False),  # her Monday is a bank holiday
        (week(SAT), "2026-12-04", 1, True),
        (DANI, "2026-12-04", 0, False),
        (NOBODY, "2026-12-04", 5, False),
    ],
)
def test_a_part_timer_is_waited_for_when_she_is_back_within_two_working_days(
    worker, on, working_days, expected
):
    assert back_within(worker, DEMO, date.fromisoformat(on), working_days) is expected


@settings(every, max_examples=60)
@given(weeks, calendars, moments)
def test_the_next_shift_is_the_first_minute_at_work(worker, calendar, after):
    found = next_shift(worker, calendar, after)
    assert found is None or (found >= after and on_shift(worker, calendar, found))
    assert (found == after) == on_shift(worker, calendar, after)
    until = min(found or after + timedelta(days=27), after + timedelta(days=2))
    whole = after.replace(second=0, microsecond=0) + MINUTE
    for ahead in range(int((until - whole) / MINUTE) + 1):
        moment = whole + ahead * MINUTE
        assert moment >= until or not on_shift(worker, calendar, moment)


@every
@given(weeks, calendars, moments)
def test_a_shift_runs_without_a_break_until_it_ends(worker, calendar, moment):
    ends = shift_ends(worker, calendar, moment)
    assert (ends is not None) == on_shift(worker, calendar, moment)
    if ends:
        assert on_shift(worker, calendar, ends - timedelta(microseconds=1))
        assert on_shift_for(worker, calendar, moment, ends - moment)
        assert not on_shift_for(worker, calendar, moment, ends - moment + MINUTE)


@settings(every, max_examples=60)
@given(weeks.filter(bool), moments, st.integers(0, 600))
def test_an_answer_is_due_after_exactly_that_many_minutes_at_work(worker, start, minutes):
    start = start.replace(second=0, microsecond=0)
    due = add_working_time(worker, DEMO, start, minutes * MINUTE)
    elapsed = int((min(due, start + timedelta(days=4)) - start) / MINUTE)
    worked = sum(on_shift(worker, DEMO, start + ahead * MINUTE) for ahead in range(elapsed))
    assert due >= start + minutes * MINUTE
    assert worked == minutes or (due > start + timedelta(days=4) and worked <= minutes)
