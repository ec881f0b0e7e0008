"""Half terms by the calendar, and hours to a tenth."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.rules.holidays import half_term_of
from bot.rules.hours_given import IN_PERSON, KINDS, Spent, add_up, add_up_work, in_hours, once
from bot.rules.practice import Calendar

DAY = timedelta(days=1)


def weekdays(first: date, last: date) -> set[date]:
    days = (first + ahead * DAY for ahead in range((last - first).days + 1))
    return {day for day in days if day.weekday() < 5}


LONG_WEEKEND = {date(2026, 11, 20), date(2026, 11, 23)}
TERM = Calendar(
    school_days=frozenset(
        weekdays(date(2026, 9, 2), date(2026, 10, 23))
        | weekdays(date(2026, 11, 2), date(2026, 12, 18)) - LONG_WEEKEND
        | weekdays(date(2027, 1, 4), date(2027, 2, 12))
    )
)
AUTUMN_1 = (date(2026, 9, 2), date(2026, 10, 23))
AUTUMN_2 = (date(2026, 11, 2), date(2026, 12, 18))
SPRING_1 = (date(2027, 1, 4), date(2027, 2, 12))


@pytest.mark.parametrize(
    ("day", "half_term"),
    [
        (date(2026, 9, 2), AUTUMN_1),
        (date(2026, 10, 23), AUTUMN_1),
        (date(2026, 10, 28), AUTUMN_1),  # in the holidays: the one that lies behind
        (date(2026, 11, 2), AUTUMN_2),
        (date(2026, 11, 22), AUTUMN_2),  # a long weekend is no holiday
        (date(2026, 12, 18), AUTUMN_2),
        (date(2027, 1, 3), AUTUMN_2),
        (date(2027, 6, 1), SPRING_1),  # past the last day the calendar knows
        (date(2026, 9, 1), None),
    ],
)
def test_a_half_term_runs_from_one_holiday_to_the_next(day, half_term):
    assert half_term_of(TERM, day) == half_term
    assert half_term_of(Calendar(), day) is None


def spent(contact: int, case: int, mode: str, minutes: int | None, activity: str = "") -> Spent:
    return Spent(contact, case, mode, activity, minutes, 30, out_of_hours=False)


def test_a_visit_to_two_siblings_counts_once_and_an_unknown_length_is_owned_up_to():
    noted = [
        spent(1, 7, "face_to_face", 60, "home_visit"),
        spent(1, 8, "face_to_face", 60, "home_visit"),
        spent(2, 7, "carrier_pigeon", 5),
        spent(3, 7, "telephone", None, "home_visit"),
    ]
    given = add_up(once(noted))
    assert (given.minutes, given.by_kind[IN_PERSON], given.travel, given.untold) == (65, 60, 90, 1)
    assert tuple(given.by_kind) == KINDS
    assert add_up_work(once(noted)) == {"Families": 60, "Not named": 5}


def test_hours_are_said_to_a_tenth_with_half_a_tenth_rounded_up():
    assert [in_hours(each) for each in (0, 2, 3, 8, 9, 60, 633)] == [
        *("0.0", "0.0", "0.1", "0.1", "0.2", "1.0", "10.6"),
    ]
