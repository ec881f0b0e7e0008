"""Words that were erased are found wherever they were copied, and nothing else is touched."""

from __future__ import annotations

import pytest

from bot.rules.erased import is_short, runs_of, unless_whole, unquoted, without

SAID = "he came home with a bruise\non his arm and will not say who did it"
ALSO = "she has not slept since the letter came"
FLAT = " ".join(SAID.split())


@pytest.mark.parametrize(
    ("kept", "left"),
    [
        (f"Kai: {FLAT} (2 h)", "Kai: (erased) (2 h)"),
        (f"Kai: {FLAT[:50]}… (2 h)", "Kai: (erased)… (2 h)"),
        (f"{SAID[-33:]}\nThen more.", "(erased)\nThen more."),
        (f"a\n\n{ALSO}, b {SAID}\n c", "a\n\n(erased), b (erased)\n c"),
        (f"She said: {FLAT[:29]}", f"She said: {FLAT[:29]}"),
        ("", ""),
    ],
)
def test_what_repeats_any_of_the_words_is_taken_out(kept, left):
    assert without(kept, runs_of([SAID, "ok", ALSO])) == left


def test_short_words_are_known_again_only_alone_or_where_they_are_quoted():
    assert is_short("he hit\n me")
    assert not is_short(SAID)
    assert runs_of(["he hit me"]) == frozenset()
    assert unless_whole("he hit  me\n", "he hit me") == "(erased)"
    assert unless_whole("the hit: he hit me", "he hit me") == "the hit: he hit me"
    kept = "ok, sorry\n(changed; before: ok)"
    assert unquoted(kept, "ok") == "ok, sorry\n(changed; before: (erased))"
