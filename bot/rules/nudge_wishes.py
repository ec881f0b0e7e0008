"""What there would be to say about one child, kind by kind, before anything is held against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.rules.attendance import Conflict, Counts, NotKnown
from bot.rules.calendar import moment_at
from bot.rules.expected import Schooling, next_step, not_expected
from bot.rules.marks import (
    HALVES,
    NO_REASON_YET,
    NO_TRANSPORT,
    SITE_CLOSED,
    UNKNOWN_REASON,
    Half,
)
from bot.rules.nudge_praise import praise
from bot.rules.nudge_sight import Sight
from bot.rules.nudge_slots import DAY, EVENING, before_day
from bot.rules.nudges import Kind, Wish, wish
from bot.rules.weeks import monday_of

AFTER_CLOSE = timedelta(minutes=45)
NOT_BEFORE, NOON = time(10, 15), time(12)
HELP_UNTIL = time(17)
MORNING = time(8)
LONGEST_ROW = 28  # days to look back for a row of absences
_NO_REASON = frozenset({NO_REASON_YET, UNKNOWN_REASON})
_BY_DAY: tuple[Kind, ...] = ("absence", "absence_day2", "absence_day3")


def wishes(sight: Sight) -> Iterator[Wish]:
    """List everything there would be to say, now or next."""
    yield from _closure(sight)
    yield from _absence(sight)
    yield from _transport(sight)
    yield from _first_day(sight)
    yield from _next_step(sight)
    yield from _reminders(sight)
    yield from praise(sight)


def _absence(sight: Sight) -> Iterator[Wish]:
    """The first session of today was missed, and nobody has said why."""
    today = sight.today
    half = next(iter(sight.expected(today)), None)
    first, not_after = _opens(sight), moment_at(today, NOON)
    if half is None:
        if NO_REASON_YET in (sight.code(today, each) for each in HALVES):
            why = sight.why_not(today, "am")
            yield wish("absence", today, first, not_after, against=f"not expected: {why}")
        return
    match sight.read.get((today, half)):
        case NotKnown():
            why = "not known: one register leaves it to the other, which says nothing yet"
            yield wish("absence", today, first, not_after, against=why)
        case Conflict():
            why = "two registers disagree: settle which one counts"
            yield wish("absence", today, first, not_after, against=why)
        case Counts(code) if code == NO_REASON_YET:
            kind = _BY_DAY[min(_row(sight), len(_BY_DAY)) - 1]
            why = _answered(sight)
            if kind == "absence_day3":  # a person asks: it is not too late for that after noon
                not_after = moment_at(today, HELP_UNTIL)
            elif half == "pm":
                why = "expected in the afternoon only: a text would come too late"
            yield wish(kind, today, first, not_after, against=why)


def _answered(sight: Sight) -> str:
    """Say why a family need not be asked, or not by us."""
    if (reason := sight.child.reasons.get(sight.today)) is not None:
        return f"a reason is known: {reason}"
    if sight.rules.practice.attendance.query_owner != "service":
        return "the school asks about absence here"
    return ""


def _row(sight: Sight) -> int:
    """Count the expected days in a row, up to today, missed without a reason."""
    days = 0
    for ago in range(LONGEST_ROW):
        day = sight.today - ago * DAY
        half = next(iter(sight.expected(day)), None)
        if half is None:
            continue
        if sight.code(day, half) not in _NO_REASON or day in sight.child.reasons:
            break
        days += 1
    return max(days, 1)


def _opens(sight: Sight) -> datetime:
    """Find the first moment of today at which a family may be asked why a child is not in."""
    rules = sight.rules.practice.attendance
    closes = max((rules.closes(each.school) for each in sight.child.schools), default=MORNING)
    after = moment_at(sight.today, closes) + AFTER_CLOSE
    return max(after, moment_at(sight.today, NOT_BEFORE))


def _transport(sight: Sight) -> Iterator[Wish]:
    """The bus did not come: help is offered once in a week, however often it stays away."""
    today = sight.today
    if NO_TRANSPORT & {sight.code(today, half) for half in HALVES}:
        monday = monday_of(today)
        yield wish("transport", monday, _opens(sight), moment_at(today, HELP_UNTIL))


def _closure(sight: Sight) -> Iterator[Wish]:
    """School could not open today, or will not tomorrow: as early as the family may be told."""
    for day in (sight.today, sight.today + DAY):
        lost = [half for half in HALVES if _shut(sight, day, half)]
        if lost:
            rest = [half for half in sight.expected(day) if half not in lost]
            against = "only part of the day is lost: tell them yourself" if rest else ""
            begins, last = moment_at(day - DAY, MORNING), moment_at(day, NOON)
            yield wish("closure", day, begins, last, against=against)


def _shut(sight: Sight, day: date, half: Half) -> bool:
    """Say whether a child would have been expected in a session that a school could not hold."""
    return sight.code(day, half) == SITE_CLOSED or any(
        (day, half) in each.schooling.shut
        and not not_expected(_opened(each.schooling, day), day, half)
        for each in sight.child.schools
    )


def _opened(schooling: Schooling, day: date) -> Schooling:
    """Take one day's closure back, to see who would have come."""
    days = schooling.calendar.school_days | {day}
    calendar = replace(schooling.calendar, school_days=days)
    return replace(schooling, calendar=calendar, shut=frozenset())


def _first_day(sight: Sight) -> Iterator[Wish]:
    """The evening before the first day of a placement."""
    starts = sight.child.starts_on
    if starts is not None and starts > sight.today:
        yield _evening_before(sight, "first_day", starts, EVENING)


def _next_step(sight: Sight) -> Iterator[Wish]:
    """The evening before the first day of the next step back into school."""
    patterns = [each for school in sight.child.schools for each in school.schooling.patterns]
    step = next_step(patterns, sight.today)
    if step is None:
        return
    days = (step.from_on + ahead * DAY for ahead in range((step.until_on - step.from_on).days + 1))
    first = next((day for day in days if sight.expected(day)), None)
    if first is not None:
        yield _evening_before(sight, "next_step", first, EVENING)


def _reminders(sight: Sight) -> Iterator[Wish]:
    """Only what this adult asked for, for the days they asked for, at their time."""
    for reminder in sight.adult.reminders:
        ahead = (sight.today + days * DAY for days in range(1, 8))
        for day in ahead:
            if day.weekday() in reminder.weekdays and sight.expected(day):
                made = _evening_before(sight, "agreed_reminder", day, reminder.at)
                given = (("words", reminder.words),)
                key = f"{made.key}/{reminder.id}"
                yield replace(made, key=key, given=given)


def _evening_before(sight: Sight, kind: Kind, day: date, at: time) -> Wish:
    slot = before_day(day, at, sight.adult.window, sight.rules.practice)
    last = moment_at(day, MORNING)
    against = "" if slot else "their own hours leave no moment before it"
    return wish(kind, day, slot or last - DAY, last, against=against)
