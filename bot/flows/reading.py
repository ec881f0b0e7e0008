"""Reading free words: numbers in any script, and words that mean nothing was said."""

from __future__ import annotations

import unicodedata

from bot.flows.base import Facts

KEYCAPS = str.maketrans("", "", "\ufe0f\u20e3")


def number(words: str) -> int | None:
    """Read a reply that is nothing but one number: "2", "2.", "۲", "2️⃣". Else None."""
    bare = words.strip().translate(KEYCAPS).strip().rstrip(".)").strip()
    if not bare or len(bare) > 2 or not all(character.isdecimal() for character in bare):
        return None
    return int("".join(str(unicodedata.decimal(character)) for character in bare))


def folded(words: str) -> str:
    """Make two ways of writing the same short reply equal."""
    return " ".join(words.casefold().strip(" .!,").split())


def own_words(facts: Facts, words: str) -> str | None:
    """Take whatever was written as the answer."""
    del facts
    return words.strip() or None
