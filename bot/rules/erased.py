"""Words that are to be erased, found again wherever a copy of them was made. Pure."""

from __future__ import annotations

import re
from typing import Any

ERASED = "(erased)"
ENOUGH = 30  # letters in a row that no two messages share by chance: copies may be cut short


def without(kept: Any, words: str) -> Any:
    """Give back what is kept, with whatever it repeats of these words taken out.

    `kept`: a text, or what JSON makes of lists and mappings of texts.
    """
    if isinstance(kept, str):
        return _blotted(kept, words)
    if isinstance(kept, list):
        return [without(one, words) for one in kept]
    if isinstance(kept, dict):
        return {name: without(one, words) for name, one in kept.items()}
    return kept


def _blotted(text: str, words: str) -> str:
    """Take words out of a text, whole or as far as it repeats them, on one line or on several."""
    said, needle = words.split(), " ".join(words.split())
    if not said:
        return text
    whole = r"\s+".join(map(re.escape, said))
    text = re.sub(rf"(?<!\w){whole}(?!\w)", ERASED, text)
    for first in range(len(needle) - ENOUGH + 1):
        run = needle[first : first + ENOUGH]
        if run in text:
            text = text.replace(_longest(text, run, needle[first:]), ERASED)
    return text


def _longest(text: str, run: str, rest: str) -> str:
    """Find how far a text goes on as the words do."""
    at = text.index(run)
    same = len(run)
    while same < len(rest) and text[at : at + same + 1] == rest[: same + 1]:
        same += 1
    return rest[:same]
