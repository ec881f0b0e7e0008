"""Reading free words: numbers in any script, and words that mean nothing was said."""

from __future__ import annotations

import unicodedata

from bot.flows.base import Facts

UNSEEN = frozenset(("Cf", "Mn", "Me"))  # direction marks, accents and keycaps
FULL_STOPS = ".)\u06d4\u0964"  # as written in Latin, Urdu and Devanagari


def number(words: str) -> int | None:
    """Read a reply that is nothing but one number: "2", "2.", "۲", "2️⃣". Else None."""
    bare = _seen(words).strip().rstrip(FULL_STOPS).strip()
    if not bare or len(bare) > 2 or not all(character.isdecimal() for character in bare):
        return None
    return int("".join(str(unicodedata.decimal(character)) for character in bare))


def folded(words: str) -> str:
    """Make two ways of writing the same short reply equal."""
    plain = _seen(unicodedata.normalize("NFKD", words)).casefold()
    return " ".join(plain.split()).strip(" .!,")


def _seen(words: str) -> str:
    return "".join(sign for sign in words if unicodedata.category(sign) not in UNSEEN)


def own_words(facts: Facts, words: str) -> str | None:
    """Take whatever was written as the answer."""
    del facts
    return words.strip() or None
