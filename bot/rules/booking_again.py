"""How often a visit is to be: "every week for 4 weeks", "fortnightly until 18 dec". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.rules.booking_clock import figure
from bot.rules.booking_dates import (
    DATED,
    MONTH,
    WEEKDAY,
    Days,
    asked,
    checked,
    coming,
    number_of,
    of_two,
    one_day,
    read_date,
)
from bot.rules.booking_line import Line, line_of
from bot.rules.booking_vague import HOW_OFTEN, WK
from bot.rules.digest_lines import day_shown
from bot.rules.practice import Calendar
from bot.rules.weekly import MOST, WEEK, Weekly

FARTHEST: Final = timedelta(days=180)  # without a year, no last day further off is believed
_NUMBER = (
    r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"  # as `figure`
)
_EACH, _OTHER = r"(?:every|each|evry)", r"(?:other|second|2nd|alternate)"
_NO_DAY = r"(?![\s-]*(?:days?|ends?)\b)"  # "every week day"
_SIGNS = re.compile(
    rf"\b(?P<two>{_EACH} (?:{_OTHER} {WK}|(?:2|two) {WK}s|fortnight)\b{_NO_DAY}"
    r"|(?:once a )fortnight\b|fortnightly\b)"
    rf"|\b{_EACH} (?P<other>{_OTHER} )?(?P<wd>{WEEKDAY})"
    rf"|\b(?:{_EACH}|once an?|once per) {WK}\b{_NO_DAY}"
    rf"|\b(?P<odd>(?:{_NUMBER}|twice|bi|semi)(?:\s?x)?[\s-]*)?w(?:ee)?kly\b"
)
_COUNT = re.compile(
    rf"(?:\bfor )?(?:\b(?:the |a )?(?:next |total of |further )*)?\b(?P<n>{_NUMBER}) ?(?:x )?"
    rf"(?P<what>{WK}s?|visits?|times|sessions|appointments|calls)\b"
    r"|\bx ?(?P<x>\d{1,2})\b"
)
_FOR_WEEKS = re.compile(rf"\bfor (?:the )?(?:next )?{_NUMBER} {WK}s\b|\bx ?\d{{1,2}}\b")
_UNTIL = re.compile(
    r"\b(?:(?:up )?until+|up to|upto|till?|to|ending|ends|finishing|through to|thru)"
    r"(?: (?:and including|incl?|on|the))* (?=[a-z]{3}|\d)"
)
_FROM = re.compile(
    r"\b(?:(?:start|begin)(?:s|ning|ing)?|from|commencing|with effect from|first one)"
    rf"(?: (?:on|from|the))* (?=\d|next\b|tom|tmrw?|{WEEKDAY}|{MONTH})"
)
_BUT = re.compile(
    r"\b(?:except\w*|excl\w*|bar|but|apart|skip\w*|miss\w*|minus|besides|unless|not|no)\b"
)
HOW_LONG = "For how long? Write “for 6 weeks” or “until 18 dec”."
ONLY_ONE = "That would be one visit only. How many are there to be?"
TOO_MANY = f"At most {MOST} visits are booked at once. Write fewer, or an earlier last day."
LEFT_OUT = "I cannot leave days out. Book them all, then call off those that are not to be."
IS_IT_WEEKLY = "Is it each week? Write “every week” or “every other week”, and for how long."
IN_THE_NOTE = "Is it each week? Write how often and for how long before what it is about."


@dataclass(frozen=True, slots=True)
class Again:
    """What a line says of how often; nothing: it is one visit."""

    weekly: Weekly | None = None
    weekday: str = ""  # "every tues"
    ask: tuple[str, ...] = ()


def again_in(line: Line, note: Line, today: date) -> tuple[Again, Line]:
    """Read how often a visit is to be and for how long; what is unclear is asked.

    `note`: what the visit is about. Where how often and how long stand there, that is asked too.
    """
    again, rest = _read(line, today)
    if not again.ask and not again.weekly and _read(note, today)[0].weekly:
        return Again(ask=(IN_THE_NOTE,)), rest
    return again, rest


def _read(line: Line, today: date) -> tuple[Again, Line]:
    found, rest = line.take_all(_SIGNS)
    if not found:
        return Again(ask=_unsaid(line, today)), line
    if any(hit["odd"] for hit in found) or len({_weeks(hit.groupdict()) for hit in found}) > 1:
        return Again(ask=(HOW_OFTEN,)), rest
    if _BUT.search(line.said, found[0].end()):
        return Again(ask=(LEFT_OUT,)), rest
    every = _weeks(found[0].groupdict())
    days = {number_of(hit["wd"]): hit["wd"] for hit in found if hit["wd"]}
    if len(days) > 1:
        return Again(ask=(HOW_OFTEN,)), rest
    weekly, ask, rest = _end_in(rest, every, today)
    _start, rest = rest.take(_FROM)
    return Again(weekly, next(iter(days.values()), ""), ask), rest


def says_weekly(words: str) -> bool:
    """Say whether words ask for something that comes again, however unclearly."""
    return _SIGNS.search(line_of(words).said) is not None


def first_of(again: Again, days: Days, today: date, calendar: Calendar) -> Days:
    """Say on which day the first is: on that day of the week, and where a date says so, then."""
    if not again.weekday or days.ask:
        return days
    if days.first is None or days.last is None:
        day = coming(again.weekday, today)
        return checked(of_two(day, day + WEEK if day == today else day), calendar)
    ahead = (number_of(again.weekday) - days.first.weekday()) % 7
    day = days.first + timedelta(days=ahead)
    if day <= days.last:
        return checked(one_day(day), calendar)
    name = f"{coming(again.weekday, today):%A}"
    return asked(f"Which is it: each {name}, or {day_shown(days.first)}? Write one of them.")


def unlikely(again: Again, first: date | None) -> tuple[str, ...]:
    """Ask where the last day makes it one visit, or more than are booked at once."""
    weekly = again.weekly
    if weekly is None or weekly.until is None or first is None:
        return ()
    if weekly.until < first + weekly.every * WEEK:
        return (ONLY_ONE,)
    return (TOO_MANY,) if weekly.is_cut_short(first) else ()


def _weeks(said: dict[str, str | None]) -> int:
    return 2 if said["two"] or said["other"] else 1


def _end_in(line: Line, every: int, today: date) -> tuple[Weekly | None, tuple[str, ...], Line]:
    """Read for how long: a number of weeks or visits, or a last day."""
    until, line = _last_day(line, today)
    count, line = line.take(_COUNT)
    if until.ask or (until.day is None) == (count is None) or _COUNT.search(line.said):
        return None, until.ask or (HOW_LONG,), line
    if count is None:
        return Weekly(every, until=until.day), (), line
    number = figure(count["n"] or count["x"])
    is_weeks = (count["what"] or "").startswith(("week", "wk"))
    visits = -(-number // every) if is_weeks else number
    if not 1 < visits <= MOST:
        return None, (ONLY_ONE if visits < 2 else TOO_MANY,), line
    return Weekly(every, count=visits), (), line


def _last_day(line: Line, today: date) -> tuple[Days, Line]:
    """Read the date behind "until"."""
    for sign in _UNTIL.finditer(line.said):
        hit = DATED.match(line.said, sign.end())
        if hit:
            return read_date(hit, today, FARTHEST), line.without(sign.start(), hit.end())
    return Days(), line


def _unsaid(line: Line, today: date) -> tuple[str, ...]:
    """Ask where a line says for how long, and not how often."""
    until, _rest = _last_day(line, today)
    return (IS_IT_WEEKLY,) if until.is_named or _FOR_WEEKS.search(line.said) else ()
