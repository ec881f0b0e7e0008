"""When families are reminded of visits: by the wall clock, in their own hours, once a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.calendar import wall
from bot.rules.practice import ANY_TIME, Practice, Span, Window
from bot.rules.visit_moments import (
    ONE_DAY,
    THREE_DAYS,
    TWO_HOURS,
    Hours,
    asked_how_it_went,
    briefed_at,
    news_early_at,
    reminders,
)
from bot.rules.visit_rules import VisitRules
from bot.rules.visits import BOOKED, Coming, Plan, Visit
from bot.rules.windows import next_open
from tests.stage import london

AFTERNOONS = Window(hours=Span(time(13, 30), time(16)))
TWO = VisitRules(two_hours=True)


def visit(at: str, made: str = "2026-10-01 10:00", staff: tuple[str, ...] = ("DO",)) -> Visit:
    plan = Plan(60, "home", tuple(Coming(ref) for ref in staff), london(at))
    when = london(made)
    return Visit(12, "home_visit", BOOKED, 1, plan, ("P01",), (1,), 7, "C001", "DO", when, when)


def shown(of: Visit, window: Window = ANY_TIME, now: str | None = None, rules=None) -> dict:
    practice = Practice(visits=rules or VisitRules())
    moment = london(now) if now else of.changed_at
    found = reminders(of, Hours(window, practice), moment)
    return {name: f"{wall(at):%a %d %b %H:%M}" for name, at in found.items()}


def test_three_days_at_ten_and_the_day_before_at_four_over_both_clock_changes() -> None:
    assert shown(visit("2026-10-27 09:00")) == {
        THREE_DAYS: "Sat 24 Oct 10:00",
        ONE_DAY: "Mon 26 Oct 16:00",
    }
    assert shown(visit("2027-03-30 09:00", "2027-03-01 10:00"))[THREE_DAYS] == "Sat 27 Mar 10:00"


def test_leannes_own_hours_come_first() -> None:
    assert shown(visit("2026-12-04 14:00"), AFTERNOONS) == {
        THREE_DAYS: "Tue 01 Dec 13:30",
        ONE_DAY: "Thu 03 Dec 15:45",
    }


def test_where_the_day_before_is_quiet_the_last_moment_before_counts() -> None:
    assert shown(visit("2026-11-30 09:00"))[ONE_DAY] == "Sat 28 Nov 16:45"  # no texts on Sundays


def test_two_reminders_never_come_on_one_day() -> None:
    fridays = Window(days=frozenset({4}))
    assert shown(visit("2026-12-01 14:00"), fridays) == {ONE_DAY: "Fri 27 Nov 19:45"}


def test_a_visit_booked_two_days_ahead_has_no_three_day_reminder() -> None:
    soon = visit("2026-12-03 14:00", made="2026-12-01 09:00")
    assert shown(soon) == {ONE_DAY: "Wed 02 Dec 16:00"}
    assert shown(visit("2026-12-02 14:00", made="2026-12-01 09:00")) == {}  # told today already


def test_whoever_said_it_suits_is_reminded_the_day_before_only() -> None:
    sure = replace(visit("2026-12-04 14:00"), confirmed_at=london("2026-11-30 10:00"))
    assert set(shown(sure)) == {ONE_DAY}


def test_two_hours_before_is_for_taskforces_that_want_it() -> None:
    assert shown(visit("2026-12-04 14:00"), rules=TWO)[TWO_HOURS] == "Fri 04 Dec 12:00"
    assert TWO_HOURS not in shown(visit("2026-12-04 14:00"), AFTERNOONS, rules=TWO)


def test_those_who_come_together_are_briefed_the_day_before() -> None:
    joint = visit("2026-12-01 13:00", staff=("RA", "PN"))
    assert briefed_at(joint, london("2026-11-27 10:00")) == london("2026-11-30 15:00")
    assert briefed_at(joint, london("2026-11-30 16:00")) == london("2026-11-30 16:00")
    assert briefed_at(visit("2026-12-01 13:00"), london("2026-11-27 10:00")) is None
    assert asked_how_it_went(joint) == london("2026-12-01 14:15")


@pytest.mark.parametrize(
    ("now", "begins", "leaves"),
    [
        ("2026-12-03 02:10", "2026-12-03 08:45", "2026-12-03 07:00"),
        ("2026-12-03 07:20", "2026-12-03 08:45", "2026-12-03 07:20"),
        ("2026-12-02 20:30", "2026-12-03 08:45", "2026-12-03 07:00"),
        ("2026-12-03 02:10", "2026-12-03 09:30", ""),  # eight is early enough
        ("2026-12-06 08:00", "2026-12-06 14:00", "2026-12-06 12:00"),  # no texts on Sundays
        ("2026-12-03 21:10", "2026-12-03 22:00", ""),
        ("2026-12-03 20:30", "2026-12-03 14:00", ""),  # it was long ago
    ],
)
def test_news_of_a_visit_leaves_early_but_never_at_night(
    now: str, begins: str, leaves: str
) -> None:
    practice, moment = Practice(), london(now)
    opens = next_open(ANY_TIME, practice.sending_week, practice.calendar, moment)
    expected = london(leaves) if leaves else None
    assert news_early_at(london(begins), opens, ANY_TIME, moment) == expected
    shut = Window(hours=Span(time(13, 30), time(13, 45)))
    assert news_early_at(london(begins), None, shut, moment) is None


WINDOWS = st.builds(
    Window,
    days=st.frozensets(st.integers(0, 6), max_size=7),
    hours=st.one_of(
        st.none(),
        st.builds(Span, st.times(max_value=time(11)), st.times(min_value=time(13))),
    ),
)
BEGINS = st.datetimes(datetime(2026, 10, 20), datetime(2026, 11, 1)) | st.datetimes(
    datetime(2027, 3, 24), datetime(2027, 4, 2)
)


@given(begins=BEGINS, window=WINDOWS, ahead=st.integers(1, 14 * 24), now_later=st.integers(0, 200))
def test_every_reminder_is_in_hours_ahead_and_alone_on_its_day(
    begins: datetime, window: Window, ahead: int, now_later: int
) -> None:
    at = f"{begins:%Y-%m-%d %H:%M}"
    made = london(at) - timedelta(hours=ahead)
    of = replace(visit(at), changed_at=made, made_at=made)
    now = made + timedelta(hours=now_later)
    hours = Hours(window, Practice(visits=TWO))
    found = reminders(of, hours, now)
    starts = of.plan.starts_at
    assert starts is not None
    for moment in found.values():
        assert now < moment < starts
        assert hours.open_at(moment)
        assert wall(moment).date() != wall(made).date()
    assert len({wall(moment).date() for moment in found.values()}) == len(found)
