"""/shift: an evening, a Saturday or a holiday club that somebody works beside their usual week."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from bot.desk.base import Answer, Asked, Command
from bot.desk.names import DAYS, day_named
from bot.desk.on_shifts import AddShift, EndShifts
from bot.rules.calendar import Stretch, is_bank_holiday, moment_at, wall
from bot.rules.digest_lines import day_shown, time_shown
from bot.rules.shift_words import read_hours

DAY, AHEAD = timedelta(days=1), timedelta(days=366)
STANDS = " Still booked then: {visits}. /move or /cancelvisit each: a task has them."
HOW = "Type /shift, a day and hours: /shift sat 5 dec 10-2. /shift off sat 5 dec takes it back."


def shift(asked: Asked) -> Answer:
    """Add an extra shift of one's own, take one back, or list those to come.

    Visits can be booked in it then; whose turn it is to answer a family is as it was.
    """
    words = asked.rest.strip()
    if not words:
        return Answer(f"{_listed(asked)} {HOW}")
    if words.casefold().startswith("off "):
        return _off(asked, words[4:])
    return _on(asked, words)


def _on(asked: Asked, words: str) -> Answer:
    hours = read_hours(words)
    if hours.ask:
        return Answer(f"{hours.ask} {HOW}")
    day = _day(hours.day, asked.today)
    if isinstance(day, str):
        return Answer(day)
    if is_bank_holiday(asked.practice.calendar, day):
        return Answer(f"{day_shown(day)} is a bank holiday: no visits are booked then.")
    begins, ends = moment_at(day, hours.start), moment_at(day, hours.end)
    if begins <= asked.now:
        return Answer(f"{_shown((begins, ends))} has begun already. {HOW}")
    if theirs := asked.on_case.shifts.own(begins, ends):
        return Answer(f"You have {_all_shown(theirs)} already. /shift off takes it back first.")
    says = f"You work {_shown((begins, ends))}: visits can be booked then. /shift off undoes it."
    return Answer(says, (AddShift(begins, ends),))


def _off(asked: Asked, words: str) -> Answer:
    day = _day(words, asked.today)
    if isinstance(day, str):
        return Answer(day)
    first, last = moment_at(day, time.min), moment_at(day + DAY, time.min)
    theirs = asked.on_case.shifts.own(max(first, asked.now), last)
    if not theirs:
        return Answer(f"You have no extra shift on {day_shown(day)}.")
    booked = [one for stretch in theirs for one in asked.on_case.shifts.booked(*stretch)]
    stands = STANDS.format(visits="; ".join(dict.fromkeys(booked))) if booked else ""
    return Answer(
        f"You do not work {_all_shown(theirs)} after all.{stands}",
        tuple(EndShifts(begins, ends) for begins, ends in theirs),
    )


def _listed(asked: Asked) -> str:
    theirs = asked.on_case.shifts.own(asked.now, asked.now + AHEAD)
    return f"Your extra shifts: {_all_shown(theirs)}." if theirs else "You have no extra shifts."


def _day(words: str, today: date) -> date | str:
    """Read a day to come, with its weekday before it or without; a sentence where it cannot be."""
    named, _space, rest = words.strip().partition(" ")
    weekday = next((n for n, name in enumerate(DAYS) if named.casefold() in (name, name[:3])), None)
    dated = rest if weekday is not None and rest else words
    day = today if words.strip().casefold() == "today" else day_named(dated, today)
    if day is None:
        return f"“{words.strip()}” is no day. {HOW}"
    if weekday is not None and day.weekday() != weekday:
        return f"{day_shown(day)} is no {DAYS[weekday].capitalize()}. Which day do you mean?"
    if not today <= day <= today + AHEAD:
        return f"{day_shown(day)} cannot be. {HOW}"
    return day


def _all_shown(shifts: Iterable[Stretch]) -> str:
    return ", ".join(map(_shown, shifts))


def _shown(shift: tuple[datetime, datetime]) -> str:
    return f"{time_shown(shift[0])}-{wall(shift[1]):%H:%M}"


SHIFT = Command("shift", "/shift DAY HOURS", "hours you work beside your usual week", shift)
