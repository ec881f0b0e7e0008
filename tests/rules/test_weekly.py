"""What comes again each week: the same time on the clock on the wall, whatever the clocks do."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.calendar import moment_at, wall
from bot.rules.visit_echo import cut_short, often_shown, on_days
from bot.rules.weekly import MOST, Weekly, unbroken, weekly_from_text, weekly_to_text

OCTOBER = moment_at(date(2026, 10, 20), time(13))  # a Tuesday, five days before the clocks go back
A_DAY = st.dates(date(2026, 9, 1), date(2027, 7, 20))
AN_HOUR = st.times(time(7), time(20, 59)).map(lambda at: at.replace(second=0, microsecond=0))
COUNTED = st.builds(Weekly, st.sampled_from((1, 2)), count=st.integers(2, MOST))
quick = settings(max_examples=40)


def shown(moments: tuple[datetime, ...]) -> list[str]:
    return [f"{wall(one):%a %d %b %H:%M}" for one in moments]


def test_over_the_change_of_october_and_of_march_it_is_at_the_hour_that_was_said() -> None:
    later = Weekly(count=3).later_than(OCTOBER)
    assert shown(later) == ["Tue 27 Oct 13:00", "Tue 03 Nov 13:00"]
    assert [one.hour for one in (OCTOBER, *later)] == [12, 13, 13], "in UTC"
    march = moment_at(date(2027, 3, 25), time(15, 30))
    assert shown(Weekly(2, count=2).later_than(march)) == ["Thu 08 Apr 15:30"]


@quick
@given(A_DAY, AN_HOUR, COUNTED)
def test_no_visit_of_a_row_is_on_another_day_or_at_another_hour(
    day: date, at: time, weekly: Weekly
) -> None:
    first = moment_at(day, at)
    every = (first, *weekly.later_than(first))
    assert len(every) == weekly.count
    assert {wall(one).time() for one in every} == {at}
    assert {wall(one).weekday() for one in every} == {day.weekday()}
    assert unbroken(every) == weekly.every


@quick
@given(A_DAY, AN_HOUR, st.sampled_from((1, 2)), st.integers(-20, 400))
def test_nothing_is_behind_the_last_day_and_never_more_than_twelve(
    day: date, at: time, every: int, ahead: int
) -> None:
    weekly = Weekly(every, until=day + timedelta(days=ahead))
    later = weekly.later_than(moment_at(day, at))
    assert len(later) < MOST
    assert all(wall(one).date() <= day + timedelta(days=ahead) for one in later)
    missing = ahead // (7 * every) - len(later)
    assert (missing > 0) == weekly.is_cut_short(day)


def test_a_row_with_a_gap_is_not_said_to_be_each_week() -> None:
    later = Weekly(count=5).later_than(OCTOBER)
    assert unbroken((OCTOBER, *later)) == 1
    assert unbroken((OCTOBER, later[1], later[3])) == 2
    assert unbroken((OCTOBER, later[0], later[2])) == 0
    assert unbroken((OCTOBER, later[0] + timedelta(hours=1))) == 0
    assert unbroken((OCTOBER, OCTOBER + timedelta(days=3))) == 0


@pytest.mark.parametrize(
    "weekly", [None, Weekly(count=4), Weekly(2, count=12), Weekly(2, until=date(2026, 12, 18))]
)
def test_how_often_is_kept_as_it_was_said(weekly: Weekly | None) -> None:
    assert weekly_from_text(weekly_to_text(weekly)) == weekly


def test_whoever_books_reads_every_day_and_where_it_ends() -> None:
    weekly = Weekly(until=date(2026, 11, 4))
    assert often_shown(weekly) == "every week until Wed 4 Nov"
    assert often_shown(Weekly(2, count=3)) == "every other week, 3 visits"
    later = weekly.later_than(OCTOBER)
    assert on_days(OCTOBER, later) == "Also at 13:00 on Tue 27 Oct and Tue 3 Nov: 3 visits."
    assert cut_short(weekly, OCTOBER) == ""
    said = cut_short(Weekly(until=date(2027, 3, 1)), OCTOBER)
    assert said == "At most 12 are booked at once: the last day is Tue 5 Jan."
