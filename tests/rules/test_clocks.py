"""The dates of a placement: the worked examples of Marlbridge, by its own calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.rules.clocks import Stay, due, next_on, overdue, prompts, why_quiet
from bot.rules.placement import Placed
from bot.rules.practice import Tiers
from tests.stage import marlbridge_taskforce

PRACTICE = marlbridge_taskforce().practice
CALENDAR = PRACTICE.calendar
JAYDEN = Stay(Placed(None, None, date(2026, 11, 16)), 3, "engaged", 10, date(2026, 11, 16))
KAI = Stay(Placed(date(2026, 11, 9), date(2027, 1, 29)), 2, "engaged", 9, date(2026, 11, 6))


def listed(stay: Stay) -> list[str]:
    return [f"{each.kind} {each.on:%d %b}" for each in prompts(stay, CALENDAR, PRACTICE)]


def test_twelve_weeks_have_a_plan_three_reviews_and_an_end():
    assert listed(KAI) == [
        "plan 16 Nov", "review 30 Nov", "review 04 Jan", "end 15 Jan", "review 18 Jan",
        "destination 29 Jan",
    ]  # fmt: skip
    [plan] = [each for each in prompts(KAI, CALENDAR, PRACTICE) if each.kind == "plan"]
    assert "by Fri 20 Nov, the end of week 2" in plan.words
    late = replace(KAI, placed=replace(KAI.placed, ends_on=date(2027, 2, 11)))
    assert listed(late)[-2:] == ["end 28 Jan", "destination 11 Feb"]


def test_a_plan_that_is_agreed_is_not_asked_for():
    assert "plan 16 Nov" not in listed(replace(KAI, planned=True))


def test_what_lay_before_a_placement_came_on_record_is_nobodys_work():
    assert listed(replace(KAI, known_since=date(2026, 12, 1)))[0] == "review 04 Jan"


def test_who_went_somewhere_is_asked_after_in_six_and_in_twelve_weeks():
    gone = replace(KAI, status="completed", left_on=date(2027, 1, 29))
    assert listed(gone) == ["sustained 12 Mar", "sustained 23 Apr"]
    assert listed(replace(KAI, status="refused")) == []


def test_which_tier_has_placements_is_a_setting():
    assert listed(replace(KAI, tier=1)) == []
    rules = replace(PRACTICE.attendance, tiers=Tiers(placements=frozenset({1})))
    practice = replace(PRACTICE, attendance=rules)
    assert prompts(replace(KAI, tier=1), CALENDAR, practice)
    assert prompts(KAI, CALENDAR, practice) == []


def test_on_day_four_somebody_has_to_say_when_education_begins():
    [four] = prompts(JAYDEN, CALENDAR, PRACTICE)
    assert (four.on, four.in_charge_too) == (date(2026, 11, 19), True)
    assert four.words == "Day 6 is Mon 23 Nov; nobody has said when education begins"
    assert prompts(replace(JAYDEN, placed=replace(JAYDEN.placed, starts_on=date(2026, 11, 24))),
                   CALENDAR, PRACTICE) == []  # fmt: skip
    told_late = replace(JAYDEN, known_since=date(2026, 11, 25))
    assert due(prompts(told_late, CALENDAR, PRACTICE), date(2026, 11, 25))


@pytest.mark.parametrize(
    ("starts_on", "today", "said"),
    [
        (None, date(2026, 11, 23), ""),
        (None, date(2026, 11, 24), "is 1 school day late and has no first day yet"),
        (None, date(2026, 11, 26), "is 3 school days late and has no first day yet"),
        (date(2026, 11, 27), date(2026, 11, 26), "3 school days late and begins on Fri 27 Nov"),
        (date(2026, 11, 24), date(2026, 11, 24), ""),
    ],
)
def test_each_day_without_education_after_day_six_is_counted(starts_on, today, said):
    stay = replace(JAYDEN, placed=replace(JAYDEN.placed, starts_on=starts_on))
    words = overdue(stay, CALENDAR, PRACTICE, today)
    assert words.endswith(said) if said else not words
    assert not said or words.startswith("Day 6 was Mon 23 Nov: ")


def test_nothing_about_absence_goes_before_day_six_or_in_a_tier_that_has_none():
    fifth, sixth = date(2026, 11, 20), date(2026, 11, 23)
    assert why_quiet(JAYDEN, CALENDAR, PRACTICE, fifth) == "before Day 6, Mon 23 Nov"
    assert why_quiet(JAYDEN, CALENDAR, PRACTICE, sixth) == ""
    rules = replace(PRACTICE.attendance, tiers=Tiers(messages=frozenset({2, 3})))
    light = replace(PRACTICE, attendance=rules)
    assert "tier 1" in why_quiet(replace(KAI, tier=1), CALENDAR, light, sixth)


def test_an_outage_of_three_weeks_raises_what_fell_into_it_and_no_more():
    found = prompts(KAI, CALENDAR, PRACTICE)
    assert [each.kind for each in due(found, date(2026, 12, 10))] == ["review"]
    assert next_on(found, date(2026, 12, 10)) == date(2027, 1, 4)
    assert next_on(found, date(2027, 1, 29)) is None
