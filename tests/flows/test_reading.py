"""Reading short replies: one number and nothing else, and two ways to write the same words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.reading import folded, number, own_words
from tests.flows.talk import FACTS

ODD = st.text("0123456789²½①٢۲२੨２𝟚\ufe0f\u20e3\u200f\u2068\0\ud800 \n.)۔।-+_", max_size=6)
ANY = st.text(st.characters(exclude_categories=()), max_size=20)


@pytest.mark.parametrize(
    ("reply", "meant"),
    [
        ("2", 2), (" 2 ", 2), ("2\n", 2), ("2.", 2), ("2)", 2), ("2 .", 2), ("02", 2), ("12", 12),
        ("۲", 2), ("٢", 2), ("२", 2), ("੨", 2), ("২", 2), ("２", 2), ("𝟚", 2), ("۱۲", 12),
        ("2️⃣", 2), ("2\u20e3", 2), ("\u200f۲", 2), ("\u2068۲\u2069", 2), ("\u202b2\u202c", 2),
        ("۲۔", 2), ("२।", 2), ("\ufeff2", 2), ("0", 0),
    ],
)  # fmt: skip
def test_one_number_is_read_in_any_script(reply: str, meant: int) -> None:
    assert number(reply) == meant


@pytest.mark.parametrize(
    "reply",
    [
        "", " ", ".", "two", "2 please", "1 or 2", "1 2", "2?", "-2", "+2", "2.5", "½", "²", "①",
        "Ⅱ", "二", "na3am", "3amil eh", "123", "2024", "2\0", "\ud800", "️", "🙂", "2️⃣ 3️⃣",
    ],
)  # fmt: skip
def test_anything_more_than_one_number_is_for_a_person(reply: str) -> None:
    assert number(reply) is None


@given(st.one_of(ODD, ANY))
def test_whatever_is_typed_is_a_small_number_or_none(words: str) -> None:
    found = number(words)
    assert found is None or 0 <= found <= 99


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Good", "good"),
        ("GOOD", " good. "),
        ("Good.\n", "good!"),
        ("No,  forget it", "no, forget it"),
        ("Ciężko", "ciezko"),
        ("Średnio", "S\u0301rednio"),
        ("مشکل", "\u200fمشکل"),
        ("Straße", "STRASSE"),
    ],
)
def test_two_ways_of_writing_one_answer_are_equal(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"), [("good", "good?"), ("good", "not good"), ("good", "good 😢"), ("ok", "o.k")]
)
def test_a_doubt_or_a_tear_makes_it_another_answer(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@given(st.one_of(ODD, ANY))
def test_folding_never_fails_and_leaves_no_blanks_around(words: str) -> None:
    once = folded(words)
    assert once == once.strip()
    assert "  " not in once


def test_own_words_are_taken_as_they_are_and_blanks_are_no_words() -> None:
    assert own_words(FACTS, " a lift, please ") == "a lift, please"
    assert own_words(FACTS, " \n\t") is None
