"""How many text messages a text costs. Pure.

A single segment holds 140 bytes; a longer text loses six bytes of each to the header that puts
it together again. Source: 3GPP TS 23.038 and 23.040.
"""

from __future__ import annotations

from typing import Literal

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")  # written as an escape and a character: two units
_GSM = _BASIC | _EXTENSION
_ROOM = {"GSM-7": (160, 153), "UCS-2": (70, 67)}  # units: alone, as a part of several


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


def _units(sign: str, alphabet: str) -> int:
    wide = sign in _EXTENSION if alphabet == "GSM-7" else ord(sign) > 0xFFFF
    return 2 if wide else 1
