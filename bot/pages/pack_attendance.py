"""Attendance in the pack of a meeting: this week and the six before in numbers, and a small chart.

The chart is made of letters: it is the same on the page, on paper and in the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bot.pages.sheets import Column, Row, Section
from bot.rules.attendance import percent
from bot.rules.attendance_picture import RECENT_WEEKS, tenths_more
from bot.rules.calendar import wall
from bot.rules.pack import Line, Pack
from bot.rules.weeks import Week, band

STEPS = "▁▂▃▄▅▆▇█"
UNKNOWN = "·"
NOTHING = "–"
HOW_TO_READ = (
    "Attended of possible sessions, in per cent, all registers as one; a week with a star is not"
    " over. Change: the last known week against the first of them, in points."
)


def attendance_part(pack: Pack) -> Section:
    """Lay out the attendance of every case of which a register has said anything."""
    shown = [one for one in pack.cases if one.attendance]
    today = wall(pack.now).date()
    weeks = sorted({week.monday for one in shown for week in one.attendance})[-RECENT_WEEKS:]
    columns = (
        Column("Child", 14),
        *(Column(_heading(monday, today), 9, number=True) for monday in weeks),
        Column("Sessions", 12),
        Column("Band", 8),
        Column("Change", 8, number=True),
        Column("Chart", 10),
    )
    rows = tuple(Row(one.case, tuple(_cells(one, weeks))) for one in shown)
    return Section(
        "attendance",
        "Attendance",
        columns,
        rows,
        "No register has come in.",
        len(rows),
        HOW_TO_READ,
    )


def chart_of(weeks: Sequence[Week | None]) -> str:
    """Draw weeks as a row of bars made of letters."""
    return "".join(_step(week) for week in weeks)


def _cells(one: Line, mondays: Iterable[date]) -> Iterable[str]:
    by_monday = {week.monday: week for week in one.attendance}
    weeks = [by_monday.get(monday) for monday in mondays]
    known = [week for week in weeks if week is not None and week.tally.possible]
    yield one.about
    yield from (_share(week) for week in weeks)
    last = known[-1] if known else None
    yield f"{last.tally.attended} of {last.tally.possible}" if last else NOTHING
    yield (band(last.tally) if last else None) or NOTHING
    yield _change(known)
    yield chart_of(weeks)


def _change(known: Sequence[Week]) -> str:
    if len(known) < 2:
        return NOTHING
    first, last = known[0].tally.tenths, known[-1].tally.tenths
    return NOTHING if first is None or last is None else tenths_more(last - first)


def _share(week: Week | None) -> str:
    return percent(week.tally.tenths) if week and week.tally.possible else NOTHING


def _step(week: Week | None) -> str:
    tenths = week.tally.tenths if week else None
    return UNKNOWN if tenths is None else STEPS[min(tenths * len(STEPS) // 1000, len(STEPS) - 1)]


def _heading(monday: date, today: date) -> str:
    star = "" if Week(monday).over(today) else "*"
    return f"{monday.day} {monday:%b}{star}"
