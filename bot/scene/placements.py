"""A placement as staff read it: its dates, its week, Day 6, and when the child is expected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.rules.attendance import percent
from bot.rules.digest_lines import day_shown
from bot.rules.expected import Pattern, pattern_on
from bot.rules.placement import Placed, sessions_in_words
from bot.rules.practice import Calendar
from bot.rules.school_clocks import Exclusion, day_six
from bot.scene.scene import Scene
from storage.holds import held
from storage.placements import agreed_on, placement_of
from storage.tables import Case


def placement_lines(scene: Scene, case_id: int) -> list[str]:
    """Say everything that is settled about a child's time here, one line each."""
    placed = placement_of(scene.connection, case_id) or Placed()
    calendar, year = calendar_and_year(scene, case_id)
    lines = [_dates(scene, placed), *_exclusion(scene, placed, calendar, year)]
    if placed.prior_tenths is not None:
        lines.append(f"Attendance before: {percent(placed.prior_tenths)}.")
    lines.append(_expected(scene, case_id))
    if held(scene.connection, [case_id], scene.today):  # why is for fewer to read
        lines.append("Messages about attendance are held.")
    return lines


def calendar_and_year(scene: Scene, case_id: int) -> tuple[Calendar, int]:
    """Give the calendar of a child's home school, and their school year."""
    table = Case.__table__
    query = table.select().with_only_columns(Case.home_school, Case.year)
    row = scene.connection.execute(query.where(Case.id == case_id)).one()
    return scene.practice.calendar_of(row.home_school), row.year


def agreed_in_words(pattern: Pattern) -> str:
    """Write an agreed stretch for staff: "step 1, Mon 23 Nov to Fri 4 Dec: Mon, Tue, Wed"."""
    what = f"step {pattern.step}" if pattern.kind == "reintegration" else "reduced timetable"
    when = f"{day_shown(pattern.from_on)} to {day_shown(pattern.until_on)}"
    return f"{what}, {when}: {sessions_in_words(pattern.slots)}"


def dated(day: date, today: date) -> str:
    """Write a day for staff, with its year where that is not this one."""
    return day_shown(day) if day.year == today.year else f"{day_shown(day)} {day.year}"


def _dates(scene: Scene, placed: Placed) -> str:
    today = scene.today
    if placed.starts_on is None:
        return "No start date yet."
    start = dated(placed.starts_on, today)
    if placed.ended_on is not None:
        return f"Was here from {start} to {dated(placed.ended_on, today)}."
    week = placed.week(today)
    begun = f"Here since {start}: week {week}." if week else f"Starts on {start}."
    if placed.ends_on is None:
        return f"{begun} No end is agreed."
    over = ", which is over" if placed.ends_on < today else ""
    return f"{begun} Agreed end: {dated(placed.ends_on, today)}{over}."


def _exclusion(scene: Scene, placed: Placed, calendar: Calendar, year: int) -> Iterator[str]:
    if placed.excluded_on is None:
        return
    exclusion = Exclusion(placed.excluded_on, year, placed.starts_on)
    clock = day_six(calendar, exclusion, scene.today, scene.practice.day_six)
    since = f"Permanently excluded from {dated(placed.excluded_on, scene.today)}."
    if clock is None:
        yield f"{since} Day 6 lies after the end of Year 11."
        return
    on, days = dated(clock.on, scene.today), "school day" if clock.late_by == 1 else "school days"
    late = f" Education {'began' if placed.starts_on else 'is'} {clock.late_by} {days} late."
    yield f"{since} Day 6: {on}.{late * bool(clock.late_by)}"


def _expected(scene: Scene, case_id: int) -> str:
    patterns = [each.pattern for each in agreed_on(scene.connection, case_id)]
    now = pattern_on(patterns, scene.today)
    ahead = [each for each in patterns if each.from_on > scene.today]
    said = f"Expected: {agreed_in_words(now)}" if now else "Expected full time"
    return ". Then ".join((said, *map(agreed_in_words, ahead))) + "."
