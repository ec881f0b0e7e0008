"""The button that sends a family the link to one version of one visit. Pure."""

from __future__ import annotations

MARK = "ics"
LONGEST = 9  # digits of a number


def link_key(visit: int, version: int) -> str:
    """Write the key of the button about one version of a visit."""
    return f"{MARK}:{visit}:{version}"


def meant_by(key: str) -> tuple[int, int] | None:
    """Read which visit, in which version, a button is about. None: it is another's."""
    mark, *numbers = key.split(":")
    if mark != MARK or len(numbers) != 2:
        return None
    if not all(part.isascii() and part.isdecimal() and len(part) <= LONGEST for part in numbers):
        return None
    return int(numbers[0]), int(numbers[1])
