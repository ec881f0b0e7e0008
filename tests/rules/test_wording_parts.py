"""A text too long for one message is cut where it can be, and nothing of it is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.wording import CHAT_UNITS, in_parts, units, unturned


def test_a_text_that_fits_stays_whole():
    assert in_parts("a lift on monday would help") == ("a lift on monday would help",)
    assert in_parts("") == ("",)


def test_a_long_text_is_cut_between_words():
    first, second = in_parts("one two three four five", 20)
    assert (first, second) == ("one two three four ", "five")


def test_a_line_is_a_better_place_to_cut_than_a_word():
    assert in_parts("one two three\nfour five", 16) == ("one two three\n", "four five")


def test_one_endless_word_is_cut_anywhere():
    assert in_parts("a" * 25, 10) == ("a" * 10, "a" * 10, "a" * 5)


def test_a_chat_counts_an_emoji_as_two():
    assert units("ok 👍") == 5
    assert in_parts("👍" * 6, 5) == ("👍👍", "👍👍", "👍👍")


def test_marks_that_turn_the_direction_go_and_joiners_stay():
    turned = "safe \u202egnirts\u202c \u2067x\u2069"
    assert unturned(turned) == "safe gnirts x"
    assert unturned("می\u200cخواهم") == "می\u200cخواهم"


@given(st.text(max_size=400), st.integers(2, 60))
def test_nothing_is_lost_and_every_part_fits(text, limit):
    parts = in_parts(text, limit)
    assert "".join(parts) == text
    assert all(units(part) <= limit for part in parts)


@given(st.text(alphabet="👍🙏🇬🇧é\u200d ab\n", max_size=300), st.integers(2, 40))
def test_no_emoji_is_cut_in_half_and_no_part_is_empty(text, limit):
    parts = in_parts(text, limit)
    assert all(part.encode("utf-16-le").decode("utf-16-le") == part for part in parts)
    assert all(parts) or not text
    assert len(parts) <= 1 + units(text) // max(1, limit // 2)


SIGNS = ("👩‍👩‍👧‍👦", "👍🏽", "🇬🇧", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "❤️‍🔥", "1️⃣", "e\u0301", "ہٗ", "नी", "ی\u200c")


@pytest.mark.parametrize("sign", SIGNS)
def test_what_is_shown_as_one_sign_stays_in_one_part(sign):
    for before in range(64):
        for text in ("a" * before + sign + "b" * 80, "a" * before + sign * 20):
            parts = in_parts(text, 64)
            assert "".join(parts) == text
            assert all(units(part) <= 64 for part in parts)
            assert sum(part.count(sign) for part in parts) == text.count(sign)


def test_flags_in_a_row_are_cut_between_flags():
    assert in_parts("a" + "🇬🇧🇵🇱" * 3, 11) == ("a🇬🇧🇵🇱", "🇬🇧🇵🇱", "🇬🇧🇵🇱")


def test_a_sign_longer_than_a_message_is_cut_all_the_same():
    assert in_parts("e" + "\u0301" * 20, 8) == ("e" + "\u0301" * 7, "\u0301" * 8, "\u0301" * 5)


def test_the_space_before_an_accent_is_no_place_to_cut():
    assert in_parts("abcdefgh \u0301xyz", 10) == ("abcdefgh \u0301", "xyz")


@pytest.mark.parametrize("length", [CHAT_UNITS - 1, CHAT_UNITS, CHAT_UNITS + 1])
def test_the_limit_itself_still_fits(length):
    assert len(in_parts("x" * length)) == (1 if length <= CHAT_UNITS else 2)
