from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.calendar import moment_at, wall
from bot.rules.practice import ANY_TIME, Calendar, Practice, Span, Window
from bot.rules.windows import (
    NEVER,
    in_quiet_hours,
    may_write,
    nearest_in_window,
    next_open,
    strictest,
)
from tests.rules.test_calendar import DEMO, days, every, moments, spans, times

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
SENDING = Practice().sending_week


def hours(text):
    start, end = text.split("-")
    return Span(time.fromisoformat(start), time.fromisoformat(end))


def at(text):
    """Read a wall time in London."""
    shown = datetime.fromisoformat(text)
    return moment_at(shown.date(), shown.time())


# The families of the demo whose rules are about time.
NIGHT_SHIFT = Window(hours=hours("13:30-16:00"))
TAXI_DRIVER = Window(hours=hours("10:00-14:00"))
NO_MORNINGS = Window(hours=hours("12:00-20:00"))
FRIDAY_PRAYERS = Window(avoid=((FRI, hours("12:00-14:30")),))
SAFE_HOURS = Window(days=frozenset({TUE, THU}), hours=hours("10:00-12:00"))
WEEKENDS = Window(days=frozenset({SAT, SUN}), hours=hours("10:00-17:00"))

weekdays = st.frozensets(st.integers(0, 6), max_size=7)
windows = st.builds(
    Window,
    days=st.one_of(st.just(frozenset()), weekdays),
    hours=st.one_of(st.none(), spans),
    avoid=st.lists(st.tuples(st.integers(0, 6), spans), max_size=3).map(tuple),
)
sending_weeks = st.one_of(
    st.just(SENDING), st.dictionaries(st.integers(0, 6), spans).map(MappingProxyType)
)
calendars = st.one_of(
    st.just(DEMO), st.builds(Calendar, bank_holidays=st.frozensets(days, max_size=4))
)


@pytest.mark.parametrize(
    ("window", "moment", "expected"),
    [
        (ANY_TIME, "2026-12-06T03:00", True),
        (NEVER, "2026-12-03T00:00", False),
        (NEVER, "2026-12-03T12:00", False),
        (NIGHT_SHIFT, "2026-12-03T13:29", False),
        (NIGHT_SHIFT, "2026-12-03T13:30", True),
        (NIGHT_SHIFT, "2026-12-03T15:59", True),
        (NIGHT_SHIFT, "2026-12-03T16:00", False),
        (NIGHT_SHIFT, "2026-07-02T15:59", True),
        (NIGHT_SHIFT, "2026-07-02T16:00", False),
        (FRIDAY_PRAYERS, "2026-12-04T12:00", False),
        (FRIDAY_PRAYERS, "2026-12-04T14:30", True),
        (FRIDAY_PRAYERS, "2026-12-03T12:00", True),
        (SAFE_HOURS, "2026-12-03T11:59", True),
        (SAFE_HOURS, "2026-12-02T11:00", False),
        (WEEKENDS, "2026-12-06T10:00", True),
        (WEEKENDS, "2026-12-07T10:00", False),
    ],
)
def test_a_family_is_written_to_in_its_own_hours(window, moment, expected):
    assert may_write(window, at(moment)) is expected


@pytest.mark.parametrize(
    ("together", "expected"),
    [
        ((), ANY_TIME),
        ((NIGHT_SHIFT,), NIGHT_SHIFT),
        ((ANY_TIME, NIGHT_SHIFT), NIGHT_SHIFT),
        ((NIGHT_SHIFT, TAXI_DRIVER), Window(hours=hours("13:30-14:00"))),
        (
            (SAFE_HOURS, NO_MORNINGS),
            NEVER,  # 10:00-12:00 and 12:00-20:00 touch, and share no minute
        ),
        ((SAFE_HOURS, WEEKENDS), NEVER),
        ((NEVER, ANY_TIME, NIGHT_SHIFT), NEVER),
        ((WEEKENDS, Window(days=frozenset({SUN}))), Window(frozenset({SUN}), WEEKENDS.hours)),
        (
            (FRIDAY_PRAYERS, FRIDAY_PRAYERS, Window(avoid=((MON, hours("09:00-10:00")),))),
            Window(avoid=((FRI, hours("12:00-14:30")), (MON, hours("09:00-10:00")))),
        ),
    ],
)
def test_a_shared_phone_follows_the_strictest_rules_of_its_readers(together, expected):
    assert strictest(together) == expected


@every
@given(st.lists(windows, max_size=3), moments)
def test_a_shared_phone_is_written_to_exactly_when_every_reader_may_be(together, moment):
    everybody = all(may_write(window, moment) for window in together)
    assert may_write(strictest(together), moment) is everybody


@pytest.mark.parametrize(
    ("window", "moment", "expected"),
    [
        (ANY_TIME, "2026-12-03T07:59", True),
        (ANY_TIME, "2026-12-03T08:00", False),
        (ANY_TIME, "2026-12-03T19:59", False),
        (ANY_TIME, "2026-12-03T20:00", True),
        (ANY_TIME, "2026-12-05T09:59", True),
        (ANY_TIME, "2026-12-05T10:00", False),
        (ANY_TIME, "2026-12-05T17:00", True),
        (ANY_TIME, "2026-12-06T12:00", True),
        (ANY_TIME, "2026-12-28T12:00", True),
        (NIGHT_SHIFT, "2026-12-03T12:00", False),
        (WEEKENDS, "2026-12-06T10:00", False),
        (WEEKENDS, "2026-12-06T17:00", True),
    ],
)
def test_the_service_keeps_quiet_at_night_on_sundays_and_on_bank_holidays(window, moment, expected):
    assert in_quiet_hours(SENDING, DEMO, at(moment), window) is expected


@pytest.mark.parametrize(
    ("window", "after", "expected"),
    [
        (ANY_TIME, "2026-12-03T12:34:56", "2026-12-03T12:34:56"),
        (ANY_TIME, "2026-12-03T03:00", "2026-12-03T08:00"),
        (ANY_TIME, "2026-12-03T20:00", "2026-12-04T08:00"),
        (ANY_TIME, "2026-12-04T21:00", "2026-12-05T10:00"),
        (ANY_TIME, "2026-12-05T17:00", "2026-12-07T08:00"),
        (ANY_TIME, "2026-12-24T20:00", "2026-12-26T10:00"),
        (ANY_TIME, "2026-12-26T17:00", "2026-12-29T08:00"),
        (ANY_TIME, "2026-12-31T20:00", "2027-01-02T10:00"),
        (ANY_TIME, "2026-03-28T17:00", "2026-03-30T08:00"),
        (ANY_TIME, "2026-10-24T17:00", "2026-10-26T08:00"),
        (ANY_TIME, "2028-02-28T20:00", "2028-02-29T08:00"),
        (NIGHT_SHIFT, "2026-12-03T16:00", "2026-12-04T13:30"),
        (TAXI_DRIVER, "2026-12-03T09:00", "2026-12-03T10:00"),
        (NO_MORNINGS, "2026-12-05T18:00", "2026-12-07T12:00"),
        (FRIDAY_PRAYERS, "2026-12-04T12:15", "2026-12-04T14:30"),
        (FRIDAY_PRAYERS, "2026-12-04T11:59", "2026-12-04T11:59"),
        (SAFE_HOURS, "2026-12-03T12:00", "2026-12-08T10:00"),
        (SAFE_HOURS, "2027-12-24T12:00", "2027-12-30T10:00"),
        (WEEKENDS, "2026-11-30T08:30", "2026-12-05T10:00"),
        (WEEKENDS, "2026-12-05T17:00", "2026-12-06T10:00"),
        (NEVER, "2026-12-03T12:00", None),
    ],
)
def test_a_message_waits_until_the_service_and_the_family_both_allow_it(window, after, expected):
    assert next_open(window, SENDING, DEMO, at(after)) == (expected and at(expected))


def test_a_text_at_three_in_the_morning_waits_until_eight():
    assert next_open(ANY_TIME, SENDING, DEMO, at("2026-07-02T03:00")) == (
        datetime(2026, 7, 2, 7, 0, tzinfo=UTC)
    )


def test_a_family_that_agreed_to_sundays_is_written_to_on_sundays():
    sunday_noon = at("2026-12-06T12:00")
    assert next_open(WEEKENDS, SENDING, DEMO, sunday_noon) == sunday_noon


def test_a_message_that_must_not_use_agreed_days_waits_for_the_service():
    sunday_noon = at("2026-12-06T12:00")
    saturday = at("2026-12-12T10:00")
    assert next_open(WEEKENDS, SENDING, DEMO, sunday_noon, own_days=False) == saturday
    assert in_quiet_hours(SENDING, DEMO, sunday_noon, WEEKENDS, own_days=False)
    assert not in_quiet_hours(SENDING, DEMO, saturday, WEEKENDS, own_days=False)


def test_an_agreed_sunday_with_no_hours_or_with_late_hours_is_quiet_at_night_all_the_same():
    sundays = Window(days=frozenset({SUN}))
    late = Window(days=frozenset({SUN}), hours=hours("19:00-23:00"))
    early = Window(days=frozenset({SUN}), hours=hours("05:00-07:00"))
    saturday_night = at("2026-12-05T23:00")
    assert next_open(sundays, SENDING, DEMO, saturday_night) == at("2026-12-06T08:00")
    assert next_open(sundays, SENDING, DEMO, at("2026-12-06T20:00")) == at("2026-12-13T08:00")
    assert next_open(late, SENDING, DEMO, at("2026-12-06T20:00")) == at("2026-12-13T19:00")
    assert next_open(early, SENDING, DEMO, saturday_night) is None


def test_an_agreed_tuesday_does_not_open_a_bank_holiday():
    bank_holiday = at("2027-12-28T11:00")
    assert in_quiet_hours(SENDING, DEMO, bank_holiday, SAFE_HOURS)
    assert next_open(SAFE_HOURS, SENDING, DEMO, bank_holiday) == at("2027-12-30T10:00")


def test_a_family_whose_every_hour_is_to_be_left_alone_is_never_written_to():
    shut = Window(avoid=tuple((weekday, hours("07:00-21:00")) for weekday in range(7)))
    assert next_open(shut, SENDING, DEMO, at("2026-12-03T12:00")) is None


def test_a_time_given_as_london_time_comes_back_in_utc():
    found = next_open(ANY_TIME, SENDING, DEMO, wall(at("2026-07-02T12:00")))
    assert found is not None
    assert found.tzinfo is UTC


@every
@given(windows, moments)
def test_nothing_leaves_between_eight_in_the_evening_and_eight_in_the_morning(window, after):
    found = next_open(window, SENDING, DEMO, after)
    assert found is None or time(8) <= wall(found).time() < time(20)


@settings(every, max_examples=60)
@given(windows, sending_weeks, calendars, moments, st.booleans())
def test_a_message_leaves_at_the_first_allowed_minute(window, week, calendar, after, own_days):
    def allowed(moment):
        quiet = in_quiet_hours(week, calendar, moment, window, own_days=own_days)
        return may_write(window, moment) and not quiet

    found = next_open(window, week, calendar, after, own_days=own_days)
    assert found is None or (found >= after and allowed(found))
    assert found == after or not allowed(after)
    until = min(found or after + timedelta(days=27), after + timedelta(days=2))
    whole = after.replace(second=0, microsecond=0) + MINUTE
    for ahead in range(int((until - whole) / MINUTE) + 1):
        moment = whole + ahead * MINUTE
        assert moment >= until or not allowed(moment)


@pytest.mark.parametrize(
    ("window", "wanted", "expected"),
    [
        (ANY_TIME, "15:45", "15:45"),
        (ANY_TIME, "23:55", "23:55"),
        (TAXI_DRIVER, "15:45", "13:45"),
        (NIGHT_SHIFT, "15:45", "15:45"),
        (NIGHT_SHIFT, "15:46", "15:45"),
        (SAFE_HOURS, "15:45", "11:45"),
        (NO_MORNINGS, "15:45", "15:45"),
        (Window(hours=hours("16:30-20:00")), "15:45", "16:30"),
        (Window(hours=hours("10:00-10:15")), "15:45", "10:00"),
        (Window(hours=hours("10:00-10:14")), "15:45", None),
        (Window(avoid=((THU, hours("15:00-16:30")),)), "15:45", "16:30"),
        (Window(avoid=((THU, hours("15:45-17:45")),)), "16:00", "15:30"),
        (Window(avoid=((THU, hours("15:00-16:45")),)), "15:45", "14:45"),
        (Window(hours=hours("15:30-16:00"), avoid=((THU, hours("15:40-15:50")),)), "15:45", None),
        (Window(avoid=((THU, hours("15:15-16:15")),)), "15:40", "16:15"),
        (FRIDAY_PRAYERS, "12:30", "12:30"),
        (WEEKENDS, "15:45", None),
        (NEVER, "15:45", None),
    ],
)
def test_the_check_in_goes_at_the_nearest_time_that_leaves_a_quarter_of_an_hour(
    window, wanted, expected
):
    thursday = date(2026, 12, 3)
    found = nearest_in_window(window, thursday, time.fromisoformat(wanted), QUARTER)
    assert found == (expected and time.fromisoformat(expected))


def test_of_two_equally_near_times_the_earlier_is_taken():
    window = Window(avoid=((THU, hours("15:15-16:00")),))
    assert nearest_in_window(window, date(2026, 12, 3), time(15, 30), QUARTER) == time(15)


def test_with_no_margin_the_last_minute_of_the_window_will_do():
    assert nearest_in_window(TAXI_DRIVER, date(2026, 12, 3), time(15, 45), timedelta()) == (
        time(13, 59)
    )


@every
@given(windows, days, times, st.integers(1, 90))
def test_the_nearest_time_is_inside_the_window_and_no_nearer_minute_would_do(
    window, on, wanted, margin
):
    def far(minutes):
        return abs(minutes - (wanted.hour * 60 + wanted.minute))

    def fits(minutes):
        # Days without a clock change show the rule; the rule itself knows only the wall.
        start = datetime.combine(calm, time(), UTC) + timedelta(minutes=minutes)
        return all(may_write(window, start + ahead * MINUTE) for ahead in range(margin))

    calm = date(2026, 12, 7) + timedelta(days=on.weekday())
    found = nearest_in_window(window, on, wanted, timedelta(minutes=margin))
    if found is None:
        assert not any(fits(minutes) for minutes in range(0, 24 * 60 - margin, 7))
    elif found.second == 0:
        minutes = found.hour * 60 + found.minute
        assert found == wanted or fits(minutes)
        assert not any(fits(near) for near in range(24 * 60 - margin) if far(near) < far(minutes))
