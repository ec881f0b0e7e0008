"""Dates as thumbs write them: "3/12", "thurs 3rd", "dec 3rd"; checked, never mended. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from re import Match
from typing import Final

from bot.rules.calendar import is_bank_holiday
from bot.rules.digest_lines import day_shown
from bot.rules.logged_times import WEEKDAYS
from bot.rules.logged_words import MONTHS
from bot.rules.practice import Calendar

FAR: Final = timedelta(days=56)  # without a year, nobody means a day further off than this
_YEAR = timedelta(days=366)
_SUNDAY: Final = 6
WEEKDAY: Final = (
    r"(?:mon(?:day|dya)?|tue(?:s(?:day|dya)?|sd)?|teusday|wed(?:s|nes(?:day)?|nsday|ensday)?"
    r"|wend?e?sday"
    r"|thu(?:rs?(?:day|dya|ay)?)?|thrusday|thrs|thirsday|fri(?:day|dya|d)?|firday"
    r"|sat(?:urday)?|sun(?:day|dya)?)(?![a-z])"
)
_SLIPS = {"teu": "tue", "thr": "thu", "thi": "thu", "fir": "fri", "wen": "wed"}
MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])"
)
DATED = re.compile(
    rf"\b(?:(?P<wd>{WEEKDAY}),?\s*(?:the\s+)?)?(?:"
    r"(?P<d>\d{1,2})/(?P<m>\d{1,2})(?:/(?P<year>20\d\d|\d\d))?(?![\d/])"
    r"|(?P<d2>\d{1,2})(?P<sign>[.-])(?P<m2>\d{1,2})(?P=sign)(?P<year2>20\d\d|\d\d)\b"
    r"|(?P<year3>20\d\d)-(?P<m3>\d\d)-(?P<d3>\d\d)\b"
    rf"|(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:of\s+)?(?P<m4>{MONTH})(?:\s+(?P<year4>20\d\d)\b)?"
    rf"|(?P<m5>{MONTH})\s+(?:the\s+)?(?P<d5>\d{{1,2}})(?:st|nd|rd|th)?(?![:.]?\d|\s?[ap]\.?m)"
    r"(?:\s+(?P<year5>20\d\d)\b)?"
    r"|(?P<d6>\d{1,2})(?:st|nd|rd|th)\b(?!\s+thing))"
)


@dataclass(frozen=True, slots=True)
class Days:
    """What a line says of the day: one, a stretch of days, or a question."""

    first: date | None = None
    last: date | None = None  # the same as the first: one day
    ask: tuple[str, ...] = ()
    exact: bool = False  # the weekday and its number were both written

    @property
    def day(self) -> date | None:
        """Give the one day it is; None: a stretch, or nothing."""
        return self.first if self.first == self.last else None

    @property
    def is_named(self) -> bool:
        return self.first is not None or bool(self.ask)


def asked(question: str) -> Days:
    """Put a question back in place of a day."""
    return Days(ask=(question,))


def one_day(day: date) -> Days:
    """Take one day."""
    return Days(day, day)


def of_two(first: date, second: date) -> Days:
    """Take the one day both readings come to; otherwise ask which."""
    if first == second:
        return one_day(first)
    return asked(f"Is it {day_shown(first)} or {day_shown(second)}? Write the date.")


def week_of(day: date) -> Days:
    """Take the whole week a day is in."""
    monday = day - timedelta(days=day.weekday())
    return Days(monday, monday + timedelta(days=6))


def number_of(weekday: str) -> int:
    """Say which day of the week this is, Monday being nought."""
    return WEEKDAYS.index(_SLIPS.get(weekday[:3], weekday[:3]))


def coming(weekday: str, today: date) -> date:
    """Find the next such day, today included."""
    return today + timedelta(days=(number_of(weekday) - today.weekday()) % 7)


def read_date(hit: Match[str], today: date, far: timedelta = FAR) -> Days:
    """Read what `DATED` has found; without a year it is no further off than `far`."""
    got = {name.rstrip("23456"): value for name, value in hit.groupdict().items() if value}
    year = got.get("year", "")
    found = date_of(int(got["d"]), _month(got.get("m", "")), year, today)
    if found is None:
        return asked(f"“{hit.group().strip()}”: there is no such day. Which day is it?")
    shown = f"{day_shown(found)} {found.year}"
    if found < today:
        return asked(f"{shown} is over. Which day is it?")
    if "wd" in got and number_of(got["wd"]) != found.weekday():
        return asked(f"“{hit.group().strip()}” would be {day_shown(found)}. Which day is it?")
    if found - today > (_YEAR if year else far):
        return asked(f"Is {shown} meant? Write the day with its year, at most a year ahead.")
    return Days(found, found, exact="wd" in got)


def date_of(day: int, month: int, year: str, today: date) -> date | None:
    """Work a date out: without a year or a month, the next one there is. None: no such day."""
    if year:
        return _valid(int(year) + (2000 if len(year) == 2 else 0), month, day)
    if month:
        this = _valid(today.year, month, day)
        return this if this and this >= today else _valid(today.year + 1, month, day)
    months = (today.month - 1 + ahead for ahead in range(3))
    found = (_valid(today.year + count // 12, count % 12 + 1, day) for count in months)
    return next((each for each in found if each and each >= today), None)


def checked(days: Days, calendar: Calendar) -> Days:
    """Ask about a day on which nobody expects a visit."""
    day = days.day
    if day is None or days.ask:
        return days
    if is_bank_holiday(calendar, day):
        question = f"{day_shown(day)} is a bank holiday. If it is meant, write: bank holiday."
        return Days(day, day, (question,))
    if day.weekday() == _SUNDAY and not days.exact:
        shown = day_shown(day)
        return Days(day, day, (f"{shown} is a Sunday. If it is meant, write: {shown}.",))
    return days


def _month(word: str) -> int:
    if not word or word.isdecimal():
        return int(word or 0)
    return MONTHS.split("|").index(word[:3]) + 1


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
