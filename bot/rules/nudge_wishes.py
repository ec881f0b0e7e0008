"""What there would be to say about one child, kind by kind, before anything is held against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial

from bot.rules.attendance import Conflict, Counts, NotKnown
from bot.rules.calendar import moment_at
from bot.rules.expected import Schooling, next_step, not_expected
from bot.rules.gate import BEYOND_CAPS
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
from bot.rules.nudge_slots import AFTERNOON, DAY, EVENING, before_day
from bot.rules.nudges import Kind, Wish, wish
from bot.rules.school_days import is_open
from bot.rules.weeks import monday_of

AFTER_CLOSE = timedelta(minutes=45)
NOT_BEFORE, NOON = time(10, 15), time(12)
HELP_UNTIL = time(17)
MORNING = time(8)
LAST_DAY_BACK = 3  # days back to the last one at school: from a Monday to its Friday
LONGEST_ROW = 28  # days to look back for a row of absences
_NO_REASON = frozenset({NO_REASON_YET, UNKNOWN_REASON})
SEEN_IN = "seen in by staff, the register says N"
_BY_DAY: tuple[Kind, ...] = ("absence", "absence_day2", "absence_day3")


def wishes(sight: Sight) -> Iterator[Wish]:
    """List everything there would be to say, now or next."""
    yield from _closure(sight)
    yield from _absence(sight)
    yield from _third_day_late(sight)
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
            if half == "pm" and kind != "absence_day3":
                why = "expected in the afternoon only: a text would come too late"
            if (today, half) in sight.child.seen_in:
                why = SEEN_IN
            yield wish(kind, today, first, not_after, against=why)


def _third_day_late(sight: Sight) -> Iterator[Wish]:
    """A register that came in the night: the third day it shows is a person's work all the same."""
    if any(sight.code(sight.today, half) for half in HALVES):
        return  # today speaks for itself
    for ago in range(1, LAST_DAY_BACK + 1):
        then = replace(sight, now=moment_at(sight.today - ago * DAY, NOON))
        if then.expected(then.today):
            yield from (each for each in _absence(then) if each.kind == "absence_day3")
            return


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
        if ago and (day, half) in sight.child.seen_in:
            break
        days += 1
    return max(days, 1)


def _opens(sight: Sight) -> datetime:
    """Find the first moment of today at which a family may be asked why a child is not in."""
    rules = sight.rules.practice.attendance
    closing = (rules.closes(each.school) for each in sight.schools_on(sight.today))
    closes = max(closing, default=MORNING)
    after = moment_at(sight.today, closes) + AFTER_CLOSE
    return max(after, moment_at(sight.today, NOT_BEFORE))


def _transport(sight: Sight) -> Iterator[Wish]:
    """The bus did not come: help is offered once in a week, however often it stays away."""
    today = sight.today
    if NO_TRANSPORT & {sight.code(today, half) for half in HALVES}:
        made = wish("transport", monday_of(today), _opens(sight), moment_at(today, HELP_UNTIL))
        yield replace(made, given=(("day", today.isoformat()),))  # what a yes is the reason for


def _closure(sight: Sight) -> Iterator[Wish]:
    """School could not open today, or will not on a day ahead: told from the day before on."""
    known = {day for each in sight.child.schools for day, _half in each.schooling.shut}
    for day in sorted({sight.today, *(day for day in known if day > sight.today)}):
        lost = [half for half in HALVES if _shut(sight, day, half)]
        if lost:
            rest = [half for half in sight.expected(day) if half not in lost]
            against = "only part of the day is lost: tell them yourself" if rest else ""
            last = moment_at(day, NOON)
            yield wish("closure", day, _day_before(sight, day), last, against=against)


def _day_before(sight: Sight, day: date) -> datetime:
    """Find the morning before a day; where nothing goes on that day, the last slot before it."""
    morning = moment_at(day - DAY, MORNING)
    slot = before_day(day, EVENING, sight.adult.window, sight.rules.practice)
    return min(morning, slot) if slot else morning


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
        for day in _days_ahead(sight):
            if day.weekday() in reminder.weekdays and sight.expected(day):
                made = _evening_before(sight, "agreed_reminder", day, reminder.at)
                given = (("words", reminder.words),)
                key = f"{made.key}/{reminder.id}"
                yield replace(made, key=key, given=given)
                if made.at > sight.now:
                    break


def _days_ahead(sight: Sight) -> list[date]:
    """List the days to come on which a school of theirs opens: a holiday is only a long night."""
    days = (day for each in sight.child.schools for day in each.schooling.calendar.school_days)
    return sorted({day for day in days if day > sight.today})


def _evening_before(sight: Sight, kind: Kind, day: date, at: time) -> Wish:
    slot = _on_school_days(sight, kind, day, at)
    slot = slot or before_day(day, AFTERNOON, sight.adult.window, sight.rules.practice)
    last = moment_at(day, MORNING)
    against = "" if slot else "their own hours leave no moment before it"
    return wish(kind, day, slot or last - DAY, last, against=against)


def _on_school_days(sight: Sight, kind: Kind, day: date, at: time) -> datetime | None:
    """News of school goes on a school day; what a family asked for goes when it asked for it."""
    window, practice = sight.adult.window, sight.rules.practice
    if kind in BEYOND_CAPS:
        return before_day(day, at, window, practice)
    return before_day(day, at, window, practice, partial(is_open, sight.calendars))
