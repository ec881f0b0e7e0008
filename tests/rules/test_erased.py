"""Words that were erased are found wherever they were copied, and nothing else is touched."""

from __future__ import annotations

import pytest

from bot.rules.erased import without

SAID = "he came home with a bruise\non his arm and will not say who did it"


@pytest.mark.parametrize(
    ("words", "kept", "left"),
    [
        ("he hit me", "sorry\n(changed; before: he hit me)", "sorry\n(changed; before: (erased))"),
        ("he hit me", "she hit me, the hit men", "she hit me, the hit men"),
        ("ok", "ok? look, a book. ok", "(erased)? look, a book. (erased)"),
        (SAID, f"Kai: {' '.join(SAID.split())} (2 h)", "Kai: (erased) (2 h)"),
        (SAID, f"Kai: {SAID[:50].replace(chr(10), ' ')}… (2 h)", "Kai: (erased)… (2 h)"),
        (SAID, f"{SAID[-33:]}\nThen more.", "(erased)\nThen more."),
        ("a+b (c)", {"answers": ["a+b (c)", 3, None]}, {"answers": ["(erased)", 3, None]}),
        (" ", "a b", "a b"),
    ],
)
def test_what_repeats_the_words_is_taken_out(words, kept, left):
    assert without(kept, words) == left
