"""Which words speak of a visit, which doubt it, and which say nothing besides."""

from __future__ import annotations

from datetime import date, time

import pytest

from bot.rules.calendar import moment_at
from bot.rules.visit_spoken import cannot_come, says_no_more, speaks_of

MONDAY = date(2026, 11, 30)
THURSDAY = moment_at(date(2026, 12, 3), time(13, 30))


@pytest.mark.parametrize(
    "words",
    [
        "cant make it sorry",
        "sorry cant make it thursday now",
        "Can't come, my mum died",
        "we wont be there",
        "kai is ill so i wont be able to make it",
        "can we rearrange",
        "we dont need a visit thanks",
        "not going to be in",
        "bacha bimar hai nahi aa sakte",
        "بیٹا بیمار ہے، نہیں آ سکتے",
        "لا أستطيع الحضور ابني مريض",
    ],
)
def test_who_cannot_come_is_understood(words: str) -> None:
    assert cannot_come(words, MONDAY, THURSDAY)


@pytest.mark.parametrize(
    "words",
    [
        "1",
        "2",
        "yes thats fine",
        "he cant come to school today",
        "kai wont be in school thursday",
        "cant cope with his homework",
        "thanks dani",
    ],
)
def test_what_says_nothing_against_a_visit_casts_no_doubt_on_it(words: str) -> None:
    assert not cannot_come(words, MONDAY, THURSDAY)


@pytest.mark.parametrize(
    ("words", "language", "about_it"),
    [
        ("cant make it sorry", "en", True),
        ("something has come up thursday", "en", True),
        ("what time is the visit", "en", True),
        ("cant make it on the 3rd", "en", True),
        ("cant make friday", "en", False),
        ("not tomorrow please", "en", False),
        ("how do i get a bus pass", "en", False),
        ("thanks", "en", False),
        ("nie damy rady w czwartek", "pl", True),
        ("co z autobusem", "pl", False),
    ],
)
def test_a_day_that_is_named_says_which_visit_is_meant(
    words: str, language: str, *, about_it: bool
) -> None:
    assert speaks_of(words, language, MONDAY, THURSDAY) is about_it


def test_two_days_before_words_of_another_language_may_always_be_about_it() -> None:
    assert speaks_of("co z autobusem", "pl", date(2026, 12, 1), THURSDAY)


@pytest.mark.parametrize(
    ("words", "alone"),
    [
        ("Can't make it sorry", True),
        ("can you do friday morning instead?", True),
        ("after half term", True),
        ("cant make it my mum died", False),
        ("sorry cant, hes in hospital", False),
        ("actually its fine leave it", False),
    ],
)
def test_a_promise_of_another_time_answers_nothing_but_a_wish_for_one(
    words: str, *, alone: bool
) -> None:
    assert says_no_more(words) is alone
