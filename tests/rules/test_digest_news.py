"""What a digest tells of attendance: each thing once, and nothing that is no news."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

from bot.rules.calendar import LONDON
from bot.rules.digest_news import (
    Weighed,
    change_in_words,
    ends_soon,
    is_register_time,
    new_changes,
    of_each_family,
    silent,
    weighed_from,
    weighed_in_words,
)
from bot.rules.expected import Pattern
from bot.rules.practice import AttendanceRules
from bot.rules.weeks import Change
from tests.stage import marlbridge_taskforce

CALENDAR = marlbridge_taskforce().practice.calendar
MONDAY = date(2026, 11, 30)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-30 {text}").replace(tzinfo=LONDON)


def test_a_register_is_missed_once_after_its_close_and_three_quarters_of_an_hour():
    kept = AttendanceRules(register_closes={"Cawder High": time(9)})
    assert not is_register_time(kept, "Millrace Centre", at("08:30"), at("10:14"))
    assert is_register_time(kept, "Millrace Centre", at("08:30"), at("10:15"))
    assert not is_register_time(kept, "Millrace Centre", at("10:15"), at("16:30"))
    assert is_register_time(kept, "Cawder High", at("08:30"), at("09:45"))


def test_only_a_school_that_sends_its_register_is_missed():
    schools = {1: "Millrace Centre", 2: "Cawder High", 3: "St Wilfrun's High", 4: "Hollin Grange"}
    friday = date(2026, 11, 27)
    newest = {1: friday, 2: MONDAY, 4: friday}
    assert silent(schools, newest, {4}, MONDAY) == ["Millrace Centre"]


def test_a_change_is_told_once_and_an_old_one_never():
    away = Change("days_away", (date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)))
    old = Change("first_n", (date(2026, 11, 2),))
    assert new_changes([old, away], [], MONDAY) == [away]
    assert new_changes([old, away], [away], MONDAY) == []
    assert change_in_words(away) == "3 school days away: Tue 24 Nov, Wed 25 Nov, Thu 26 Nov"
    assert "week of Mon 16 Nov" in change_in_words(Change("drop", (date(2026, 11, 16),)))


def test_the_end_of_a_reduced_timetable_is_seen_five_school_days_ahead():
    short = Pattern("reduced", frozenset({(0, "am")}), date(2026, 11, 16), date(2026, 12, 7))
    step = replace(short, kind="reintegration")
    assert ends_soon([short, step], CALENDAR, date(2026, 11, 27), MONDAY) == [short]
    assert ends_soon([short], CALENDAR, MONDAY, date(2026, 12, 1)) == []


def test_a_family_that_hears_little_good_is_one_line_whatever_its_children():
    ellie, noah = Weighed(7, 3, 0, date(2026, 11, 9)), Weighed(8, 2)
    kept = of_each_family([noah, ellie, Weighed(1, 1), Weighed(2, 4, 4)], {7: {70}, 8: {70}})
    assert kept == [ellie]
    said = weighed_in_words(ellie, "P07", MONDAY)
    assert said == "3 about absence, no good news for 3 weeks: /good P07"
    assert "no good news yet" in weighed_in_words(noah, "P08", MONDAY)


def test_six_school_weeks_reach_over_half_term():
    assert weighed_from(CALENDAR, MONDAY) == date(2026, 10, 12)
