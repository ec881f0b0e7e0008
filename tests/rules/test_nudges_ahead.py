"""Days ahead and days gone by: closures, holidays, late registers, and schools that are left."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from bot.rules.nudges import Adult, Reminder, Rules
from bot.rules.practice import AttendanceRules, Span, Window
from tests.rules.test_nudges import (
    BETTER,
    CALENDAR,
    FRI,
    HOME,
    KAI,
    LEANNE,
    MON,
    NOBODY_HERE,
    PRACTICE,
    RULES,
    THU,
    TUE,
    WENT_WELL,
    again,
    marks,
    plan,
    school,
    sent,
)

LEFT_IN_OCTOBER = date(2026, 10, 23)


def former(**changes):
    """A school that was left in October."""
    return replace(
        school(until_on=LEFT_IN_OCTOBER, **changes), school_id=HOME, school="Cawder High"
    )


def shut_on(*days):
    calendar = replace(CALENDAR, school_days=CALENDAR.school_days - set(days))
    shut = frozenset((day, half) for day in days for half in ("am", "pm"))
    return replace(NOBODY_HERE, schools=(school(calendar=calendar, shut=shut),))


def test_a_closure_announced_days_ahead_is_told_the_day_before_and_on_friday_for_a_monday():
    friday, monday = shut_on(date(2026, 12, 4)), shut_on(date(2026, 12, 7))
    assert again(friday, now="2026-12-01T14:00") == "Thu 03 Dec 08:00"
    assert again(monday, now="2026-12-01T14:00") == "Fri 04 Dec 15:45"
    assert sent(monday, now="2026-12-04T15:45") == ["closure"]
    assert sent(monday, now="2026-12-05T11:00") == ["closure"]  # announced at the weekend
    mornings = Adult(window=Window(frozenset({TUE, THU}), Span(time(10), time(12))))
    assert again(monday, mornings, "2026-12-01T14:00") == "Thu 03 Dec 11:45"
    both = shut_on(date(2026, 12, 4), date(2026, 12, 9))
    assert again(both, now="2026-12-04T09:00") == "Tue 08 Dec 08:00"


def test_a_reminder_goes_on_after_every_holiday_however_long():
    bag = Adult(reminders=(Reminder(7, frozenset({MON}), time(18), "bag by the door"),))
    assert again(NOBODY_HERE, bag, "2026-10-19T09:00") == "Fri 30 Oct 15:45"
    assert again(NOBODY_HERE, bag, "2026-10-30T15:45") == "Fri 06 Nov 15:45"
    daily = Adult(reminders=(Reminder(7, frozenset(range(FRI + 1)), time(18), "bag"),))
    assert again(NOBODY_HERE, daily, "2026-10-22T18:00") == "Fri 30 Oct 15:45"
    summer = CALENDAR.school_days | {date(2027, 9, 6), date(2027, 9, 13)}
    next_year = replace(
        NOBODY_HERE, schools=(school(calendar=replace(CALENDAR, school_days=summer)),)
    )
    assert again(next_year, bag, "2027-07-24T12:00") == "Fri 03 Sep 15:45"


THIRD = replace(KAI, marks=marks("11-27 NN", "11-30 NN", "12-01 NN"))


def test_the_third_day_is_a_persons_work_however_late_its_register_comes():
    for now in ("2026-12-01T17:30", "2026-12-01T23:50", "2026-12-02T07:00"):
        [left] = plan(THIRD, now=now).left
        assert (left.key, left.to_person) == ("absence_day3/2026-12-01", True), now
    on_friday = replace(KAI, marks=marks("12-02 NN", "12-03 NN", "12-04 NN"))
    assert [left.key for left in plan(on_friday, now="2026-12-07T07:00").left] == [
        "absence_day3/2026-12-04"
    ]
    assert plan(on_friday, now="2026-12-08T07:00").left == ()
    before_half_term = replace(KAI, marks=marks("10-21 NN", "10-22 NN", "10-23 NN"))
    assert plan(before_half_term, now="2026-10-28T07:00").left == ()  # old news by then


def test_who_came_back_is_not_asked_about_the_days_before():
    back = replace(THIRD, marks=THIRD.marks + marks("12-02 /"))
    assert plan(back, now="2026-12-02T10:15").left == ()


def test_the_day_without_transport_is_the_day_a_yes_is_the_reason_for():
    [offer] = plan(replace(KAI, marks=marks("12-03 QQ")), now="2026-12-03T10:15").due
    assert (offer.key, dict(offer.given)) == ("transport/2026-11-30", {"day": "2026-12-03"})


def test_a_school_that_was_left_says_neither_when_to_ask_nor_what_a_whole_week_is():
    closing = AttendanceRules("service", time(9), register_closes={"Cawder High": time(10, 30)})
    rules = Rules(replace(PRACTICE, attendance=closing), RULES.codes)
    moved = replace(KAI, schools=(former(), school()))
    assert again(moved, rules=rules, now="2026-12-01T09:00") == "Tue 01 Dec 10:15"

    inset = replace(CALENDAR, school_days=CALENDAR.school_days - {date(2026, 12, 4)})
    four = replace(WENT_WELL, marks=tuple(m for m in WENT_WELL.marks if m.day.day != 4))
    for schools in ((school(calendar=inset),), (former(), school(calendar=inset))):
        [praise] = plan(replace(four, schools=schools), LEANNE, "2026-12-04T15:45").due
        assert dict(praise.given)["every"] == "yes"
    assert len(BETTER) == int(dict(praise.given)["days"])

    later = replace(CALENDAR, school_days=CALENDAR.school_days | {date(2026, 12, 21)})
    last_weeks = [f"12-{day:02} //" for day in (8, 9, 10, 11, 14, 15, 16, 17, 18)]
    child = replace(KAI, marks=marks("12-07 NN", *last_weeks))
    for schools in ((school(),), (former(calendar=later), school())):
        in_holidays = replace(child, schools=schools)
        assert sent(in_holidays, now="2026-12-19T15:45") == []
