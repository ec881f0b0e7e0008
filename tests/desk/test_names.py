"""The family and the day a worker means, however they write it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.names import day_named, families_named

MONDAY = date(2026, 11, 30)
FAMILIES = (
    ("C001", "Leanne Thornton (Kai P01)"),
    ("C008", "Joanne Marsden (Ellie P07, Noah P08)"),
    ("C099", "Noah Webb (Mia P30)"),
)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("fri", date(2026, 12, 4)),
        ("Friday.", date(2026, 12, 4)),
        ("mon", date(2026, 12, 7)),  # today is Monday: the next one
        ("tomorrow", date(2026, 12, 1)),
        ("4/12", date(2026, 12, 4)),
        ("4 Dec", date(2026, 12, 4)),
        ("4 december", date(2026, 12, 4)),
        ("4-12-2027", date(2027, 12, 4)),
        ("2026-12-04", date(2026, 12, 4)),
        ("2027 1 4", date(2027, 1, 4)),
        ("4 Jan", date(2027, 1, 4)),  # the next one, not the last
        ("30 Nov", MONDAY),
        ("30 Nov 2025", date(2025, 11, 30)),  # a year that is written is meant
        ("31 Feb", None),
        ("soon", None),
        ("4", None),
        ("4 Foo", None),
        ("", None),
        ("99999999999999999999 12", None),
    ],
)
def test_a_day_is_read_the_british_way(words, day):
    assert day_named(words, MONDAY) == day


def test_a_leap_day_that_is_over_is_not_a_day_to_come():
    assert day_named("29 Feb", date(2028, 3, 1)) is None
    assert day_named("29 Feb", date(2028, 2, 1)) == date(2028, 2, 29)


@given(st.text(st.sampled_from("0123456789 /-.untilfrdecjan²۴"), max_size=30))
def test_whatever_is_typed_as_a_day_the_desk_can_answer(words):
    day_named(words, MONDAY)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Leanne", ["C001"]),
        ("leanne thornton", ["C001"]),
        ("KAI", ["C001"]),
        ("p08", ["C008"]),
        ("Noah", ["C008", "C099"]),
        ("Leanne Thornton (Kai P01)", ["C001"]),
        ("Thornton", ["C001"]),
        ("Smith", []),
        ("", []),
    ],
)
def test_a_family_is_named_by_carer_child_or_case(words, found):
    assert [ref for ref, _label in families_named(FAMILIES, words)] == found
