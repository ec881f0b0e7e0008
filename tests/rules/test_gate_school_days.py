"""News of school goes on school days: on other days it waits, or a person is asked in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from bot.rules.gate import NO_SCHOOL_DAY_LEFT, Request, decide
from bot.rules.nudge_plan import still
from bot.rules.nudges import Adult
from bot.rules.practice import Calendar, Practice, Span, Window
from bot.rules.school_days import calendars_of, school_again
from bot.rules.verdict import Drop, Hold, Send
from tests.rules.test_nudges import NOBODY_HERE, RULES, WENT_WELL, plan, sent, why
from tests.stage import london

SATURDAY = london("2026-12-05 11:00")
MONDAY = date(2026, 12, 7)
PRAISE = Request("proactive", "praise", school_again=MONDAY)
GONE = Drop(NO_SCHOOL_DAY_LEFT, "expired", tell=True)


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({}, Hold(london("2026-12-07 08:00"), "no school today")),
        (
            {"not_after": london("2026-12-11 12:00")},
            Hold(london("2026-12-07 08:00"), "no school today"),
        ),
        ({"not_after": london("2026-12-07 08:00")}, GONE),  # it tells of that very Monday
        ({"window": Window(days=frozenset({5, 6}))}, Send()),  # the family chose weekends
        (
            {"window": Window(days=frozenset({1}), hours=Span(time(10), time(12)))},
            Hold(london("2026-12-08 10:00"), "no school today"),
        ),
        ({"school_again": None}, Send()),
    ],
)
def test_on_a_saturday_news_of_school_waits_for_a_school_day_or_a_person_tells_it(facts, verdict):
    assert decide(replace(PRAISE, **facts), Practice(), SATURDAY) == verdict


TERM = frozenset({date(2026, 10, 22), date(2026, 10, 23), date(2026, 11, 2), date(2026, 11, 3)})
LATER = frozenset({date(2026, 10, 23), date(2026, 11, 3)})


@pytest.mark.parametrize(
    ("today", "again"),
    [
        (date(2026, 10, 23), None),
        (date(2026, 10, 24), date(2026, 11, 2)),
        (date(2026, 10, 30), date(2026, 11, 2)),  # a Friday of half term
        (date(2026, 11, 7), date(2026, 11, 9)),  # past the end of the calendar: a working day
    ],
)
def test_of_two_schools_the_one_that_opens_first_counts(today, again):
    both = [Calendar(school_days=TERM), Calendar(school_days=LATER)]
    assert school_again(both, today) == again


def test_a_child_without_a_school_has_the_teams_own_calendar():
    assert calendars_of([], Calendar(school_days=TERM), MONDAY) == [Calendar(school_days=TERM)]


def starts(day: date):
    return replace(NOBODY_HERE, starts_on=day)


def test_a_first_day_after_half_term_is_told_on_the_last_school_day_before_it():
    term_begins = starts(date(2026, 11, 2))
    assert f"{plan(term_begins, now='2026-10-19T09:00').again:%a %d %b}" == "Fri 23 Oct"
    assert sent(term_begins, now="2026-10-23T15:45") == ["first_day"]


def test_a_first_day_after_the_long_holidays_is_a_persons_to_tell():
    [left] = plan(starts(date(2027, 1, 4)), now="2026-12-31T15:45").left
    assert (left.kind, left.reason, left.to_person) == ("first_day", NO_SCHOOL_DAY_LEFT, True)


def test_who_has_had_fridays_text_is_told_of_monday_by_a_person_and_not_on_saturday():
    full = Adult(had=(london("2026-12-04 13:45"),))
    [left] = plan(starts(MONDAY), full, "2026-12-04T15:45").left
    assert left.to_person
    assert sent(starts(MONDAY), Adult(), "2026-12-04T15:45") == ["first_day"]


def test_what_waited_for_a_saturday_is_left_to_the_gate_which_has_a_person_hear_of_it():
    key = "first_day/2026-12-07"
    assert still(starts(MONDAY), Adult(), RULES, SATURDAY, key) == ""
    assert why(starts(MONDAY), now="2026-12-05T11:00") == [NO_SCHOOL_DAY_LEFT]


def test_a_family_that_chose_weekends_hears_of_a_good_week_on_saturday():
    weekends = Adult(window=Window(days=frozenset({5, 6})))
    assert sent(WENT_WELL, weekends, "2026-12-05T11:00") == ["praise"]
