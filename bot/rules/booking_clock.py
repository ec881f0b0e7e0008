"""A time of day as thumbs write it: "half 3", "ten to 4", "3ish", "1530". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from re import Match
from typing import Final

from bot.rules.booking_line import Line

EARLIEST, LATEST = time(7), time(21)  # nobody is visited outside these, whatever was typed
_WORDS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
_FIGURES: Final = {word: number for number, word in enumerate(_WORDS, start=1)}
_MINUTES: Final = {
    "quarter": 15,
    "twenty": 20,
    "twenty five": 25,
    "twenty-five": 25,
    **_FIGURES,
    "qtr": 15,
}
_NUMBER = rf"(?:\d{{1,2}}|{'|'.join(_WORDS)})"
_HALF = r"(?:\s*(?P<half>[ap]\.?m\b\.?))"
_BEFORE = r"(?:\b(?:at|for|about|around|abt|approx|circa|roughly|from|say)\s+|[@~]\s*)"
_SPOKEN = re.compile(
    rf"{_BEFORE}*\b(?:(?P<past>half)(?: past)?"
    rf"|(?P<minute>quarter|qtr|twenty(?:[- ]five)?|{_NUMBER})"
    rf"(?: mins?| minutes)? (?P<side>past|to))\s+(?P<h>{_NUMBER})(?:[\s-]*ish)?{_HALF}?(?![:.]?\d)"
)
_NOON = re.compile(rf"{_BEFORE}*\b(?:12 )?(?P<noon>noon|midday)\b")
_WRITTEN = re.compile(
    rf"{_BEFORE}*\b(?P<h>\d{{1,2}})(?P<dot>[.:])(?P<m>\d\d)(?!\d)(?:[\s-]*ish\b|\s*hrs\b)?{_HALF}?"
)
_HALVED = re.compile(rf"{_BEFORE}*\b(?P<h>\d{{1,2}}?)(?P<m>[0-5]\d)?{_HALF}")
_OCLOCK = re.compile(rf"{_BEFORE}*\b(?P<h>{_NUMBER})\s*(?:o'?\s?clock\b{_HALF}?|-?ish\b)")
_FOUR = re.compile(
    rf"{_BEFORE}*\b(?P<h>[01]\d|2[0-3])(?P<m>[0-5][05])(?:\s*hrs)?\b(?!\s*(?!w/|(?:w|with|at|and|on|me|for)\b)[a-z/])"
    r"|(?:\bat\s+|@\s*)(?P<h2>\d)(?P<m2>[0-5][05])\b"
    # "120" may be minutes.
    r"|(?:^|(?<=[·,]))\s*(?!120|1[58]0)(?P<h3>[1-9])(?P<m3>[0-5][05])"
    r"(?=\s*(?:[·,.]|$|(?:at|w|with|for)\b|@))"
)
_AT = re.compile(rf"(?:\b(?:at|about|around|abt|approx|from)\s+|@\s*)(?P<h>{_NUMBER})\b(?!\s+kids)")
_ALONE = re.compile(r"(?:^|(?<=[·,]))\s*(?P<h>\d{1,2})(?=\s*(?:[·,.]|$|at\b|@|in\b|for\b))")
_SIGNS = (_SPOKEN, _NOON, _WRITTEN, _HALVED, _OCLOCK, _FOUR, _AT, _ALONE)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time as it was written, before anybody has said which half of the day."""

    hour: int
    minute: int
    half: str  # "am", "pm"; empty: it was not written
    words: str
    is_of_24: bool = False  # "08:30", "15:30"
    may_be_day: bool = False  # "3.12"

    def shown(self) -> str:
        """Write it as short as it was said: "7", "7:30"."""
        return f"{self.hour}:{self.minute:02}" if self.minute else str(self.hour)


def clocks_in(line: Line) -> tuple[list[Clock], Line]:
    """Read every time of day a line names."""
    found: list[Clock] = []
    for sign in _SIGNS:
        hits, line = line.take_all(sign)
        found.extend(read_clock(hit) for hit in hits)
    return found, line


def read_clock(hit: Match[str]) -> Clock:
    """Read one time of day that was found."""
    got = {name.rstrip("23"): value for name, value in hit.groupdict().items() if value}
    words = re.sub(r"^(?:at|for|from|about|around)\s+|^@\s*", "", hit.group().strip())
    if "noon" in got:
        return Clock(12, 0, "pm", words)
    hour, minute = figure(got["h"]), int(got.get("m", 0))
    if "past" in got:
        minute = 30
    elif "side" in got:
        minute = _MINUTES.get(got["minute"]) or figure(got["minute"])
        if got["side"] == "to":
            hour, minute = (hour - 1) or 12, 60 - minute
    half = got.get("half", "")[:1]
    dotted = got.get("dot") == "." and not half and 0 < minute <= 12
    return Clock(
        hour,
        minute,
        f"{half}m" if half else "",
        words,
        is_of_24=hour > 12 or (len(got["h"]) == 2 and got["h"].startswith("0")),
        may_be_day=dotted and (minute % 5 != 0 or hour > 23),
    )


def figure(word: str) -> int:
    """Read a number in figures or as a word."""
    return _FIGURES.get(word) or int(word)


def resolve(clock: Clock, hint: str) -> tuple[time | None, str]:
    """Say which time is meant, or what to ask; between one and six the afternoon is meant.

    `hint`: "am" or "pm", as other words of the line say.
    """
    if clock.may_be_day:
        return None, f"What is “{clock.words}”: a day or a time? Write 3/12 or 15:12."
    fits = 0 <= clock.hour <= 23 and 0 <= clock.minute <= 59
    if not fits or (clock.half and clock.hour > 12 and hint == "am"):
        return None, f"There is no time “{clock.words}”. What time is it?"
    if clock.half and hint and clock.half != hint:
        return None, f"“{clock.words}” does not fit the rest. What time is it?"
    half = clock.half or ("" if clock.is_of_24 else hint)
    if not half and not clock.is_of_24 and clock.hour in {7, 8}:
        said = clock.shown()
        return None, f"Is it {said} in the morning or in the evening? Write {said}am or {said}pm."
    at = time(next(_hours(clock.hour, half, is_of_24=clock.is_of_24)), clock.minute)
    if not EARLIEST <= at < LATEST:
        return None, f"Nobody is visited at {at:%H:%M}. What time is it?"
    return at, ""


def _hours(hour: int, half: str, *, is_of_24: bool) -> Iterator[int]:
    if half and hour <= 12:
        yield hour % 12 + (12 if half == "pm" else 0)
    elif not is_of_24 and 1 <= hour <= 6:
        yield hour + 12
    yield hour
