"""After a child is back in school, check-ins thin out: weekly, fortnightly, monthly."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.check_in import Begin, Nothing, decide, next_moment, week_of
from bot.rules.practice import Taper
from bot.rules.taper import Rhythm, asks_in, cadence_of, in_words
from tests.rules.test_check_in import LEANNE, PRACTICE, at, replace

TAPER = Taper(weekly_weeks=4, fortnightly_weeks=8)
BACK_ON = date(2026, 11, 18)  # a Wednesday
WEEK_0 = date(2026, 11, 16)
BACK = Rhythm("reintegrating", returned_on=BACK_ON)


def asked_in(rhythms, weeks=24):
    """The weeks after the return in which a family is asked, the first one 0."""
    days = [WEEK_0 + timedelta(weeks=each, days=3) for each in range(weeks)]
    return [each for each, day in enumerate(days) if asks_in(rhythms, day, TAPER)]


def test_four_weeks_weekly_eight_fortnightly_then_every_fourth():
    assert asked_in([BACK]) == [0, 1, 2, 3, 5, 7, 9, 11, 15, 19, 23]


def test_a_child_of_whom_nobody_said_when_they_returned_is_asked_after_every_week():
    assert asked_in([Rhythm("reintegrating")]) == list(range(24))
    assert asked_in([]) == list(range(24))


def test_what_somebody_settled_counts_over_the_return():
    assert asked_in([Rhythm("reintegrating", "weekly", BACK_ON)]) == list(range(24))
    assert asked_in([Rhythm("reintegrating", "monthly", BACK_ON)], 9) == [0, 4, 8]


def test_of_siblings_on_one_phone_the_most_frequent_counts():
    assert asked_in([BACK, Rhythm("engaged")]) == list(range(24))
    assert cadence_of([BACK, Rhythm("engaged", "none")], BACK_ON, TAPER) == "weekly"
    brother = Rhythm("reintegrating", returned_on=BACK_ON - timedelta(weeks=7))
    after = [each for each in asked_in([BACK, brother]) if 4 <= each < 12]
    assert after == [5, 7, 9, 11], "both go fortnightly: never both rhythms, one after the other"


@given(
    st.builds(Taper, st.integers(1, 12), st.integers(0, 16).map(lambda half: half * 2)),
    st.integers(0, 200),
)
def test_no_check_ins_are_ever_closer_or_further_apart_than_they_should_be(taper, first):
    day = WEEK_0 + timedelta(weeks=first)
    following = (day + timedelta(weeks=each) for each in range(1, 9))
    if asks_in([BACK], day, taper):
        gap = next(n for n, later in enumerate(following, 1) if asks_in([BACK], later, taper))
        often = {
            cadence_of([BACK], day, taper),
            cadence_of([BACK], day + timedelta(weeks=gap), taper),
        }
        assert gap in {{"weekly": 1, "fortnightly": 2, "monthly": 4}[one] for one in often}


@pytest.mark.parametrize(
    ("today", "said"),
    [
        ("2026-12-03", "check-ins weekly until 14 Dec, then fortnightly"),
        ("2026-12-17", "check-ins fortnightly until 8 Feb, then monthly"),
        ("2027-02-08", "check-ins monthly"),
    ],
)
def test_staff_read_how_often_until_when_and_what_then(today, said):
    assert in_words(BACK, date.fromisoformat(today), TAPER) == said


def test_a_family_that_is_not_to_be_asked_is_said_so():
    never = Rhythm("engaged", "none")
    assert in_words(never, BACK_ON, TAPER) == "no check-ins"
    due = at("2026-12-03T15:45")
    plan = decide(replace(LEANNE, rhythms=(never,)), PRACTICE, due, due)
    assert plan == Nothing("no check-ins are wanted: /cadence brings them back")


def test_the_next_check_in_is_in_a_week_that_is_asked_in_and_at_the_usual_wall_time():
    family = replace(LEANNE, rhythms=(BACK,))
    after = at("2026-12-10T15:45")  # the last of the weekly ones
    assert next_moment(after, family, PRACTICE) == at("2026-12-24T15:45")
    assert week_of(date(2026, 12, 24)) == WEEK_0 + timedelta(weeks=5)
    skipped = at("2026-12-17T15:45")
    assert decide(family, PRACTICE, skipped, skipped) == Nothing("fortnightly: not this week")
    due = at("2026-12-03T15:45")
    assert decide(family, PRACTICE, due, due) == Begin()
