"""A worker's line that asks for a visit: what it says, and what has to be asked back. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from bot.rules.booking_again import again_in, first_of, unlikely, unread_of
from bot.rules.booking_dates import Days
from bot.rules.booking_days import days_in
from bot.rules.booking_hours import (
    HOUR_LEFT,
    Hours,
    Part,
    hours_in,
    is_of_the_morning,
    length_in,
    travel_in,
)
from bot.rules.booking_line import GONE, Line, left_over, line_of, part_note
from bot.rules.booking_people import colleague_in, people_in
from bot.rules.booking_places import afar_in, at_front, kind_in, place_in
from bot.rules.booking_vague import undone
from bot.rules.calendar import wall
from bot.rules.practice import Calendar
from bot.rules.weekly import Weekly

_OPENING = re.compile(
    r"^/?(?:(?:book(?: in)?|(?:can|could) (?:you|i|we)|please|pls|plz|(?:i )?(?:need|want)(?: to)?"
    r"|arrange|schedule|set up|hi|hello|me|us|an?|the|new|joint)\b[\s,:]*)+",
    re.IGNORECASE,
)
_FLUFF = frozenset({
    "a", "an", "and", "any", "anytime", "appointment", "at", "book", "by", "can", "could", "day",
    "do", "for", "from", "have", "i", "in", "is", "it", "joint", "me", "mum", "my", "myself", "of",
    "on", "or", "our", "please", "pls", "plz", "s", "session", "some", "sometime", "that", "the",
    "then", "this", "time", "to", "up", "w", "we", "with",
})  # fmt: skip
_TO_A_FAMILY = re.compile(
    r"\b(?:you|u|ur|your|ya|thanks|thank|hi|hello|sorry|was|were|went|is|are|did|met|hes|shes"
    r"|i'?ll|we'?ll|i'?m|sorted|don'?t forget|remember)\b|\bx+\s*[.!]*$|\?\s*$"
)
_PERHAPS_TO_A_FAMILY = re.compile(r"\b(?:if|ready|office|done|wear|uniform|bring)\b")
_GREETING = re.compile(r"\W*(?:hi|hiya|hello|hey|dear|(?:good )?(?:morning|afternoon|evening))\b")
_ASIDE = re.compile(r"[,(]|\s-\s")
_SOMETHING_ELSE = re.compile(
    r"[·\s]*(?:bus|train|tram|taxi|coach|flight|court|dentist|doctors?|gp|appt|appointment|exam"
    r"|hospital|curfew|start|finish|pick ?up)\b"
)
_TIME_OF_NOTE = "Is the time in your note the time of the visit? Write it before what it is about."
_FIGURE = re.compile(
    r"(?<![\w·.])(?<!yr )(?<!year )(?<!room )\d[\w.:]*(?!\s*(?:kids|children|siblings|people))"
)
_GLUED = re.compile(r"(?<=·)[.:]?[a-z]?\d\w*")  # what is left of a time that was half read
WHICH_DAY = "Which day is it at {at:%H:%M}?"
_ANY_DAY = date(2001, 1, 1)  # where only whether a day is named counts


@dataclass(frozen=True, slots=True)
class Booking:
    """What a line says of a visit. Empty and None mean: it does not tell."""

    kind: str = ""  # a key of KINDS
    whose: tuple[str, ...] = ()  # person ids of the adults it may mean; one: understood
    on: date | None = None
    at: time | None = None
    between: tuple[date, date] | None = None  # "next week", "w/c 7th": first and last day
    part: Part = ""  # half of the day
    minutes: int | None = None
    staff: tuple[str, ...] = ()  # colleagues by staff id, never the author
    place: str = ""  # a key of PLACES
    place_words: str = field(default="", repr=False)  # "Costa": a family reads it
    travel: int | None = None  # minutes each way
    about: str = field(default="", repr=False)  # what is left over: the worker's own note
    weekly: Weekly | None = None  # how often and for how long; None: once
    ask: tuple[str, ...] = ()  # for staff: whatever was unclear, never guessed


def read_booking(
    words: str,
    families: Sequence[tuple[str, str]],
    colleagues: Sequence[tuple[str, str]],
    now: datetime,
    calendar: Calendar,
) -> Booking:
    """Read a line as it was typed at a moment. Total; whatever is unclear stands in `ask`."""
    whole = line_of(_OPENING.sub("", words.strip()))
    head, note = part_note(whole)
    today = wall(now).date()
    travel, line = travel_in(head)
    again, line = again_in(line, note, today)
    length, line = length_in(line)
    afar, line = afar_in(line)
    kind, unkind, line = kind_in(line)
    people, line = people_in(line, families, colleagues)
    named, dayless = days_in(line, today, calendar)
    days = first_of(again, named, today, calendar)
    hours, timeless = hours_in(dayless, is_early=is_of_the_morning(head.said, kind))
    place, rest = (afar, timeless) if afar.place or afar.ask else place_in(timeless, kind)
    asides = _in_an_aside(((line, dayless), (dayless, timeless)), rest)
    over = undone(whole.said[len(head.said) :])
    when = (over,) if over and not days.ask else _unclear_when(days, hours, wall(now))
    when = when or (() if days.ask or hours.ask else asides)
    noted = () if when else _noted(note, days, hours, length, colleagues)
    unread = _unread(rest) if not (when or hours.ask or length.ask) else ()
    return Booking(
        kind=kind,
        whose=people.whose,
        on=days.day,
        at=hours.at,
        between=None if days.day else _stretch(days),
        part=hours.part,
        minutes=length.minutes or hours.minutes,
        staff=people.staff,
        place=place.place,
        place_words=place.words,
        travel=travel,
        about=" ".join(f"{left_over(rest, _FLUFF)} {note.typed.strip(f'{GONE} ')}".split()),
        weekly=again.weekly,
        ask=(*unkind, *people.ask, *place.ask, *length.ask, *_both(length, hours),
             *again.ask, *unlikely(again, days.day), *unread_of(again, rest),
             *days.ask, *hours.ask, *when, *noted, *unread),
    )  # fmt: skip


def looks_like_booking(words: str) -> bool:
    """Say whether a line without a slash asks for a visit: a kind at its front, and a time."""
    line = line_of(_OPENING.sub("", words.strip()))
    said = line.said
    if not at_front(line) or _TO_A_FAMILY.search(said) or _PERHAPS_TO_A_FAMILY.search(said):
        return False
    head, _note = part_note(line)
    days, rest = days_in(length_in(head)[1], _ANY_DAY, Calendar())
    return days.is_named or hours_in(rest)[0].is_named


def reads_as_message(words: str) -> bool:
    """Say whether words typed while a booking is open speak to a family."""
    said = line_of(words).said
    return bool(_GREETING.match(said) or _TO_A_FAMILY.search(_OPENING.sub("", said)))


def _in_an_aside(taken: Iterable[tuple[Line, Line]], rest: Line) -> tuple[str, ...]:
    """Ask where a day or an hour stands in a clause of its own: "thurs, bus at 3.10"."""
    for before, after in taken:
        pairs = enumerate(zip(before.said, after.said, strict=True))
        start = next((at for at, (was, now) in pairs if was != now), 0)
        clauses = _ASIDE.split(rest.said[:start])
        said = set(re.findall(r"[a-z']+", clauses[-1]))
        if len(clauses) > 1 and (said - _FLUFF or _SOMETHING_ELSE.match(rest.said, start)):
            return (_TIME_OF_NOTE,)
    return ()


def _stretch(days: Days) -> tuple[date, date] | None:
    return (days.first, days.last) if days.first and days.last else None


def _unclear_when(days: Days, hours: Hours, now: datetime) -> tuple[str, ...]:
    """Ask where day and hour do not go together: no day for the hour, or an hour that is over."""
    if hours.at is None or days.ask:
        return ()
    if not days.is_named:
        return (WHICH_DAY.format(at=hours.at),)
    if days.day is None:
        return (f"{WHICH_DAY.format(at=hours.at)} You named several.",)
    if days.day == now.date() and hours.at <= now.time():
        return (f"{hours.at:%H:%M} today is over. When is it?",)
    return ()


def _both(length: Hours, hours: Hours) -> tuple[str, ...]:
    """Ask where "2-3" and "for 45 min" are both written and differ."""
    differ = length.minutes and hours.minutes and length.minutes != hours.minutes
    return ("How long is it to be? I see two lengths.",) if differ else ()


def _noted(
    note: Line,
    days: Days,
    hours: Hours,
    length: Hours,
    colleagues: Sequence[tuple[str, str]],
) -> tuple[str, ...]:
    """Ask where what is missing stands in the note, which may tell of something else."""
    lasting, rest = length_in(note)
    of_day, rest = days_in(rest, _ANY_DAY, Calendar())
    of_hour, _rest = hours_in(rest)
    day = of_day.is_named and not days.is_named
    hour = of_hour.is_named and not hours.is_named
    long = lasting.minutes and not (length.minutes or hours.minutes) and "for " in note.said
    if day or hour or long:
        return (_TIME_OF_NOTE,)
    if colleague_in(note, colleagues):
        names = " or ".join(
            name for _ref, name in colleagues if line_of(name).said.split()[0] in note.said
        )
        return (f"Does {names} come too? Write with whom before what it is about.",)
    return ()


def _unread(line: Line) -> tuple[str, ...]:
    """Ask about a figure nothing was made of: it may be a time."""
    if HOUR_LEFT.search(line.said):
        return ("How long is it to be? Write one length, as in 45 min.",)
    hit = _FIGURE.search(line.said) or _GLUED.search(line.said)
    return (f"What is “{hit.group()}”? Write a time as 15:30, a length as 45 min.",) if hit else ()
