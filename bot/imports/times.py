"""Days and hours in a cell: a working week, and when a family may be written to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import time
from types import MappingProxyType

from bot.imports.faults import Unclear
from bot.rules.practice import Span

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_EXAMPLE = "Write a day and hours, as in Mon 08:30-17:00;Tue 08:30-12:00."


def week(cell: str) -> Mapping[int, Span]:
    """Read working hours: each weekday (Monday is 0) once."""
    found = dict(_days_with_hours(cell))
    if not found:
        raise Unclear(f"is empty. {_EXAMPLE}")
    if len(found) < len(list(_parts(cell))):
        raise Unclear("names a day twice. Write each day once, from its first to its last hour.")
    return MappingProxyType(found)


def times_to_avoid(cell: str) -> tuple[tuple[int, Span], ...]:
    """Read hours to leave alone; a day may come more than once."""
    return tuple(_days_with_hours(cell))


def day_ends(cell: str) -> Mapping[int, time]:
    """Read late finishes, as in Tue 20:00;Thu 20:00."""
    ends = {}
    for part in _parts(cell):
        first, _, rest = part.partition(" ")
        ends[_day(first)] = _clock(rest.strip())
    return ends


def days(cell: str) -> frozenset[int]:
    """Read weekdays, as in Tue;Thu."""
    return frozenset(_day(part) for part in _parts(cell))


def hours(cell: str) -> Span:
    """Read a part of a day, as in 10:00-12:00."""
    start, dash, end = re.sub("[\u2010-\u2015]", "-", cell).partition("-")
    if not dash:
        raise Unclear("is no part of a day. Write from when to when, as in 10:00-12:00.")
    span = Span(_clock(start.strip()), _clock(end.strip()))
    if span.end <= span.start:
        raise Unclear("ends before it starts. Write the earlier time first, as in 10:00-12:00.")
    return span


def _days_with_hours(cell: str) -> Iterator[tuple[int, Span]]:
    for part in _parts(cell):
        first, _, rest = part.partition(" ")
        if not rest:
            raise Unclear(f"is no day with hours. {_EXAMPLE}")
        yield _day(first), hours(rest.strip())


def _parts(cell: str) -> Iterator[str]:
    return (part.strip() for part in cell.split(";") if part.strip())


def _day(word: str) -> int:
    name = word.casefold()
    for names in (DAYS, _FULL):
        if name in names:
            return names.index(name)
    raise Unclear("has a day that is none. Write Mon, Tue, Wed, Thu, Fri, Sat or Sun.")


def _clock(word: str) -> time:
    found = _CLOCK.fullmatch(word)
    if found and int(found[1]) < 24 and int(found[2]) < 60:
        return time(int(found[1]), int(found[2]))
    raise Unclear("has a time that is none. Write 24-hour times, as in 08:30 or 19:00.")
