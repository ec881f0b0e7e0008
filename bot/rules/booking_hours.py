"""When in the day a visit is to be, and how long: "2-3", "first thing", "for an hour". Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Literal

from bot.rules.booking_clock import Clock, clocks_in, resolve
from bot.rules.booking_line import Line
from bot.rules.logged_times import LENGTH, LONGEST, minutes_of

Part = Literal["", "am", "pm"]

_EACH = r"(?:(?:[01]\d|2[0-3])[0-5][05]|\d{1,2}(?:[.:]\d\d)?\s*(?:[ap]\.?m\b)?)"
_RANGE = re.compile(
    rf"(?P<open>\bbetween\s+)?(?:\b(?:from|at)\s+|@\s*)?\b(?P<first>{_EACH})\s*"
    rf"(?P<join>-|\bto\b|\btill?\b|\buntil\b|\band\b)\s*(?P<last>{_EACH})"
    r"(?![:.]?\d|\s*(?:h\b|hrs?|hours?|mins?|m\b|days?|kids|weeks?|times|/))"
)
_EITHER = re.compile(rf"\b{_EACH}\s*(?:or|/)\s*{_EACH}(?![a-z\d/])")
_WHEN = re.compile(
    r"(?<!\d)(?<!\d )\b(?:this |in the |on (?=the )?)*(?:"
    r"(?P<am>mornings?|(?<!i )am)|(?P<pm>after ?noons?|aft|pm)"
    r"|(?P<eve>tonight|tonite|2nite|evenings?|eve))\b"
)
_VAGUE = re.compile(
    r"\b(?:(?P<early>(?:1st|first) thing)|(?:after|before) (?:school|work|lunch|tea|dinner|reg\w*)"
    r"|lunch(?: ?time)?|dinner ?time|tea ?time|home ?time|last thing|midnight"
    r"|(?:the )?(?:end|start) of (?:the )?(?:day|school)"
    r"|(?:late|early|mid)[ -]?(?=morning|after ?noon|aft\b|am\b|pm\b|evening)"
    r"|(?P<side>(?:any ?time )?(?:after|before|by|until|no later than|not(?: at)?|never|except|bar)"
    r"\s+(?=\d)|(?:at (?:the )?)?(?:latest|earliest)|onwards?|(?:or|and) (?:later|earlier|after"
    r"|before|thereabouts)|(?<=[\dm] )(?:at most|max|min))"
    r"|in (?:half )?an hour|in \d+ ?(?:hours?|hrs?|mins?|minutes?)|later(?: on)?(?! this))\b"
)
_TRAVEL_LENGTH = re.sub(r"\(\?P<\w+>", "(?:", LENGTH.pattern)
_WAYS = r"(?:\s*(?:(?P<one>each way)|(?P<both>both ways|there and back|return|in total|total)))?"
_TRAVEL = re.compile(
    rf"\btravel(?:ling)?(?: time)?\s*[:-]?\s*(?P<after>{_TRAVEL_LENGTH}|\d{{1,3}}\b){_WAYS}"
)
_TRAVEL_BEHIND = re.compile(
    rf"(?:\+\s*)?(?P<before>{_TRAVEL_LENGTH})\s*(?:of )?(?:travel\w*|drive|driving|each way){_WAYS}"
)
_FOR_MINUTES = re.compile(r"\bfor (?P<minutes>15|20|30|40|45|50|60|75|90|120)\b(?![:.]\d|\s?[ap]m)")
_HOURS_AND = re.compile(
    r"\b(?:for )?(?:an? |1 )?(?:hours?|hrs?) and (?:a |(?P<three>three |3 ))(?:quarters?|qtrs?)\b"
    r"|\b(?P<couple>(?:a )?(?:couple|coupla|cpl)(?: of)? (?:hours|hrs))\b"
)
HOUR_LEFT = re.compile(r"\b(?:hours?|hrs?|mins?|minutes?)\b")
_EARLY = re.compile(r"\bbreakfast\b|\b(?:in ?)?to (?:the |his |her )?school\b|\bschool run\b")
_LATER_IN_DAY = re.compile(r"\b(?:home|back|from|club|gym|football|boxing|training|party|eve\w*)\b")
# An "o" or an "l" that a thumb typed for a figure: whatever is read of the rest is a guess.
_LETTERED = re.compile(
    r"(?<![\w·])(?=[\d.:ol]*\d)(?=[\d.:]*[ol])"
    r"(?:[\dol]{1,2}[.:][\dol]{2}(?:\s?[ap]m)?|[\dol]{3,4}(?:\s?[ap]m)?|[\dol]{1,2}\s?[ap]m)(?!\w)"
)
_OF_24 = re.compile(r"(?:[01]\d|2[0-3])[.:]?[0-5]\d\s*hrs?")  # "1530hrs" is a time of day
_LONG_RANGE = re.compile(
    r"\ball day\b|\b\d+\s*(?:-|to|or)\s*\d+\s*(?:h|hrs?|hours?|m|mins?|minutes?)\b"
)
_WHAT_TIME = "What time is it to start? Write one time, as in 15:30."
_ONE_TIME = "I see more than one time. Which one time is it to start?"
_MINUTE_LIKE = frozenset({"5", "10", "20", "25"})  # "10 to 4" may be ten minutes before


@dataclass(frozen=True, slots=True)
class Hours:
    """What a line says of the hour, the half of the day and the length."""

    at: time | None = None
    part: Part = ""
    minutes: int | None = None
    ask: tuple[str, ...] = ()

    @property
    def is_named(self) -> bool:
        return bool(self.at or self.part or self.ask)


def travel_in(line: Line) -> tuple[int | None, Line]:
    """Read how long it takes to get there, each way."""
    for sign in (_TRAVEL, _TRAVEL_BEHIND):
        hit, rest = line.take(sign)
        if hit:
            shown = hit.group(1)
            length = int(shown) if shown.isdecimal() else _length(shown)
            return (length // 2 if length and hit["both"] else length), rest
    return None, line


def length_in(line: Line) -> tuple[Hours, Line]:
    """Read how long the visit is to last."""
    vague, line = line.take(_LONG_RANGE)
    more, line = line.take(_HOURS_AND)
    longs = {120 if more["couple"] else 105 if more["three"] else 75} if more else set()
    for hit in LENGTH.finditer(line.said):
        before = line.said[: hit.start()]
        when = before.endswith("in ") or re.search(r"\d[:.]$", before)
        if not (when or _OF_24.fullmatch(hit.group())):  # "in an hour" says when
            longs.add(minutes_of(hit))
            line = line.without(*hit.span())
    bare, line = line.take(_FOR_MINUTES)
    longs |= {int(bare["minutes"])} if bare else set()
    if vague or len(longs) > 1 or any(not 0 < each <= LONGEST for each in longs):
        return Hours(ask=("How long is it to be? Write one length, as in 45 min.",)), line
    return Hours(minutes=next(iter(longs), None)), line


def hours_in(line: Line, *, is_early: bool = False) -> tuple[Hours, Line]:
    """Read the time of day a line names; what is open or unclear is asked.

    `is_early`: a bare seven or eight is in the morning.
    """
    if slip := _LETTERED.search(line.said):
        question = f"What time is “{slip.group()}”? Write it in figures, as in 15:30."
        return Hours(ask=(question,)), line.without(0, len(line.said))
    either, line = line.take(_EITHER)
    when, line = line.take_all(_WHEN)
    vague, line = line.take_all(_VAGUE)
    span, line = _range_in(line)
    clocks, line = clocks_in(line)
    parts = {"am" if hit["am"] else "pm" for hit in when}
    parts |= {"am" for hit in vague if hit["early"]}
    if span.ask or either or any(hit["side"] for hit in vague):
        return Hours(ask=span.ask or (_ONE_TIME if either else _WHAT_TIME,)), line
    if span.at:
        return _alone(span, clocks), line
    hint = next(iter(parts)) if len(parts) == 1 else ""
    if clocks:
        return _clock_of(clocks, hint, is_early=is_early), line
    if vague or len(parts) > 1 or any(hit["eve"] for hit in when):
        return Hours(ask=(_WHAT_TIME,)), line
    return Hours(part="am" if hint == "am" else "pm" if hint else ""), line


def _alone(span: Hours, clocks: list[Clock]) -> Hours:
    return Hours(ask=(_ONE_TIME,)) if clocks else span


def is_of_the_morning(said: str, kind: str) -> bool:
    """Say whether a bare eight is the morning's: breakfast, school, or a lift on the way out."""
    return _EARLY.search(said) is not None or (kind == "lift" and not _LATER_IN_DAY.search(said))


def _clock_of(clocks: list[Clock], hint: str, *, is_early: bool) -> Hours:
    times = [
        resolve(clock, hint or ("am" if is_early and clock.hour in {7, 8} else ""))
        for clock in clocks
    ]
    question = next((question for _at, question in times if question), "")
    if question:
        return Hours(ask=(question,))
    if len({at for at, _question in times}) > 1:
        return Hours(ask=(_ONE_TIME,))
    return Hours(at=times[0][0])


def _range_in(line: Line) -> tuple[Hours, Line]:
    """Read "2-3" and "11 til 1"; what may be ten minutes before the hour is asked."""
    hit = _RANGE.search(line.said)
    if hit is None or (hit["join"] == "and" and not hit["open"]):
        return Hours(), line
    (first, half), (last, other) = _edge(hit["first"]), _edge(hit["last"])
    like_minutes = hit["join"] == "to" and hit["first"].strip() in _MINUTE_LIKE
    start, _why = resolve(
        first, half or ("pm" if other == "pm" and last.hour >= first.hour else "")
    )
    end, _why = resolve(last, other)
    rest = line.without(*hit.span())
    if start is None or end is None or start >= end:
        return (Hours(), line) if like_minutes else (Hours(ask=(_which_span(hit.group()),)), rest)
    if hit["open"]:
        shown = f"somewhere between {start:%H:%M} and {end:%H:%M}"
        question = f"Does it last until {end:%H:%M}, or start {shown}? Write one time."
        return Hours(ask=(question,)), rest
    if like_minutes:
        return Hours(ask=(_which_span(hit.group()),)), rest
    long = (end.hour - start.hour) * 60 + end.minute - start.minute
    return Hours(at=start, minutes=long), rest


def _edge(words: str) -> tuple[Clock, str]:
    words = re.sub(r"^(\d\d)(\d\d)$", r"\1:\2", words.strip())
    hour, _dot, minute = words.rstrip("apm. ").replace(".", ":").partition(":")
    half = "am" if "a" in words else "pm" if "p" in words else ""
    is_of_24 = int(hour) > 12 or hour.startswith("0")
    return Clock(int(hour), int(minute or 0), half, words.strip(), is_of_24), half


def _which_span(words: str) -> str:
    return f"What does “{words.strip()}” mean? Write when it starts and how long it lasts."


def _length(words: str) -> int | None:
    hit = LENGTH.search(words)
    return minutes_of(hit) if hit else None
