"""Words that are to be erased, found again wherever a copy of them was made. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

ERASED = "(erased)"
ENOUGH = 30  # letters in a row that no two messages share by chance: copies may be cut short
BEFORE = "(changed; before: {})"  # how a changed message quotes what it said at first


def runs_of(erased: Iterable[str]) -> frozenset[str]:
    """List every run of letters by which a copy of these messages is known, of all at once."""
    lines = [" ".join(words.split()) for words in erased]
    return frozenset(run for line in lines for _at, run in _runs(line))


def without(text: str, runs: Collection[str]) -> str:
    """Take out of a text what it repeats of erased messages, on one line or on several."""
    places = [found.start() for found in re.finditer(r"\S|\s+", text)]
    line = "".join(" " if text[at].isspace() else text[at] for at in places)
    repeated: list[tuple[int, int]] = []
    for at, run in _runs(line):
        if run not in runs:
            continue
        first = repeated.pop()[0] if repeated and at <= repeated[-1][1] else at
        repeated.append((first, at + ENOUGH))
    for first, end in reversed(repeated):
        text = f"{text[: places[first]]}{ERASED}{text[places[end - 1] + 1 :]}"
    return text


def unless_whole(text: str, words: str) -> str:
    """Blot a text that is these words and nothing else: fewer letters may be anybody's."""
    return ERASED if text.split() == words.split() else text


def unquoted(text: str, words: str) -> str:
    """Take the words out of what quotes them as the first version of a message."""
    return text.replace(BEFORE.format(words), BEFORE.format(ERASED))


def is_short(words: str) -> bool:
    """Say whether words have too few letters to be known again among others."""
    return len(" ".join(words.split())) < ENOUGH


def _runs(line: str) -> Iterable[tuple[int, str]]:
    return ((at, line[at : at + ENOUGH]) for at in range(len(line) - ENOUGH + 1))
