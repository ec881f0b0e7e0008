from __future__ import annotations

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bot
from bot.i18n import LONDON
from bot.rules.calendar import (
    calendar_from_days,
    first_stretch,
    is_bank_holiday,
    is_school_day,
    is_working_day,
    later_by_school_days,
    moment_at,
    school_day_after,
    school_day_before,
    stretches,
    wall,
    working_day_after,
)
from bot.rules.practice import Calendar, Span

# Days on which time does something odd: both clock changes, year end, the leap day, Christmas.
ODD_DAYS = [
    *(date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)),
    *(date(2027, 3, 27), date(2027, 3, 28), date(2027, 10, 30), date(2027, 10, 31)),
    *(date(2026, 12, 24), date(2026, 12, 31), date(2028, 2, 28), date(2028, 2, 29)),
]
BANK_HOLIDAYS = {
    2026: "1 Jan, 3 Apr, 6 Apr, 4 May, 25 May, 31 Aug, 25 Dec, 28 Dec",
    2027: "1 Jan, 26 Mar, 29 Mar, 3 May, 31 May, 30 Aug, 27 Dec, 28 Dec",
    2028: "3 Jan, 14 Apr, 17 Apr, 1 May, 29 May, 28 Aug, 25 Dec, 26 Dec",
}
every = settings(deadline=None, derandomize=True)


def demo_calendar():
    path = Path(bot.__file__).parent / "data" / "demo" / "calendar_2026_27.csv"
    with path.open(encoding="utf-8", newline="") as rows:
        return calendar_from_days(
            [(date.fromisoformat(row["date"]), row["type"]) for row in csv.DictReader(rows)]
        )


DEMO = demo_calendar()


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def day(text):
    return date.fromisoformat(text)


days = st.one_of(st.sampled_from(ODD_DAYS), st.dates(date(2025, 1, 1), date(2029, 12, 31)))
times = st.builds(
    time,
    st.one_of(st.integers(0, 2), st.integers(0, 23)),
    st.sampled_from([0, 1, 15, 30, 45, 59]),
)
spans = st.builds(lambda one, other: Span(*sorted((one, other))), times, times).filter(
    lambda span: span.start < span.end
)
moments = st.builds(
    lambda on, seconds: datetime.combine(on, time(), UTC) + timedelta(seconds=seconds),
    days,
    st.one_of(st.integers(0, 24 * 60).map(lambda minutes: 60 * minutes), st.integers(0, 24 * 3600)),
)


@pytest.mark.parametrize(
    ("on", "at", "expected"),
    [
        ("2026-12-03", "15:45", "2026-12-03T15:45"),
        ("2026-07-02", "15:45", "2026-07-02T14:45"),
        ("2026-03-28", "08:55", "2026-03-28T08:55"),
        ("2026-03-29", "00:59", "2026-03-29T00:59"),
        ("2026-03-29", "01:00", "2026-03-29T01:00"),
        ("2026-03-29", "01:30", "2026-03-29T01:00"),
        ("2026-03-29", "01:59", "2026-03-29T01:00"),
        ("2026-03-29", "02:00", "2026-03-29T01:00"),
        ("2026-03-29", "02:01", "2026-03-29T01:01"),
        ("2026-03-29", "08:55", "2026-03-29T07:55"),
        ("2026-10-25", "00:59", "2026-10-24T23:59"),
        ("2026-10-25", "01:00", "2026-10-25T00:00"),
        ("2026-10-25", "01:30", "2026-10-25T00:30"),
        ("2026-10-25", "02:00", "2026-10-25T02:00"),
        ("2027-03-28", "01:30", "2027-03-28T01:00"),
        ("2027-03-28", "16:00", "2027-03-28T15:00"),
        ("2027-10-31", "01:30", "2027-10-31T00:30"),
        ("2027-10-31", "16:00", "2027-10-31T16:00"),
        ("2028-02-29", "09:00", "2028-02-29T09:00"),
        ("2026-12-31", "23:59", "2026-12-31T23:59"),
    ],
)
def test_a_time_on_the_wall_is_one_moment(on, at, expected):
    assert moment_at(day(on), time.fromisoformat(at)) == utc(expected)


def test_a_repeated_time_means_the_first_even_when_the_second_is_handed_in():
    assert moment_at(day("2026-10-25"), time(1, 30, fold=1)) == utc("2026-10-25T00:30")


def test_nine_o_clock_the_day_before_the_clocks_change_is_nine_on_the_wall():
    assert moment_at(day("2027-03-28"), time(9)) - moment_at(day("2027-03-27"), time(9)) == (
        timedelta(hours=23)
    )


def test_london_in_winter_is_a_zone_and_not_a_missing_offset():
    shown = wall(utc("2026-12-03T15:45"))
    assert (shown.hour, shown.minute, shown.tzinfo) == (15, 45, LONDON)
    assert wall(utc("2026-07-02T14:45")).time() == time(15, 45)


@every
@given(days, times)
def test_a_moment_shows_its_own_day_and_time_unless_the_clocks_skip_it(on, at):
    moment = moment_at(on, at)
    assert moment.tzinfo is UTC
    shown = wall(moment)
    skipped = on in {day("2026-03-29"), day("2027-03-28")} or (on.month, at.hour) == (3, 1)
    assert shown.date() == on
    assert shown.time() == at or (skipped and shown.time() == time(2) and at.hour == 1)
    assert shown.fold == 0


@every
@given(moments)
def test_what_the_wall_shows_leads_back_to_the_same_moment_or_its_twin(moment):
    shown = wall(moment)
    assert moment - moment_at(shown.date(), shown.time()) == timedelta(hours=shown.fold)


@pytest.mark.parametrize(
    ("on", "start", "end", "expected"),
    [
        ("2026-12-03", "08:00", "20:00", ["2026-12-03T08:00/2026-12-03T20:00"]),
        ("2026-12-03", "20:00", "08:00", []),
        ("2026-03-29", "01:15", "01:45", []),
        ("2026-03-29", "01:30", "03:00", ["2026-03-29T01:00/2026-03-29T02:00"]),
        ("2026-10-25", "00:30", "03:00", ["2026-10-24T23:30/2026-10-25T03:00"]),
        (
            *("2026-10-25", "00:30", "01:30"),
            ["2026-10-24T23:30/2026-10-25T00:30", "2026-10-25T01:00/2026-10-25T01:30"],
        ),
        (
            *("2026-10-25", "01:15", "03:00"),
            ["2026-10-25T00:15/2026-10-25T01:00", "2026-10-25T01:15/2026-10-25T03:00"],
        ),
        (
            *("2026-10-25", "01:15", "01:45"),
            ["2026-10-25T00:15/2026-10-25T00:45", "2026-10-25T01:15/2026-10-25T01:45"],
        ),
    ],
)
def test_hours_on_the_night_the_clocks_change_are_skipped_or_come_twice(on, start, end, expected):
    found = stretches(day(on), Span(time.fromisoformat(start), time.fromisoformat(end)))
    assert found == tuple(tuple(map(utc, piece.split("/"))) for piece in expected)


@every
@given(days, spans, st.integers(0, 25 * 60))
def test_a_moment_lies_in_the_hours_exactly_when_the_wall_says_so(on, span, minutes):
    moment = moment_at(on, time()) + timedelta(minutes=minutes)
    inside = any(start <= moment < end for start, end in stretches(on, span))
    assert inside == (wall(moment).date() == on and wall(moment).time() in span)


def test_nothing_is_looked_for_more_than_28_days_ahead():
    after = utc("2026-12-03T12:00")

    def only_on(wanted):
        hours = Span(time(8), time(20))
        return lambda on: stretches(on, hours) if on == wanted else ()

    assert first_stretch(after, only_on(day("2026-12-31"))) is not None
    assert first_stretch(after, only_on(day("2027-01-01"))) is None
    assert first_stretch(after, only_on(day("2026-12-02"))) is None


def test_the_school_year_has_190_school_days():
    assert len(DEMO.school_days) == 190
    assert is_school_day(DEMO, day("2026-12-03"))


@pytest.mark.parametrize(
    "on", ["2026-12-05", "2026-10-28", "2026-09-01", "2026-12-25", "2027-07-22", "2030-01-07"]
)
def test_a_weekend_a_holiday_an_inset_day_and_an_unknown_day_are_no_school_days(on):
    assert not is_school_day(DEMO, day(on))


@pytest.mark.parametrize("year", sorted(BANK_HOLIDAYS))
def test_the_bank_holidays_of_england_are_known_for_the_years_around_the_calendar(year):
    expected = {
        datetime.strptime(f"{written} {year}", "%d %b %Y").date()
        for written in BANK_HOLIDAYS[year].split(", ")
    }
    assert {on for on in DEMO.bank_holidays if on.year == year} == expected


def test_boxing_day_on_a_saturday_is_given_on_the_monday_instead():
    assert not is_bank_holiday(DEMO, day("2026-12-26"))
    assert is_bank_holiday(DEMO, day("2026-12-28"))


def test_a_day_that_the_list_itself_calls_a_bank_holiday_is_one_even_on_a_saturday():
    listed = calendar_from_days([(day("2027-12-25"), "bank_holiday")])
    assert is_bank_holiday(listed, day("2027-12-25"))


@pytest.mark.parametrize(
    ("kind", "open_to_pupils"),
    [
        *[("school_day", True), ("half_day", True), ("exam_leave", True), ("holiday", False)],
        *[("inset", False), ("bank_holiday", False), ("closure", False), ("weekend", False)],
    ],
)
def test_each_kind_of_day_is_open_to_pupils_or_not(kind, open_to_pupils):
    on = day("2026-12-03")
    assert is_school_day(calendar_from_days([(on, kind)]), on) is open_to_pupils


def test_a_snow_day_added_at_the_end_of_the_list_counts():
    on = day("2026-12-03")
    assert not is_school_day(calendar_from_days([(on, "school_day"), (on, "closure")]), on)


def test_a_misspelt_kind_of_day_is_refused_with_its_date():
    with pytest.raises(ValueError, match="2026-12-03: 'schol_day' is no kind of day"):
        calendar_from_days([(day("2026-12-03"), "schol_day")])


def test_an_empty_list_of_days_is_an_empty_calendar():
    assert calendar_from_days([]) == Calendar()


@pytest.mark.parametrize(
    ("on", "count", "expected"),
    [
        ("2026-12-03", 0, "2026-12-03"),
        ("2026-12-03", -1, "2026-12-03"),
        ("2026-12-03", 1, "2026-12-04"),
        ("2026-12-03", 2, "2026-12-07"),
        ("2026-12-05", 1, "2026-12-07"),
        ("2026-10-23", 1, "2026-11-02"),
        ("2026-12-17", 2, "2027-01-04"),
        ("2027-02-11", 1, "2027-02-22"),
        ("2027-07-20", 1, "2027-07-21"),
        ("2027-07-20", 2, "2027-07-22"),
        ("2027-08-27", 1, "2027-08-31"),
        ("2027-12-24", 1, "2027-12-29"),
    ],
)
def test_school_days_after_skip_weekends_and_holidays_and_go_on_past_the_last_known(
    on, count, expected
):
    assert school_day_after(DEMO, day(on), count) == day(expected)


@pytest.mark.parametrize(
    ("on", "count", "expected"),
    [
        ("2026-12-07", 0, "2026-12-07"),
        ("2026-12-07", 1, "2026-12-04"),
        ("2026-11-02", 1, "2026-10-23"),
        ("2027-01-04", 2, "2026-12-17"),
        ("2027-09-01", 1, "2027-07-21"),
        ("2026-09-02", 1, "2026-09-01"),
        ("2026-09-03", 3, "2026-08-28"),
    ],
)
def test_school_days_before_skip_the_same_days_the_other_way(on, count, expected):
    assert school_day_before(DEMO, day(on), count) == day(expected)


def test_without_a_calendar_school_days_are_weekdays():
    assert school_day_after(Calendar(), day("2026-12-04"), 1) == day("2026-12-07")
    assert school_day_before(Calendar(), day("2026-12-07"), 1) == day("2026-12-04")


@every
@given(st.dates(date(2026, 9, 2), date(2027, 7, 1)), st.integers(1, 10))
def test_counting_school_days_there_and_back_ends_where_it_began(on, count):
    reached = school_day_after(DEMO, on, count)
    between = [on + timedelta(days=ahead) for ahead in range(1, (reached - on).days + 1)]
    assert sum(is_school_day(DEMO, passed) for passed in between) == count
    if is_school_day(DEMO, on):
        assert school_day_before(DEMO, reached, count) == on


def test_asking_again_two_school_days_later_keeps_the_time_on_the_wall():
    asked = utc("2026-12-03T15:45")
    assert later_by_school_days(DEMO, asked, 2) == utc("2026-12-07T15:45")
    over_half_term = moment_at(day("2026-10-23"), time(15, 45))
    assert over_half_term == utc("2026-10-23T14:45")
    assert later_by_school_days(DEMO, over_half_term, 1) == utc("2026-11-02T15:45")


def test_offices_are_open_monday_to_friday_but_not_on_bank_holidays():
    assert is_working_day(DEMO, day("2026-10-28"))
    assert not is_working_day(DEMO, day("2026-12-28"))
    assert not is_working_day(DEMO, day("2026-12-05"))
    assert working_day_after(DEMO, day("2026-12-24"), 2) == day("2026-12-30")
