"""Staff see each week against the pupil's own weeks, and hear of changes only."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.attendance import Tally
from bot.rules.weeks import (
    Change,
    Week,
    band,
    better_than_last,
    changes,
    first_weeks,
    weekly,
)
from tests.rules.test_attendance import (
    ALL,
    ATTENDING,
    AUTHORISED,
    CAWDER,
    CODES,
    MILLRACE,
    UNAUTHORISED,
    Mark,
    by_the_book,
)
from tests.rules.test_calendar import DEMO

MONDAY = date(2026, 11, 2)  # Rebin's first week at Millrace
LATER = date(2026, 12, 20)
TEN = "/ \\ / \\ / \\ / \\ / \\"


def marked(*weeks, first=MONDAY, school=MILLRACE):
    """Write one pupil's marks, ten to a week; a full stop leaves a session out."""
    return [
        Mark(school, first + timedelta(weeks=number, days=place // 2), "ap"[place % 2] + "m", code)
        for number, week in enumerate(weeks)
        for place, code in enumerate(week.split())
        if code != "."
    ]


def share(attended, possible=10):
    return Tally(attended, 0, possible - attended)


def weeks_of(*attended):
    return [Week(MONDAY + timedelta(weeks=each), share(n)) for each, n in enumerate(attended)]


def rebin(*attended):
    return marked(*(" ".join(["/"] * n + ["O"] * (10 - n)) for n in attended))


def kinds(marks, today=LATER):
    return [(each.kind, each.on.isoformat()) for each in changes(marks, CODES, today)]


def test_rebins_first_weeks_climb_by_ten_points_each():
    found = weekly(rebin(2, 3, 4, 5), CODES, DEMO, MONDAY, date(2026, 11, 29))
    assert [week.tally.tenths for week in found] == [200, 300, 400, 500]
    steps = first_weeks(found, prior=150, cohort=[300, 320, None])
    assert [step.from_start for step in steps] == [50, 150, 250, 350]
    assert [step.from_cohort for step in steps] == [-100, -20, None, None]
    assert [step.number for step in steps] == [1, 2, 3, 4]


def test_without_a_previous_setting_the_first_week_is_the_pupils_own_start():
    weeks = [Week(MONDAY - timedelta(weeks=1)), *weeks_of(3, 5, 5, 5, 5, 9, 9)]
    steps = first_weeks(weeks, prior=None)
    assert [step.from_start for step in steps] == [None, 0, 200, 200, 200, 200]
    assert first_weeks(weeks_of(3), prior=0)[0].from_start == 300, "nothing at all is a start too"


def test_half_term_is_no_week_but_a_week_without_any_mark_is_one():
    found = weekly(marked("/ \\"), CODES, DEMO, date(2026, 10, 19), MONDAY)
    assert [week.monday.isoformat() for week in found] == ["2026-10-19", "2026-11-02"]
    assert [week.tally.tenths for week in found] == [None, 1000]
    inset = weekly([], CODES, DEMO, date(2026, 9, 1), date(2026, 9, 1))
    assert inset == [], "an INSET day brings no pupil in"
    weekend = date(2026, 11, 7)
    assert weekly(rebin(5), CODES, DEMO, weekend, weekend + timedelta(1)) == []


def test_a_placement_that_begins_on_a_thursday_has_a_short_first_week():
    (week,) = weekly(rebin(9), CODES, DEMO, MONDAY + timedelta(3), MONDAY + timedelta(6))
    assert (week.monday, week.tally) == (MONDAY, Tally(3, 0, 1))


def test_a_mark_in_a_week_the_calendar_has_no_school_in_is_shown_all_the_same():
    found = weekly(
        marked("/", first=date(2026, 10, 26)), CODES, DEMO, MONDAY - timedelta(7), MONDAY
    )
    assert [week.tally.possible for week in found] == [1, 0]


def test_a_conflict_counts_nowhere_until_it_is_settled():
    marks = [*marked("/ \\ I"), *marked("D D / D", school=CAWDER)]
    only = {"first": MONDAY, "last": MONDAY + timedelta(days=4)}
    (week,) = weekly(marks, CODES, DEMO, **only)
    assert (week.tally, week.conflicts, week.not_known) == (Tally(2), 1, 1)
    tuesday = (MONDAY + timedelta(days=1), "am")
    (settled,) = weekly(marks, CODES, DEMO, **only, settled={tuesday: MILLRACE})
    assert (settled.tally, settled.conflicts) == (Tally(2, 1, 0), 0)


pairs = st.tuples(*[st.sampled_from([*ALL, ".", "D", "/"])] * 2)


@given(st.lists(pairs, max_size=30))
def test_two_registers_of_a_term_count_as_one_by_hand(sessions):
    marks = []
    for number, pair in enumerate(sessions):
        day = MONDAY + timedelta(weeks=number // 10, days=number % 10 // 2)
        marks += [
            Mark(school, day, "ap"[number % 2] + "m", code)
            for school, code in zip((CAWDER, MILLRACE), pair, strict=True)
            if code != "."
        ]
    by_hand = Counter()
    for number, pair in enumerate(sessions):
        how = by_the_book(*(code.replace(".", "") for code in pair))
        by_hand[number // 10, "attended" if how in ATTENDING else how] += 1
    for number, week in enumerate(weekly(marks, CODES, DEMO, MONDAY, MONDAY + timedelta(18))):
        assert week.tally.attended == by_hand[number, "attended"]
        assert week.tally.authorised == sum(by_hand[number, code] for code in AUTHORISED)
        assert week.tally.unauthorised == sum(by_hand[number, code] for code in UNAUTHORISED)
        assert week.conflicts == by_hand[number, "conflict"]
        assert week.not_known == by_hand[number, "unknown"]


@pytest.mark.parametrize(
    ("attended", "possible", "named"),
    [
        *[(0, 10, "<25"), (249, 1000, "<25"), (1, 4, "25-49"), (499, 1000, "25-49")],
        *[(1, 2, "50-69"), (699, 1000, "50-69"), (7, 10, "70-89"), (8996, 10000, "70-89")],
        *[(9, 10, "90+"), (10, 10, "90+"), (0, 0, None)],
    ],
)
def test_bands_go_by_whole_numbers_and_not_by_what_is_shown(attended, possible, named):
    assert band(share(attended, possible)) == named


@pytest.mark.parametrize(
    ("weeks", "praised"),
    [
        (weeks_of(2, 3), True),
        (weeks_of(3, 3), False),
        (weeks_of(9, 3, 4), True),
        (weeks_of(4), False),
        ([], False),
        ([*weeks_of(4), Week(MONDAY, share(8, 9)), Week(MONDAY), Week(MONDAY, share(9, 10))], True),
        ([*weeks_of(4), Week(MONDAY)], False),
        ([*weeks_of(4), Week(MONDAY, share(5), conflicts=1)], False),
        ([*weeks_of(4), Week(MONDAY, share(5), not_known=1)], False),
    ],
)
def test_any_week_better_than_the_last_is_praised_once_all_of_it_is_known(weeks, praised):
    assert better_than_last(weeks) is praised


def test_a_drop_of_twenty_points_on_the_own_three_weeks_is_told_and_nineteen_are_not():
    assert kinds(rebin(6, 7, 8, 5)) == [("drop", "2026-11-23")]
    assert kinds(rebin(6, 7, 7, 5)) == []
    assert kinds(rebin(6, 5)) == [], "three weeks are needed to know what is usual"
    assert kinds(marked(*["/ O O O / O O O / O"] * 5)) == [], "a low level is no change"


def test_a_week_that_is_not_over_is_no_drop_yet():
    marks = rebin(6, 7, 8, 5)
    assert kinds(marks, date(2026, 11, 27)) == []
    assert kinds(marks, date(2026, 11, 28)) == [("drop", "2026-11-23")]


def test_three_school_days_away_are_told_once_and_again_after_a_day_in():
    away = "/ \\ / \\ O O O O O O"
    assert kinds(marked(away)) == [("days_away", "2026-11-06")]
    assert kinds(marked(away, "O O O O / O O O O O")) == [("days_away", "2026-11-06")]
    told = changes(marked(away, "O O / O I I M M U U"), CODES, LATER)
    assert told[-1] == Change("days_away", tuple(date(2026, 11, day) for day in (11, 12, 13)))


@pytest.mark.parametrize("between", ["Y4 Y4", "D D", ". .", "C2 C2", "E E"])
def test_a_day_on_which_nobody_waited_for_the_pupil_neither_adds_to_a_row_nor_ends_it(between):
    days = f"/ \\ O O {between} O O"
    assert kinds(marked(days)) == []
    assert kinds(marked(f"{days} O O")) == [("days_away", "2026-11-06")]


def test_the_agreed_days_at_home_of_a_reduced_timetable_are_no_row_of_absences():
    assert kinds(marked("/ \\ / \\ C2 C2 C2 C2 C2 C2", "C2 C2 / \\ / \\ C2 C2 C2 C2")) == []


def test_the_first_n_after_ten_good_sessions_is_told():
    assert kinds(marked(TEN, "Y1 N N /")) == [("first_n", "2026-11-09")]
    assert kinds(marked(TEN, "C2 C2 N")) == [("first_n", "2026-11-10")]
    assert kinds(marked(TEN, "I N")) == [], "the run of good sessions had ended with the illness"
    assert kinds(marked("/ \\ / \\ / \\ / \\ L", "N")) == [], "nine are not ten"
    assert kinds(marked(TEN, "O")) == [], "O is no missing reason"
    assert kinds(marked(TEN, "N"), date(2026, 11, 8)) == [], "what is not over is no change yet"


def test_a_correction_takes_back_what_it_put_right():
    assert kinds(marked(TEN, "N")) == [("first_n", "2026-11-09")]
    assert kinds(marked(TEN, "L")) == []


@given(
    st.lists(st.sampled_from(["/", "N", "O", "I", "C2", "E", "Y4", "D"]), max_size=70),
    st.randoms(),
)
def test_changes_do_not_hang_on_the_order_of_the_marks_and_only_follow_from_what_counts(
    codes, chance
):
    marks = marked(*(" ".join(codes[n : n + 10]) for n in range(0, len(codes), 10)))
    found = changes(marks, CODES, LATER)
    uncounted = Mark(MILLRACE, date(2026, 12, 19), "am", "Y7")
    mixed = [*marks, uncounted]
    chance.shuffle(mixed)
    assert changes(mixed, CODES, LATER) == found
    dropped = {each.on for each in found if each.kind == "drop"}
    rates = [
        (week.monday, Fraction(week.tally.attended, week.tally.possible))
        for week in weekly(marks, CODES, DEMO, MONDAY, LATER)
        if week.tally.possible
    ]
    for (monday, now), *before in zip(rates[3:], rates, rates[1:], rates[2:], strict=False):
        usual = sum(rate for _monday, rate in before) / 3
        assert (monday in dropped) == (usual - now >= Fraction(20, 100))
