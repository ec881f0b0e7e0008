"""What is not said, or by a person: after noon, over the caps, in the holidays, too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from bot.rules.nudge_plan import still
from bot.rules.nudges import Adult
from bot.rules.practice import Span, Window
from tests.rules.test_nudges import (
    EVERY_AFTERNOON,
    KAI,
    LEANNE,
    NOBODY_HERE,
    RULES,
    SNOW,
    WENT_WELL,
    Tied,
    at,
    marks,
    names,
    plan,
    school,
    sent,
    why,
)


def test_on_the_third_day_a_person_asks_even_where_the_register_came_after_noon():
    third = replace(KAI, marks=marks("11-27 NN", "11-30 NN", "12-01 N"))
    assert [left.to_person for left in plan(third, now="2026-12-01T15:10").left] == [True]
    afternoons = replace(
        KAI,
        schools=(school(patterns=(EVERY_AFTERNOON,)),),
        marks=marks("11-27 IN", "11-30 IN", "12-01 IN"),
    )
    [left] = plan(afternoons, now="2026-12-01T15:10").left
    assert (left.kind, left.to_person) == ("absence_day3", True)


HAD_THREE = tuple(at(f"2026-{day}") for day in ("11-26T15:45", "11-30T15:45", "11-27T15:45"))


def test_who_has_had_a_weeks_texts_is_told_of_the_snow_even_so_and_of_praise_when_it_may_go():
    snowed_in, full = replace(NOBODY_HERE, schools=(SNOW,)), Adult(had=HAD_THREE)
    assert sent(snowed_in, full, "2026-12-01T08:05") == ["closure"]
    today = Adult(had=(at("2026-12-04T10:15"),))
    assert sent(WENT_WELL, today, "2026-12-04T15:45") == ["praise"]  # the gate lets it go on Monday
    new = replace(NOBODY_HERE, starts_on=date(2026, 12, 2))
    evening = Adult(had=(at("2026-12-01T10:15"),))
    assert [left.to_person for left in plan(new, evening, "2026-12-01T18:00").left] == [True]
    assert still(snowed_in, full, RULES, at("2026-12-01T08:05"), "closure/2026-12-01") == ""


def test_snow_that_comes_while_a_text_about_absence_waits_stops_it():
    key, now = "absence/2026-12-01", at("2026-12-01T10:20")
    assert still(KAI, LEANNE, RULES, now, key) == ""
    assert "not expected" in still(replace(KAI, schools=(SNOW,)), LEANNE, RULES, now, key)


def test_no_bus_and_no_text_so_a_person_offers_help():
    bus = replace(KAI, marks=marks("12-01 QQ"))
    phone_only = Adult(against="prefers a phone call")
    assert [left.to_person for left in plan(bus, phone_only).left] == [True]


def test_praise_that_waited_does_not_go_on_the_first_saturday_of_the_holidays():
    last_weeks = [f"12-{day} //" for day in ("08", "09", "10", "11", "14", "15", "16", "17", "18")]
    child = replace(KAI, marks=marks("12-07 NN", *last_weeks))
    assert sent(child, now="2026-12-18T15:45") == ["praise"]
    assert why(child, now="2026-12-19T15:45") == [
        "nothing about attendance goes on a day without school"
    ]


def test_good_news_of_a_week_long_over_is_no_work_for_an_interpreter():
    unworded = Adult(language="ar", unworded=frozenset({"praise"}))
    on_friday = plan(WENT_WELL, unworded, "2026-12-04T16:00").left
    assert [left.to_person for left in on_friday] == [True]
    on_monday = plan(WENT_WELL, unworded, "2026-12-07T08:30").left
    assert [left.to_person for left in on_monday] == [False]


def test_one_sentence_that_is_not_translated_yet_stops_only_the_message_it_is_of():
    unworded = Adult(language="pl", unworded=frozenset({"praise"}))
    [left] = plan(WENT_WELL, unworded, "2026-12-04T16:00").left
    assert left.reason == "no approved wording in their language (pl)"
    assert sent(adult=unworded) == ["absence"]
    [asked] = plan(adult=replace(unworded, unworded=frozenset({"absence"}))).left
    assert asked.to_person


def test_in_the_week_the_clocks_go_forward_the_evening_before_is_still_six_on_the_wall():
    def told_at(starts):
        evening = plan(replace(NOBODY_HERE, starts_on=starts), now=f"{starts.year}-03-22T09:00")
        return f"{evening.again:%a %H:%M}"

    assert told_at(date(2027, 3, 25)) == "Wed 18:00"  # winter time
    assert told_at(date(2027, 4, 13)) == "Mon 17:00"  # the clocks went forward on 28 March


def test_separated_parents_each_have_their_own_hours_and_a_barred_one_hears_nothing():
    rasa, tomas = LEANNE, Adult(window=Window(hours=Span(time(11, 30), time(16))))
    assert [sent(adult=each) for each in (rasa, tomas)] == [["absence"]] * 2
    assert sent(adult=tomas, now="2026-12-01T12:01") == []
    assert names(Tied("Craig"), Tied("Lisa", do_not_use=True)) == ["Craig"]
