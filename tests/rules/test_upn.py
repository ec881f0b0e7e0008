"""The pupil number that must be copied right."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rules.upn import LETTERS, tidy, upn_fault

VECTORS = list(
    csv.DictReader((files("bot.data") / "upn_vectors.csv").read_text("utf-8").splitlines())
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["upn"])
def test_the_known_numbers_are_judged_as_the_standard_judges_them(vector):
    assert (upn_fault(vector["upn"]) is None) is (vector["valid"] == "true")


def test_small_letters_and_spaces_are_tidied_before_they_are_judged():
    assert tidy(" z3840 0001 0001 ") == "Z384000010001"
    assert upn_fault(tidy("z384000010001")) is None
    assert upn_fault("z384000010001") == "has small letters. Write a UPN in capitals."


@pytest.mark.parametrize(
    "raw, reason",
    [
        ("", "0 characters"),
        ("Z38400001000", "12 characters"),
        ("I384000010001", "not shaped"),
        ("X80120000A001", "not shaped"),
        ("Z38400001000١", "not shaped"),
        ("A801200005001", "does not add up"),
    ],
)
def test_each_slip_has_its_own_reason(raw, reason):
    assert reason in upn_fault(raw)


def test_the_advice_gives_away_neither_the_number_nor_the_letter_that_would_fit():
    assert "801200005001" not in upn_fault("A801200005001")
    assert "B" not in upn_fault("A801200005001").replace("UPN", "")


@settings(deadline=None, derandomize=True)
@given(st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(place, shift):
    right = "Z384000010001"
    if place == 0:
        wrong = LETTERS[(LETTERS.index("Z") + shift) % 23] + right[1:]
    else:
        wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    assert upn_fault(wrong)


@settings(deadline=None, derandomize=True)
@given(st.text())
def test_any_words_in_the_cell_are_answered_and_never_crash(words):
    assert upn_fault(words) is None or upn_fault(words).endswith(".")
    upn_fault(tidy(words))
