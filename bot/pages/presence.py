"""Who is in: the first names of the children a provision expects in this session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from bot.pages.visitor import Visitor
from bot.rules.calendar import wall
from bot.rules.closures import Shut
from bot.rules.digest_lines import day_shown
from bot.rules.expected import not_expected
from bot.rules.marks import Half
from bot.scene.schooling import schoolings_of
from storage.case_summary import post
from storage.closures import closures_from
from storage.presence import UNDO_WITHIN, Seat, on_the_rolls, seen

NOON = 12  # o'clock: from then on the afternoon is meant
HALF_NAMES = {"am": "morning", "pm": "afternoon"}


@dataclass(frozen=True, slots=True)
class Place:
    """One child on the list, and what was tapped for them."""

    seat: Seat
    ref: str
    first_name: str = field(repr=False)
    why_not: str  # they are not expected; empty: they are
    state: str  # "in", "out"; empty: nobody has tapped yet
    noted: str  # when, and by whom
    undoable: bool


@dataclass(frozen=True, slots=True)
class Room:
    """One provision, and every child on its register."""

    school_id: int
    school: str
    places: tuple[Place, ...]

    @property
    def expected(self) -> list[Place]:
        return [one for one in self.places if not one.why_not]

    @property
    def others(self) -> list[Place]:
        return [one for one in self.places if one.why_not]

    @property
    def count(self) -> str:
        """Say how many are in: "3 in, 1 not in, 8 to look for"."""
        states = Counter(one.state for one in self.expected)
        came = sum(one.state == "in" for one in self.others)
        return f"{states['in'] + came} in, {states['out']} not in, {states['']} to look for"


def half_now(visitor: Visitor) -> Half:
    """Say which session it is by the clock on the wall."""
    return "am" if wall(visitor.scene.now).hour < NOON else "pm"


def rooms(visitor: Visitor, half: Half) -> list[Room]:
    """List the provisions somebody may look into: staff of one see that one.

    Only children with an open case, and no restricted case that is not there for this visitor.
    """
    scene = visitor.scene
    rows = [row for row in on_the_rolls(scene.connection, scene.today) if visitor.sees(row.id)]
    schools = dict.fromkeys((row.school_id, row.school) for row in rows)
    return [
        Room(number, name, tuple(_places(visitor, half, rows, number)))
        for number, name in schools
        if _looks_into(visitor, name)
    ]


def presence_values(visitor: Visitor) -> dict[str, Any]:
    """Read what the page shows."""
    half, today = half_now(visitor), visitor.scene.today
    return {
        "title": "Who is in",
        "rooms": rooms(visitor, half),
        "session": f"{day_shown(today)}, {HALF_NAMES[half]}",
        "day": today.isoformat(),
        "half": half,
        "ask": None,
        "asked": {},
    }


def closures_shown(
    visitor: Visitor, schools: tuple[tuple[int, str], ...]
) -> list[tuple[str, str, str]]:
    """List the closures of these schools from today on: (key, school, when)."""
    names, scene = dict(schools), visitor.scene
    rows = closures_from(scene.connection, list(names), scene.today)
    shut = (Shut(row.school_id, row.day, row.half) for row in rows)
    return [(each.key(""), names[each.school_id], each.when) for each in shut]


def _looks_into(visitor: Visitor, school: str) -> bool:
    if visitor.role != "ap_staff":
        return True
    works = post(visitor.scene.connection, visitor.staff.id)
    return works is not None and works.employer.strip().casefold() == school.casefold()


def _places(visitor: Visitor, half: Half, rows: list[Row[Any]], school_id: int) -> Iterator[Place]:
    scene = visitor.scene
    here = [row for row in rows if row.school_id == school_id]
    ids = [row.id for row in here]
    tapped = seen(scene.connection, ids, scene.today, half)
    schoolings = schoolings_of(scene, ids)
    alike = Counter(row.name.split()[0] for row in here)
    for row in here:
        reasons = [
            not_expected(one.schooling, scene.today, half)
            for one in schoolings[row.id]
            if one.school_id == school_id
        ]
        first, last = row.name.split()[0], row.name.split()[-1]
        yield Place(
            Seat(row.id, school_id, scene.today, half),
            row.ref,
            f"{first} {last[0]}" if alike[first] > 1 else first,
            min(reasons, default="not on this register"),
            *_noted(visitor, tapped.get((row.id, school_id))),
        )


def _noted(visitor: Visitor, row: Row[Any] | None) -> tuple[str, str, bool]:
    if row is None:
        return "", "", False
    worker = visitor.scene.team.workers.get(row.by)
    when = f"{wall(row.at):%H:%M}, {worker.first_name if worker else row.by}"
    return "in" if row.here else "out", when, visitor.scene.now - row.at <= UNDO_WITHIN
