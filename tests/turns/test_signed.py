"""Whose name stands under what a worker typed: once, and never not at all."""

from __future__ import annotations

import pytest

from bot.turns.typed import Words, signed
from storage.addresses import Someone

DANI = Someone(1, "DO", "staff", "Dani Okafor", "en", False, False, 0)


@pytest.mark.parametrize(
    "typed", ["See you at nine. Dani", "See you at nine!\ndani", "Thanks, Dani."]
)
def test_a_name_the_worker_typed_is_not_put_there_again(typed):
    assert signed(DANI, Words(2, typed)) == typed


@pytest.mark.parametrize("typed", ["See you at nine", "You can always ask for Dani", "Danielle"])
def test_words_without_the_name_at_their_end_are_signed(typed):
    assert signed(DANI, Words(2, typed)) == f"{typed}\nDani"
