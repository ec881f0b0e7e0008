"""The unique pupil number: 13 characters whose first letter guards the others."""

from __future__ import annotations

import re

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"  # I, O and S are too like 1, 0 and 5
LENGTH = 13

_SHAPE = re.compile(f"[{LETTERS}][0-9]{{11}}[0-9{LETTERS}]")


def tidy(raw: str) -> str:
    """Write a UPN the official way: no spaces, capital letters."""
    return "".join(raw.split()).upper()


def upn_fault(raw: str) -> str | None:
    """Say what is wrong with a UPN, without repeating it; None if nothing is.

    The weights 2 to 13 and the 23 letters are those of the Unique Pupil Number standard 2.0.
    """
    if len(raw) != LENGTH:
        return f"has {len(raw)} characters, and a UPN has {LENGTH}. Copy it again from the school."
    if raw != tidy(raw):
        return "has small letters. Write a UPN in capitals."
    if not _SHAPE.fullmatch(raw):
        return (
            "is not shaped like a UPN: a letter, eleven digits, and a digit (temporary: a letter);"
            " never I, O or S. Copy it again from the school."
        )
    if raw[0] != _check_letter(raw[1:]):
        # The right letter is not named: the slip may just as well be in the digits.
        return "does not add up: a letter or digit is mistyped. Copy it again from the school."
    return None


def _check_letter(body: str) -> str:
    total = sum(_worth(sign) * weight for weight, sign in enumerate(body, start=2))
    return LETTERS[total % len(LETTERS)]


def _worth(sign: str) -> int:
    return int(sign) if sign.isdigit() else LETTERS.index(sign)
