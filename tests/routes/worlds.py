"""Teams and families thrown together: part-timers, leavers, covers in rings, siblings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.rules.practice import Calendar, Practice, Span
from bot.rules.routing import Standin, Team, Worker

LONDON = ZoneInfo("Europe/London")
FIRST = date(2026, 11, 23)
DAYS = 60  # over Christmas, with its bank holidays
HOLIDAYS = frozenset({date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)})
CALENDAR = Calendar(bank_holidays=HOLIDAYS)


@dataclass(frozen=True)
class Allocated:
    """A case with its key workers, one after the other, and who may be written to about it."""

    case: str
    spells: tuple[tuple[str, date, date | None], ...]


@dataclass(frozen=True)
class Caller:
    """Somebody who writes: from a phone of their own or one several people use."""

    cases: tuple[Allocated, ...]
    forbidden: bool  # this number must never be written to; what comes from it is still read


@dataclass(frozen=True)
class World:
    team: Team
    practice: Practice
    callers: tuple[Caller, ...]


def a_world(dice: Random) -> World:
    """Throw a team together: part-timers, leavers, covers in chains and rings, a duty rota."""
    refs = [f"S{number}" for number in range(dice.randint(2, 9))]
    anyone = [*refs, None, "gone"]
    workers = {
        ref: Worker(ref, f"Worker {ref}", _week(dice), dice.choice(anyone), dice.random() < 0.8)
        for ref in refs
    }
    practice = Practice(
        manager=dice.choice(refs),
        safeguarding_lead=dice.choice(refs),
        duty=tuple(dice.sample(refs, dice.randint(0, min(3, len(refs))))),
        out_of_hours=tuple(dice.sample(refs, dice.randint(0, 2))),
        calendar=CALENDAR,
    )
    covers = tuple(_cover(dice, number, refs, anyone) for number in range(dice.randint(0, 5)))
    callers = tuple(_caller(dice, refs) for _ in range(6))
    return World(Team(workers, covers), practice, callers)


def _week(dice: Random) -> dict[int, Span]:
    days = dice.sample(range(7), dice.choice((0, 1, 2, 3, 4, 5, 5, 5)))
    begins, ends = (8, 9, 13), (17, 18, 20)
    return {day: Span(time(dice.choice(begins)), time(dice.choice(ends))) for day in days}


def _cover(dice: Random, number: int, refs: list[str], anyone: list[str | None]) -> Standin:
    begins = FIRST + timedelta(days=dice.randrange(DAYS))
    ends = dice.choice((None, begins, begins + timedelta(days=dice.randrange(20))))
    return Standin(number, dice.choice(refs), dice.choice(anyone), begins, ends)


def _caller(dice: Random, refs: list[str]) -> Caller:
    cases = tuple(_case(dice, refs, number) for number in range(dice.choice((0, 1, 1, 1, 2, 3))))
    return Caller(cases, dice.random() < 0.1)


def _case(dice: Random, refs: list[str], number: int) -> Allocated:
    passed_on = FIRST + timedelta(days=dice.randrange(DAYS))
    first, second = dice.choice(refs), dice.choice(refs)
    spells = {
        0: ((first, FIRST, None),),
        1: ((first, FIRST, passed_on), (second, passed_on + timedelta(days=1), None)),
        2: ((first, FIRST, passed_on),),
    }[dice.choice((0, 0, 1, 2))]
    return Allocated(f"P{number:02}", spells)


def key_workers(caller: Caller, today: date) -> list[str]:
    """Name the key workers of whoever writes, on a day."""
    found = [
        who
        for case in caller.cases
        for who, since, until in case.spells
        if since <= today and (until is None or today <= until)
    ]
    return list(dict.fromkeys(found))


def a_moment(dice: Random) -> datetime:
    """Pick a minute of these weeks, day or night."""
    return datetime.combine(FIRST, time(), LONDON) + timedelta(
        minutes=dice.randrange(DAYS * 24 * 60)
    )
