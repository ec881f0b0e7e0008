"""How long a text is, and how it is cut: as chat services count. Pure."""

from __future__ import annotations

import unicodedata

CHAT_UNITS = 4096  # Telegram's limit for one message, in UTF-16 units
TEXT_UNITS = 1500  # several text messages joined; phone networks refuse much more
WIDE = 0xFFFF  # from here on a character takes two units
SPACES = ("\n", " ")

# What is shown as one sign with what stands before it, beside accents and other marks.
JOINER = "\u200d"
_SKIN_TONES, _TAGS = range(0x1F3FB, 0x1F400), range(0xE0020, 0xE0080)
JOINED = frozenset((JOINER, "\u200c", *map(chr, (*_SKIN_TONES, *_TAGS))))
FLAG_HALVES = frozenset(map(chr, range(0x1F1E6, 0x1F200)))

# Marks that turn the direction of what follows: in somebody else's words they can hide or
# reverse what staff read. Joiners, which Persian and Urdu spell with, are not among them.
_TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


def units(text: str) -> int:
    """Count a text the way chat services do."""
    return len(text) + sum(ord(sign) > WIDE for sign in text)


def unturned(text: str) -> str:
    """Take out marks that turn the direction of writing."""
    return text.translate(_TURNS)


def in_parts(text: str, limit: int = CHAT_UNITS) -> tuple[str, ...]:
    """Cut a text into parts that fit, between words where there are any; nothing is lost."""
    parts = []
    while units(text) > limit:
        end = _end(text, limit)
        parts.append(text[:end])
        text = text[end:]
    return (*parts, text)


def _end(text: str, limit: int) -> int:
    """Find where the first part ends: after a line or a word in its last quarter, or anywhere."""
    end, room = 0, 0
    while room + units(text[end]) <= limit:
        room += units(text[end])
        end += 1
    least = end * 3 // 4
    for space in SPACES:
        cut = text.rfind(space, least, end)
        if cut >= 0 and not _joined(text, cut + 1):
            return cut + 1
    return next((cut for cut in range(end, least, -1) if not _joined(text, cut)), end)


def _joined(text: str, cut: int) -> bool:
    """Say whether a cut here would go through what is shown as one sign: an emoji, an accent."""
    before, after = text[cut - 1], text[cut]
    if before == JOINER or after in JOINED or unicodedata.category(after).startswith("M"):
        return True
    return after in FLAG_HALVES and _halves_before(text, cut) % 2 == 1


def _halves_before(text: str, cut: int) -> int:
    """Count the halves of flags in a row before a cut: two of them are one flag."""
    start = cut
    while start and text[start - 1] in FLAG_HALVES:
        start -= 1
    return cut - start
