"""An extra shift as staff type it: "sat 5 dec 10-2". Pure; what could be two is asked back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from itertools import product
from re import Match

EARLIEST, LATEST = 6, 22  # o'clock, where nobody wrote which half of the day
NOON = 12
_HOURS = re.compile(
    r"(?:\bfrom\s+)?\b(?P<h>\d{1,2})(?:[.:](?P<m>[0-5]\d))?\s*(?P<half>[ap]m)?"
    r"\s*(?:-|–|to|till?|until)\s*"
    r"(?P<h2>\d{1,2})(?:[.:](?P<m2>[0-5]\d))?\s*(?P<half2>[ap]m)?\s*$"
)
HOW_HOURS = "Say from when to when: 10-2, or 17:00-19:00."


@dataclass(frozen=True, slots=True)
class Hours:
    """The day as it was written, and the hours; a question where they are not clear."""

    day: str
    start: time = time.min
    end: time = time.min
    ask: str = ""


def read_hours(words: str) -> Hours:
    """Take the hours off the end of a line; what stands before them is the day."""
    hit = _HOURS.search(words.casefold())
    if hit is None:
        return Hours(words.strip(), ask=HOW_HOURS)
    day = words[: hit.start()].strip(" ,")
    found = sorted(set(_readings(hit)))
    if len(found) == 1:
        return Hours(day, *found[0])
    if not found:
        return Hours(day, ask=f"{hit.group().strip()} cannot be. {HOW_HOURS}")
    which = " or ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in found)
    return Hours(day, ask=f"Which do you mean, {which}? Type it like that.")


def _readings(hit: Match[str]) -> Iterator[tuple[time, time]]:
    """List every stretch of a usual day that these figures may mean."""
    of_24 = any(hit[one].startswith("0") or int(hit[one]) > NOON for one in ("h", "h2"))
    starts, ends = _clock(hit, "", of_24=of_24), _clock(hit, "2", of_24=of_24)
    for start, end in product(starts, ends):
        usual = start.hour >= EARLIEST and end <= time(LATEST) and end.hour - start.hour <= NOON
        if start < end and (usual or len(starts) == len(ends) == 1):
            yield start, end


def _clock(hit: Match[str], which: str, *, of_24: bool) -> list[time]:
    """List the times of day one figure may mean."""
    hour, minute, half = int(hit[f"h{which}"]), int(hit[f"m{which}"] or 0), hit[f"half{which}"]
    if half:
        fits = 1 <= hour <= NOON
        return [time(hour % NOON + NOON * (half == "pm"), minute)] if fits else []
    if of_24 or hour == NOON:
        return [time(hour, minute)] if hour < 2 * NOON else []
    return [time(hour, minute), time(hour + NOON, minute)]
