"""The picture of one pupil's attendance, and the sums of a team."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import pytest

from bot.imports.codes import attendance_codes
from bot.imports.comparator import read_comparator
from bot.pages.charts import Figure, columns, trend
from bot.pages.pack_attendance import chart_of
from bot.rules.attendance import Tally
from bot.rules.attendance_picture import Begun, Comparator, Facts, Ways, picture, tenths_more
from bot.rules.attendance_team import Pupil, team_of
from bot.rules.practice import Calendar
from bot.rules.weeks import Week

MONDAY = date(2026, 11, 2)
EVERY_DAY = Calendar(frozenset(MONDAY + timedelta(days=n) for n in range(-120, 90)
                               if (MONDAY + timedelta(days=n)).weekday() < 5))  # fmt: skip


class Mark(NamedTuple):
    school_id: int
    day: date
    half: str
    code: str


def week(monday: date, present: int, missed: str = "O") -> list[Mark]:
    """Ten sessions from a Monday: so many attended, the rest missed."""
    codes = ["/"] * present + [missed] * (10 - present)
    slots = [(monday + timedelta(days=d), half) for d in range(5) for half in ("am", "pm")]
    return [
        Mark(1, day, half, "\\" if code == "/" and half == "pm" else code)
        for (day, half), code in zip(slots, codes, strict=True)
    ]


def ways(comparator: Comparator) -> Ways:
    return Ways(attendance_codes(), EVERY_DAY, comparator=comparator)


def test_the_first_weeks_stand_against_the_own_start_and_those_before():
    marks = week(MONDAY, 2) + week(MONDAY + timedelta(weeks=1), 5)
    facts = Facts(Begun(9, MONDAY, prior_tenths=300), marks)
    seen = picture(facts, ways(Comparator((250, 455), "Marlbridge 2025")), date(2026, 11, 14))
    assert [(one.from_start, one.from_cohort) for one in seen.steps] == [(-100, -50), (200, 45)]
    assert (seen.own_start, seen.gained) == (300, 200)


def test_a_placement_that_began_before_the_summer_has_six_whole_weeks():
    begins = date(2026, 7, 20)
    autumn = [date(2026, 8, 31) + timedelta(weeks=n) for n in range(7)]
    calendar = Calendar(frozenset(d + timedelta(days=n) for d in autumn for n in range(5)))
    marks = [mark for monday in autumn for mark in week(monday, 5)]
    told = Ways(attendance_codes(), calendar)
    seen = picture(Facts(Begun(9, begins), marks), told, date(2026, 11, 2))
    assert [one.week.tally for one in seen.steps] == [Tally(5, 0, 5)] * 6


def test_the_last_day_for_a_reason_is_the_fifth_school_day_after():
    seen = picture(Facts(Begun(9), [Mark(1, date(2026, 11, 5), "am", "N")]),
                   ways(Comparator()), date(2026, 11, 6))  # fmt: skip
    assert [(one.on, one.due_on) for one in seen.reasons_due] == [
        (date(2026, 11, 5), date(2026, 11, 12))
    ]


def test_starters_are_those_of_the_period_and_their_mean_is_rounded_half_up():
    def pupil(case: str, begins: date, present: int) -> Pupil:
        facts = Facts(Begun(9, begins, prior_tenths=405), week(MONDAY, present))
        return Pupil(case, case, 2, begins, picture(facts, ways(Comparator()), date(2026, 11, 9)))

    pupils = [pupil("P01", MONDAY, 7), pupil("P02", MONDAY, 3), pupil("P03", date(2026, 9, 7), 9)]
    team = team_of(pupils, MONDAY, MONDAY)
    assert [one.pupil.case for one in team.starters] == ["P01", "P02"]
    assert (tenths_more(team.gained), team.risen) == ("+9.5", (1, 2))
    assert team.bands[-1].pupils == {"<25": 0, "25-49": 1, "50-69": 0, "70-89": 1, "90+": 1}


def test_a_chart_draws_nothing_where_nothing_is_known():
    weeks = [
        Figure("2 Nov", 200, told="20"),
        Figure("9 Nov", None),
        Figure("16 Nov", 400, going=True, told="40"),
    ]
    drawn = trend("Weeks", weeks, (25, 50))
    assert drawn.paths == ()
    assert drawn.says == "2 Nov: 20%; 9 Nov: not known; 16 Nov: 40% so far"
    assert chart_of([Week(MONDAY, Tally(0, 0, 10)), None, Week(MONDAY, Tally(10))]) == "▁·█"
    stack = columns("Bands", [("2 Nov", {"<25": 1, "90+": 3})])
    assert [(part.many, part.hatch) for part in stack.parts] == [(1, 0), (3, 1)]
    assert stack.parts[0].height * 3 == pytest.approx(stack.parts[1].height)


@pytest.mark.parametrize("series", [[50] * 5, [50] * 5 + [101], [50] * 5 + ["60"], [50] * 6])
def test_a_comparator_is_six_shares_and_says_whose_they_are(series):
    with pytest.raises(ValueError, match="comparator"):
        read_comparator({"comparator": series})
    assert read_comparator({"comparator": [42, 45.5, 50, 50, 55, 60], "comparator_from": "us"}) == (
        420, 455, 500, 500, 550, 600)  # fmt: skip
