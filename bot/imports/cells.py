"""What one cell may say: each function reads one kind of cell or raises `Unclear`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import TypeVar

from bot.imports.faults import Unclear, did_you_mean
from bot.rules.upn import tidy, upn_fault

T = TypeVar("T")

LONGEST_NAME, LONGEST_NOTE = 120, 4000
NO_HOME_SCHOOL = "none (PEx)"
NO_UPN = "none yet"

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,19}")
_YES_NO = {"y": True, "yes": True, "n": False, "no": False}


def optional(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    """Let an empty cell stand for nothing."""
    return lambda cell: parse(cell) if cell else None


def name(cell: str) -> str:
    """Read some words on one line. A cell that looks like a formula stays words."""
    words = " ".join(cell.split())
    if not words:
        raise Unclear("is empty. Fill it in.")
    if len(words) > LONGEST_NAME:
        raise Unclear(f"is longer than {LONGEST_NAME} letters. Shorten it.")
    return words


def title(cell: str) -> str:
    """Read a name that may be left out."""
    return name(cell) if cell else ""


def prose(cell: str) -> str:
    """Keep words for a person to read: they are never understood by the service."""
    if len(cell) > LONGEST_NOTE:
        raise Unclear(f"is longer than {LONGEST_NOTE} letters. Shorten it.")
    return cell


def reference(cell: str) -> str:
    """Read the short id of a pupil or of somebody on the staff."""
    if not cell:
        raise Unclear("is empty. Write the id, as in P01 or DO.")
    if not _REFERENCE.fullmatch(cell):
        raise Unclear("is no id. Ids have up to 20 English letters, digits, - and _, as in P01.")
    return cell


def home_school(cell: str) -> str:
    """Read the school a pupil is on the roll of; one who was excluded for good has none."""
    if cell.casefold() in {"none", NO_HOME_SCHOOL.casefold()}:
        return NO_HOME_SCHOOL
    if not cell:
        raise Unclear(f"is empty. Name the school, or write {NO_HOME_SCHOOL}.")
    return name(cell)


def upn(cell: str) -> str:
    """Read a unique pupil number; small letters are made capitals. Nothing: there is none yet."""
    if cell.casefold() == NO_UPN:
        return ""
    if not cell:
        raise Unclear(
            f"is empty. Ask the school; a temporary UPN will do. Until then write {NO_UPN}."
        )
    written = tidy(cell)
    if advice := upn_fault(written):
        raise Unclear(advice)
    return written


def yes(cell: str) -> bool:
    """Read Y or N. An empty cell is no answer: it might hide a court order."""
    if cell.casefold() not in _YES_NO:
        raise Unclear("is neither Y nor N. Write Y or N.")
    return _YES_NO[cell.casefold()]


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    """Make a reader of whole numbers between two bounds."""

    def read(cell: str) -> int:
        if re.fullmatch("[0-9]{1,6}", cell) and lowest <= int(cell) <= highest:
            return int(cell)
        raise Unclear(f"is not a whole number from {lowest} to {highest}. Write one.")

    return read


def share(cell: str) -> float:
    """Read a share of full time, as in 0.6."""
    if re.fullmatch(r"[01](\.[0-9]{1,4})?|\.[0-9]{1,4}", cell) and 0 < float(cell) <= 1:
        return float(cell)
    raise Unclear("is no share of full time. Write a number up to 1, as in 0.6.")


def one_of(*words: str) -> Callable[[str], str]:
    """Make a reader of one word out of a few; capitals do not matter."""
    by_fold = {word.casefold(): word for word in words}

    def read(cell: str) -> str:
        if cell.casefold() in by_fold:
            return by_fold[cell.casefold()]
        near = did_you_mean(cell, words) if cell else ""
        state = "is none of the words known here" if cell else "is empty"
        raise Unclear(f"{state}.{near} Write one of: {', '.join(words)}.")

    return read


def some_of(
    words: Collection[str], elsewhere: Collection[str] = (), there: str = ""
) -> Callable[[str], tuple[str, ...]]:
    """Make a reader of known words parted by semicolons; `elsewhere` go in the column `there`."""

    def read(cell: str) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(part.strip().casefold() for part in cell.split(";")))
        for word in filter(None, found):
            if word in elsewhere:
                raise Unclear(f"belongs in the column {there}. Move it there.")
            if word not in words:
                # A rule that nobody knows would be kept by nobody.
                near = did_you_mean(word, words)
                known = ", ".join(sorted(words))
                raise Unclear(f"has a word not known here.{near} Known: {known}. Prose: note.")
        return tuple(filter(None, found))

    return read
