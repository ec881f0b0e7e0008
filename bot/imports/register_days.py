"""The day and the half of a session, as school information systems write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypeAlias

from bot.imports.faults import Unclear
from bot.rules.marks import Half

Value: TypeAlias = str | date  # what a cell holds: a workbook knows dates, a CSV file does not

OLDEST_YEARS = 10
SATURDAY = 5
A_YEAR = 357  # whole weeks: of any day and month, one year only can be meant
AHEAD = 7  # days of this week that a printed week shows already

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_START = r"(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s*)?"
_END = r"(?:[ t]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"  # a database writes a time behind a date
_YEAR = r"(?P<year>\d{4}|\d{2})"
_ISO = r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
_DIGITS = rf"(?P<day>\d{{1,2}})[/.-](?P<month>\d{{1,2}})(?:[/.-]{_YEAR})?"
_NAMED = rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -](?P<month>[a-z]{{3,9}})\.?,?(?:[ -]{_YEAR})?"
_WAYS = tuple(re.compile(_START + way + _END) for way in (_ISO, _DIGITS, _NAMED))
_HALF_WORDS: dict[str, Half] = {
    "am": "am",
    "a.m.": "am",
    "morning": "am",
    "s1": "am",
    "pm": "pm",
    "p.m.": "pm",
    "afternoon": "pm",
    "s2": "pm",
}
_SHORT: dict[str, Half] = {"1": "am", "a": "am", "2": "pm", "p": "pm"}  # below a heading Session


def read_half(words: str) -> Half:
    """Read the half of the day a session is in."""
    folded = _folded(words)
    half = _HALF_WORDS.get(folded) or _SHORT.get(folded)
    if not half:
        state = "is no session" if words else "is empty"
        raise Unclear(f"{state}. Write AM or PM, or 1 or 2.")
    return half


def read_day(value: Value, today: date) -> date:
    """Read the day of a session that was, and was a school day."""
    day = value if isinstance(value, date) else _read(value, today)
    check_day(day, today)
    return day


def check_day(day: date, today: date) -> None:
    """Refuse a day on which no session can have been."""
    if day > today:
        raise Unclear("lies in the future. Correct the date, or send marks up to today only.")
    if day.weekday() >= SATURDAY:
        raise Unclear(f"is a {day:%A}. Correct the date: there are no sessions at the weekend.")
    if day.year < today.year - OLDEST_YEARS:
        raise Unclear(f"is more than {OLDEST_YEARS} years ago. Correct the date.")


def heading_day(value: Value, today: date) -> tuple[date, Half | None] | None:
    """Read a heading like "Mon 30 Nov AM"; None if it names no day at all."""
    if isinstance(value, date):
        return value, None
    folded = _folded(value)
    for words, half in _halved(folded):
        if found := _match(words):
            return _day(found, today), half
    return None


def _folded(words: str) -> str:
    spaced = " ".join(re.sub(r"[()\[\]]", " ", words.casefold()).split())
    return re.sub(r"\bsession ([12])\b", r"s\1", spaced)


def _halved(words: str) -> Iterator[tuple[str, Half | None]]:
    yield words, None
    first, _, rest = words.partition(" ")
    if first in _HALF_WORDS:
        yield rest.strip("- "), _HALF_WORDS[first]
    rest, _, last = words.rpartition(" ")
    if last in _HALF_WORDS:
        yield rest.rstrip("-, "), _HALF_WORDS[last]


def _match(folded: str) -> re.Match[str] | None:
    for way in _WAYS:
        found = way.fullmatch(folded)
        if found and (found["month"].isdigit() or found["month"][:3] in _MONTHS):
            return found
    return None


def _read(words: str, today: date) -> date:
    if found := _match(_folded(words)):
        return _day(found, today)
    if re.fullmatch(r"\d{5}(\.\d+)?", words):
        raise Unclear("is a number. Format the column as dates in the spreadsheet, then save it.")
    state = "is no date" if words else "is empty"
    raise Unclear(f"{state}. Write it as in 30/11/2026.")


def _day(found: re.Match[str], today: date) -> date:
    day, month = int(found["day"]), _month(found["month"])
    if month > 12 >= day:
        raise Unclear(
            "has the month first, as Americans write dates. Write the day first, as in 30/11/2026."
        )
    if not found["year"]:
        return _without_year(day, month, found["weekday"], today)
    if len(found["year"]) == 2:
        raise Unclear("has a year of two digits. Write four, as in 30/11/2026.")
    try:
        read = date(int(found["year"]), month, day)
    except ValueError:
        raise Unclear("is no day of the calendar. Correct the date.") from None
    if found["weekday"] and _WEEKDAYS[read.weekday()] != found["weekday"]:
        raise Unclear(f"was a {read:%A}. Correct the day of the week or the date.")
    return read


def _month(words: str) -> int:
    return int(words) if words.isdigit() else _MONTHS.index(words[:3]) + 1


def _without_year(day: int, month: int, weekday: str | None, today: date) -> date:
    """Take the one such day of the past year, if the day of the week agrees: no guess."""
    if not weekday:
        raise Unclear("has no year. Write the date with its year, as in 30/11/2026.")
    last = today + timedelta(AHEAD)
    for back in range(A_YEAR):
        meant = last - timedelta(back)
        if (meant.day, meant.month) == (day, month) and _WEEKDAYS[meant.weekday()] == weekday:
            return meant
    raise Unclear(
        "was no such day of the week in the past year. Write the date with its year, as in"
        " 30/11/2026."
    )
