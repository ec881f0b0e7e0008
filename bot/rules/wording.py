"""How long a text is, and how it is cut: as chat services count. Pure."""

from __future__ import annotations

CHAT_UNITS = 4096  # Telegram's limit for one message, in UTF-16 units
TEXT_UNITS = 1500  # several text messages joined; phone networks refuse much more
WIDE = 0xFFFF  # from here on a character takes two units
SPACES = ("\n", " ")

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
    for space in SPACES:
        cut = text.rfind(space, end * 3 // 4, end)
        if cut >= 0:
            return cut + 1
    return end
