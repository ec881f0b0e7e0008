"""What a text message carries: how it is folded, and how many are paid for. Pure.

A single segment holds 140 bytes; a longer text loses six bytes of each to the header that puts
it together again. Source: 3GPP TS 23.038 and 23.040.
"""

from __future__ import annotations

import unicodedata
from typing import Literal

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")  # written as an escape and a character: two units
_GSM = _BASIC | _EXTENSION
_ROOM = {"GSM-7": (160, 153), "UCS-2": (70, 67)}  # units: alone, as a part of several

_FOLDS = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2022", "-"),
        **dict.fromkeys(
            "\t\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f", " "
        ),
        "\u2026": "...",
        "\u00d7": "x",
        # Isolates, a soft hyphen and their like show as boxes on many phones. The joiners that
        # Persian and Urdu spell with (200C, 200D) stay.
        **dict.fromkeys("\x00\u00ad\u200b\u2066\u2067\u2068\u2069\ufeff", None),
    }
)
# Letters with a stroke, which no decomposition takes off.
_STROKES = {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "œ": "oe", "Œ": "OE"}
_NO_LETTERS = "SMC"  # categories of signs, marks and what is invisible: pictures are among them


def folded(text: str) -> str:
    """Put typographers' signs into the ones a cheap text message has; every letter stays."""
    whole = unicodedata.normalize("NFC", text).encode("utf-8", "ignore").decode()
    return whole.replace("\r\n", "\n").translate(_FOLDS)


def encoding(text: str) -> Literal["GSM-7", "UCS-2"]:
    """Say which alphabet a text needs: one foreign character puts the whole text into UCS-2."""
    return "GSM-7" if _GSM.issuperset(text) else "UCS-2"


def segments(text: str) -> int:
    """Count the text messages a text is sent and paid as; an empty one is one."""
    alphabet = encoding(text)
    alone, part = _ROOM[alphabet]
    sizes = [_units(sign, alphabet) for sign in text]
    if sum(sizes) <= alone:
        return 1
    count, used = 1, 0
    for size in sizes:
        if used + size > part:  # no character is split over two segments
            count, used = count + 1, 0
        used += size
    return count


def cheapest(text: str) -> str:
    """Leave out pictures, and accents a text message has no room for; every letter stays.

    A text in another alphabet comes back as it was: without its letters it says nothing.
    """
    kept = "".join(_cheap(sign) for sign in folded(text))
    lines = (" ".join(line.split()) for line in kept.split("\n"))
    plain = "\n".join(lines).strip()
    return plain if plain and encoding(plain) == "GSM-7" else text


def _cheap(sign: str) -> str:
    if sign in _GSM:
        return sign
    base = _STROKES.get(sign) or unicodedata.normalize("NFKD", sign)[0]
    if _GSM.issuperset(base):
        return base
    return "" if unicodedata.category(sign)[0] in _NO_LETTERS else sign


def _units(sign: str, alphabet: str) -> int:
    wide = sign in _EXTENSION if alphabet == "GSM-7" else ord(sign) > 0xFFFF
    return 2 if wide else 1
