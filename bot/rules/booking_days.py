"""The day a worker's line asks for: "tomoz", "w/c 7th", "a week on tues". Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from re import Match
from typing import TypeAlias

from rapidfuzz.distance import OSA

from bot.rules.booking_dates import (
    DATED,
    WEEKDAY,
    Days,
    asked,
    checked,
    coming,
    date_of,
    number_of,
    of_two,
    one_day,
    read_date,
    week_of,
)
from bot.rules.booking_line import GONE, Line
from bot.rules.booking_vague import TOMORROW, WK, unclear
from bot.rules.digest_lines import day_shown
from bot.rules.practice import Calendar

Read: TypeAlias = Callable[[Match[str], date], Days]
Found: TypeAlias = tuple[int, int, Days]  # from, to, and what stood there

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WD = rf"(?P<wd>{WEEKDAY})"
_COMMENCING = re.compile(
    rf"\b(?:w/?c|w/?b|{WK} (?:commencing|comm|beginning|beg|of|starting))\.?\s*(?:on\s+|the\s+)*"
)
_NUMBERED = re.compile(
    rf"\b{_WD}\s+(?:the\s+)?(?P<d>\d{{1,2}})"
    r"(?![:.]?\d|\s*(?:[ap]\.?m\b|-|to\b|past\b|till?\b|ish|o'?c|or\b|h\b|hr|min|m\b))"
)
_CLOCK_NEAR = re.compile(
    r"\d[:.]\d\d|\d\s*[ap]\.?m\b|\bnoon\b|\bhalf\b|\bquarter\b|\d\s*o'?c|\d ?ish"
    r"|\bat \d|@ ?\d|\d-\d"
)
_BANK_HOLIDAY = re.compile(r"\bbank hol(?:iday)?\b")
_WEEK_LEFT = re.compile(rf"\b{WK}s?\W*{GONE}|{GONE}\W*{WK}s?\b")  # beside what was a day
_LIKE_A_DAY = re.compile(r"\b[a-z]{6,10}\b")
_NO_DAYS = frozenset({"midday", "weekday", "someday", "payday", "birthday", "holiday", "mondays"})


def days_in(line: Line, today: date, calendar: Calendar) -> tuple[Days, Line]:
    """Read the day or the stretch of days a line names; what is unclear is asked."""
    question = unclear(line.said)
    if question:
        return asked(question), line.without(0, len(line.said))
    meant, line = line.take(_BANK_HOLIDAY)
    found, line = _all_in(line, today)
    days = _as_one(line.said, found) if found else _misspelt(line.said)
    if found and _WEEK_LEFT.search(line.said):
        days = asked("Which week is it? Write the day as a date.")
    return days if meant else checked(days, calendar), line


def _all_in(line: Line, today: date) -> tuple[list[Found], Line]:
    found, line = _commencing(line, today)
    for sign, read in _BEFORE_NUMBERS:
        found, line = _taken(sign, read, found, line, today)
    found, line = _numbered(found, line, today)
    for sign, read in _AFTER_NUMBERS:
        found, line = _taken(sign, read, found, line, today)
    return sorted(found, key=lambda one: one[:2]), line


def _taken(
    sign: re.Pattern[str], read: Read, found: list[Found], line: Line, today: date
) -> tuple[list[Found], Line]:
    hits, line = line.take_all(sign)
    return [*found, *((*hit.span(), read(hit, today)) for hit in hits)], line


def _as_one(said: str, found: list[Found]) -> Days:
    """Make one of all the days that are named: two that follow each other are a stretch."""
    questions = tuple(question for *_span, days in found for question in days.ask)
    if questions:
        return Days(ask=questions[:1])
    every = [days for *_span, days in found]
    if len({(days.first, days.last) for days in every}) == 1:
        return next((days for days in every if days.exact), every[0])
    if len(found) == 2:
        return _as_stretch(said[found[0][1] : found[1][0]].strip(), *every)
    return asked("I see more than one day. Which one day is it?")


def _as_stretch(between: str, one: Days, other: Days) -> Days:
    day, week = (one, other) if one.day else (other, one)
    if day.day and week.first and week.last and not week.day:
        if week.first <= day.day <= week.last:
            return day
    elif one.day and other.day:
        near = other.day - one.day == _DAY and between in {"or", "/", "and", "&"}
        if near or (between in {"-", "to", "until", "till", "til"} and one.day < other.day):
            return Days(one.day, other.day)
    return asked("I see more than one day. Which one day is it?")


def _misspelt(said: str) -> Days:
    for hit in _LIKE_A_DAY.finditer(said):
        word = hit.group()
        far = min(OSA.distance(word, full) for full in _FULL)
        if word not in _NO_DAYS and far <= (2 if word.endswith("day") else 1):
            return asked(f"Which day is “{word}”?")
    return Days()


def _commencing(line: Line, today: date) -> tuple[list[Found], Line]:
    """Read the Monday behind "w/c"."""
    sign = _COMMENCING.search(line.said)
    if sign is None:
        return [], line
    for pattern, read in ((DATED, read_date), (re.compile(_WD), _weekday)):
        hit = pattern.match(line.said, sign.end())
        if hit:
            week = _week_from(read(hit, today))
            return [(sign.start(), hit.end(), week)], line.without(sign.start(), hit.end())
    week = asked("Which week is it? Write w/c and its Monday, as in w/c 7 Dec.")
    return [(*sign.span(), week)], line.without(*sign.span())


def _week_from(monday: Days) -> Days:
    if monday.first is None:
        return monday
    if monday.first.weekday():
        return asked(f"{day_shown(monday.first)} is not a Monday. Which week is it?")
    return week_of(monday.first)


def _numbered(found: list[Found], line: Line, today: date) -> tuple[list[Found], Line]:
    """Read "mon 14", and ask whether "thurs 3" is the 3rd or three o'clock."""
    hit = _NUMBERED.search(line.said)
    if hit is None:
        return found, line
    number, weekday = int(hit["d"]), number_of(hit["wd"])
    day = date_of(number, 0, "", today)
    fits = day is not None and day.weekday() == weekday
    if not fits and 1 <= number <= 12 and not _CLOCK_NEAR.search(line.without(*hit.span()).said):
        return found, line  # no day of that number near: it is the hour
    if not fits or day is None:
        days = asked(f"“{hit.group()}” is no day I can find. Which day is it?")
    elif number > 12 or _CLOCK_NEAR.search(line.without(*hit.span()).said):
        days = Days(day, day, exact=True)
    else:
        days = asked(f"Is “{hit.group()}” the {_ordinal(number)}, or a time? Write both.")
    return [*found, (*hit.span(), days)], line.without(*hit.span())


def _ordinal(number: int) -> str:
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number, 'th') }"


def _weekday(hit: Match[str], today: date) -> Days:
    day = coming(hit["wd"], today)
    return of_two(day, day + _WEEK if day == today else day)


def _next_weekday(hit: Match[str], today: date) -> Days:
    """Read "next tues": sure only where the coming one is in next week anyhow."""
    day = coming(hit["wd"], today + _DAY)
    sure = day.isocalendar()[:2] != today.isocalendar()[:2] and today.weekday() < 5
    return of_two(day, day if sure else day + _WEEK)


def _of_next_week(hit: Match[str], today: date) -> Days:
    weekday = hit["wd"] or hit["wd2"]
    monday = week_of(today + _WEEK).first or today
    return one_day(monday + timedelta(days=number_of(weekday)))


def _weeks_after(hit: Match[str], today: date) -> Days:
    """Read "monday week", "a week on tues", "a fortnight on tues"."""
    later = _WEEK * (2 if re.search(r"fortnight|2|two", hit.group()) else 1)
    day = coming(hit["wd"] or hit["wd2"], today)
    return of_two(day + later, day + later + (_WEEK if day == today else timedelta()))


def _weeks_from_now(hit: Match[str], today: date) -> Days:
    """Read "a week today", "2 weeks tomorrow"."""
    count = 2 if {"2", "two", "fortnight"} & set((hit["count"] or hit["count2"]).split()) else 1
    is_today = hit["today"] or hit["today2"]
    return one_day(today + _WEEK * count + (timedelta() if is_today else _DAY))


def _weekend(hit: Match[str], today: date) -> Days:
    del hit
    end = week_of(today).last or today
    return Days(end - _DAY, end) if today < end else asked("Which day is it?")


def _in_days(hit: Match[str], today: date) -> Days:
    return one_day(today + timedelta(days=int(hit["count"])))


def _days_on(count: int) -> Read:
    return lambda _hit, today: one_day(today + timedelta(days=count))


def _weeks_on(count: int) -> Read:
    return lambda _hit, today: week_of(today + _WEEK * count)


def _this_week(hit: Match[str], today: date) -> Days:
    start = today if hit["all"] else today + _DAY
    end = week_of(today).last
    return Days(start, end) if end and start < end else asked("Which day is it?")


_BEFORE_NUMBERS: tuple[tuple[re.Pattern[str], Read], ...] = (
    (DATED, read_date),
    (re.compile(rf"\b{_WD}\s+(?:of\s+)?next\s+{WK}\b"
                rf"|\bnext\s+{WK},?\s+(?:on\s+)?(?P<wd2>{WEEKDAY})"), _of_next_week),
    (re.compile(rf"\b{_WD}\s+(?:{WK}|fortnight)\b"
                rf"|\b(?:a {WK}|a fortnight|fortnight|(?:2|two) {WK}s|(?<!this )(?<!that ){WK}),?"
                rf" (?:on |from |this )?(?:the )?(?P<wd2>{WEEKDAY})"),
     _weeks_after),
    (re.compile(rf"\b(?P<count>(?:a |1 |2 |two )?{WK}s?|(?:a )?fortnight) (?:from )?"
                rf"(?:(?P<today>today)\b|{TOMORROW})"
                rf"|\b(?:(?P<today2>today)|{TOMORROW}) (?P<count2>{WK}|fortnight)\b"),
     _weeks_from_now),
)  # fmt: skip
_AFTER_NUMBERS: tuple[tuple[re.Pattern[str], Read], ...] = (
    (re.compile(rf"\bnext\s+{_WD}"), _next_weekday),
    (re.compile(rf"\b(?:this\s+|this coming\s+|coming\s+)?{_WD}"), _weekday),
    (re.compile(rf"\b(?:the )?day after {TOMORROW}"), _days_on(2)),
    (re.compile(rf"\b{TOMORROW}"), _days_on(1)),
    (re.compile(r"\btoday\b|\b(?=tonight\b|tonite\b|2nite\b|this (?:morning|aft|eve|pm|am))"),
     _days_on(0)),
    (re.compile(r"\bin (?P<count>[2-9]|10) days\b"), _in_days),
    (re.compile(r"\b(?:this |the |at the )?weekend\b"), _weekend),
    (re.compile(rf"\b{WK} after next\b"), _weeks_on(2)),
    (re.compile(rf"\bnext {WK}\b"), _weeks_on(1)),
    (re.compile(rf"\b(?P<all>this {WK})\b|\blater (?:this|in the) {WK}\b"
                rf"|\brest of (?:this|the) {WK}\b"), _this_week),
)  # fmt: skip
