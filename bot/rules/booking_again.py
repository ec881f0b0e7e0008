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
from bot.rules.booking_line import GONE, Line, line_of
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
_ONLY_A_SIGN = re.compile(rf"(?:{_SIGNS.pattern})[\s.!]*")
_COUNT = re.compile(
    r"(?:\bfor )?(?:\b(?:the |a )?(?:next |total of )*)?"
    rf"\b(?:x ?)?(?P<n>{_NUMBER}) ?(?:x )?"
    rf"(?P<what>{WK}s?|visits?|times|sessions|appointments|calls)\b"
    r"|\bx ?(?P<x>\d{1,2})\b"
    rf"|\b(?P<times>\d{{1,2}})x\b(?!\s*(?:\d|an?\b|per\b|{GONE}))"
)
_MORE = re.compile(  # beside the number that was taken out
    rf"\b(?:then|another|more|further|extra|additional)[\s,]*{GONE}"
    rf"|{GONE}\s*(?:more|extra|on top|after(?: that|wards)?(?=\s*(?:[{GONE},.]|$)))"
)
_UNSAID = re.compile(
    rf"\bfor (?:the )?(?:next )?{_NUMBER} {WK}s\b|\bx ?\d{{1,2}}\b"
    rf"|\b\d{{1,2}}x(?=\s*(?:[{GONE},.]|$))"
    rf"|\b(?:ongoing|(?:the )?following {WK})\b"
    r"(?! (?!(?:with|w|for|from|at|too|same|and|until|please|pls)\b)[a-z])"  # "ongoing support"
)
_UNTIL = re.compile(
    r"\b(?:(?:up )?until+|up to|upto|till?|to|ending|ends|finishing|through to|thru"
    r"|last (?:one|visit|session|time)(?: (?:is|being))?)"
    r"(?: (?:and including|incl?|on|the))* (?=[a-z]{3}|\d)"
)
_FROM = re.compile(
    r"\b(?:(?:start|begin)(?:s|ning|ing)?|from|commencing|with effect from"
    rf"|first (?:one|visit|session))(?: (?:is|on|from|the))* "
    rf"(?=\d|(?:next|this)\b|tom|tmrw?|{WEEKDAY}|{MONTH})"
)
_INCLUDED = re.compile(r"\s*\(?incl(?:\.|(?:usive|uded)?\b)\)?")
_EXCEPT = (
    r"except\w*|excl\w*|bar|but|apart|skip\w*|minus|besides|unless|omit\w*|other than"
    r"|leav(?:e|ing) (?:out|off)"
)
_BUT = re.compile(rf"\b(?:{_EXCEPT}|miss\w*|gap|not(?! with\b)|no(?! travel\b))\b")
# "Miss Thornton", "not in school" and "without Marcus" leave no day out.
_BUT_A_DAY = re.compile(
    rf"(?:(?:and|but|please|pls) )*\b(?:{_EXCEPT}|miss(?:ing)?|gap|not|no|without|leave|leaving)"
    rf"(?:,? (?:from|for|on|in|the|visit|one|a|any|{WK}|w/?c|of))*,?\s+"
    rf"(?:{DATED.pattern}|{WEEKDAY}|{MONTH}|(?:half )?term|hol(?:iday)?s|xmas|christmas|next)"
)
_STARTING = re.compile(
    rf"(?:(?:start|begin)(?:s|ning|ing)?|from|first (?:one|visit))"
    rf"(?: (?:is|in|on|from|the))* (?:{DATED.pattern}|{MONTH}|{WEEKDAY}|next|after)"
)
_FROM_WHEN = re.compile(  # "may" is a word of its own as well
    r"\b(?:start|begin)(?:s|ning|ing)?\b"
    rf"|\b(?!may (?:be|not|come|have|need|want|also|bring|join)\b){MONTH}"
)
_CLAUSE = re.compile(r"[,.;(]")
_IN_TERM = re.compile(r"\b(?:half[ -]?)?term\b|\bterm ?time\b|\bhol(?:iday)?s\b")
_SOME_OF_THEM = re.compile(
    rf"\b(?:first|last|second|third)(?: (?:few|couple(?: of)?|{_NUMBER}))? "
    rf"(?:{WK}s?|visits?|ones?|times?|sessions?|{_NUMBER})\b|\b{WK}s? \d\b"
)
HOW_LONG = "For how long? Write “for 6 weeks” or “until 18 dec”."
ONLY_ONE = "That would be one visit only. How many are there to be?"
TOO_MANY = f"At most {MOST} visits are booked at once. Write fewer, or an earlier last day."
LEFT_OUT = "I cannot leave days out. Book them all, then call off those that are not to be."
IN_ALL = "How many are there in all, the first included? Write “x4”, or “until 18 dec”."
FROM_WHEN = "From which day? Write the first day as a date, as in 5 jan."
ALL_ALIKE = "They are all booked alike. Write what holds for each, then change those that differ."
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

    `note`: what the visit is about. Where how often or how long stand there, that is asked too.
    """
    again, rest = _read(line, today)
    question = "" if again.ask else _noted(note, today, is_weekly=again.weekly is not None)
    return (Again(weekday=again.weekday, ask=(question,)) if question else again), rest


def unread_of(again: Again, rest: Line) -> tuple[str, ...]:
    """Ask about words nothing was made of that may tell which days of a row are meant."""
    if again.weekly is None:
        return ()
    signs = ((_IN_TERM, LEFT_OUT), (_FROM_WHEN, FROM_WHEN), (_SOME_OF_THEM, ALL_ALIKE))
    return tuple(question for sign, question in signs if sign.search(rest.said))[:1]


def _read(line: Line, today: date) -> tuple[Again, Line]:
    found, rest = line.take_all(_SIGNS)
    if not found:
        return Again(ask=_unsaid(line, today)), line
    if any(hit["odd"] for hit in found) or len({_weeks(hit.groupdict()) for hit in found}) > 1:
        return Again(ask=(HOW_OFTEN,)), rest
    if _BUT.search(line.said, found[0].end()) or _BUT_A_DAY.search(line.said):
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
    if count and _MORE.search(line.said):
        return None, (IN_ALL,), line
    is_twice = _last_day(line, today)[0].is_named or _COUNT.search(line.said)
    if until.ask or (until.day is None) == (count is None) or is_twice:
        return None, until.ask or (HOW_LONG,), line
    if count is None:
        return Weekly(every, until=until.day), (), line
    number = figure(count["n"] or count["x"] or count["times"])
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
            end = _INCLUDED.match(line.said, hit.end()) or hit
            return read_date(hit, today, FARTHEST), line.without(sign.start(), end.end())
    return Days(), line


def _unsaid(line: Line, today: date) -> tuple[str, ...]:
    """Ask where a line says for how long, and not how often."""
    until, _rest = _last_day(line, today)
    return (IS_IT_WEEKLY,) if until.is_named or _UNSAID.search(line.said) else ()


def _opening(note: Line) -> str:
    return note.said.lstrip(f"{GONE} ,.;:-(")


def _noted(note: Line, today: date, *, is_weekly: bool) -> str:
    """Ask where the note tells how often, for how long or on which days."""
    if is_weekly and _leaves_out(note):
        return LEFT_OUT
    if is_weekly and _STARTING.match(_opening(note)):
        return FROM_WHEN
    is_told = _tells_how_long(note) or (not is_weekly and _read(note, today)[0].weekly)
    return IN_THE_NOTE if is_told else ""


def _leaves_out(note: Line) -> bool:
    """Say whether a note names a day that is not to be, at the front of one of its clauses."""
    return any(_BUT_A_DAY.match(clause.strip()) for clause in _CLAUSE.split(_opening(note)))


def _tells_how_long(note: Line) -> bool:
    """Say whether a note begins with how long a visit is to come again, or is only that."""
    said = _opening(note)
    until = _UNTIL.match(said)
    return bool(
        _UNSAID.match(said)
        or (until and DATED.match(said, until.end()))
        or _ONLY_A_SIGN.fullmatch(said)
    )
