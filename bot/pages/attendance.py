"""The page of one case's attendance, laid out: charts, and a table beside each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from bot.imports.codes import attendance_codes
from bot.pages.charts import Figure, bars, trend
from bot.pages.wording import day as day_of
from bot.rules.attendance import Conflict, Counts, Reading, Said, Tally, percent
from bot.rules.attendance_picture import Day, Owed, Picture, tenths_more
from bot.rules.digest_lines import day_shown
from bot.rules.marks import CUSTODY, HALVES
from bot.rules.reasons import shown
from bot.rules.weeks import FIRST_WEEKS, Change, Step, Week, band, monday_of
from bot.scene.attendance_shown import AttendanceShown

EDGES = (25, 50, 70, 90)
RECENT_CHANGES = timedelta(weeks=6)
NAMES = {"am": "morning", "pm": "afternoon"}
NO_MARK_YET = "–"
IN = {"attended": "in", "absent": "not in", "not_counted": "not counted", "not_collected": ""}
WHOSE = {"family": "the family", "child": "the child", "school": "school", "team": "the team"}


def attendance_values(seen: AttendanceShown) -> dict[str, Any]:
    """Lay out the attendance of one case."""
    found = seen.picture
    return {
        "title": f"Attendance of {seen.child}",
        "case": seen.case,
        "child": seen.child,
        "empty": found.empty,
        "since": day_shown(seen.since),
        "total": told(found.total),
        "this_week": _this_week(seen),
        "meanings": _meanings(found.days),
        "clashes": [_clash(seen, one.on, one.half, one.said) for one in found.clashes],
        "six": _six(seen),
        "weeks": [week_row(week, seen.today) for week in found.weeks],
        "trend": _trend(found, seen.today),
        "changes": [_change(one) for one in recent_changes(found, seen.today)],
        "due": _reasons_due(seen),
        "owed": owed_words(found.owed),
        "reasons": [(shown(kind), many) for kind, many in _most_first(seen.reasons)],
        "barriers": [
            (one.words, WHOSE.get(one.whose, one.whose), day_of(one.on) if one.on else "")
            for one in seen.barriers
        ],
        "balance": seen.balance,
        "corrected": list(_corrected(seen)),
    }


def told(counted: Tally) -> str:
    """Write a sum: "45 of 100 sessions, 45.0%"."""
    if not counted.possible:
        return percent(None)
    return f"{counted.attended} of {counted.possible} sessions, {percent(counted.tenths)}"


def week_row(week: Week, today: date) -> dict[str, Any]:
    """Write one week as a row of a table."""
    counted = week.tally
    return {
        "week": f"{week.monday.day} {week.monday:%b}",
        "going": not week.over(today),
        "in": f"{counted.attended} of {counted.possible}" if counted.possible else NO_MARK_YET,
        "share": percent(counted.tenths) if counted.possible else NO_MARK_YET,
        "band": band(counted) or NO_MARK_YET,
        "authorised": counted.authorised,
        "unauthorised": counted.unauthorised,
        "open": _open(week),
    }


def recent_changes(found: Picture, today: date) -> list[Change]:
    """List what has changed in the last weeks, the newest first."""
    return [one for one in reversed(found.changed) if one.on >= today - RECENT_CHANGES]


def owed_words(owed: Owed | None) -> str:
    """Tell from when education was owed, and whether it began then; empty: it was not."""
    if owed is None:
        return ""
    on = f"Education was owed from {day_shown(owed.on)} (Day 6)"
    days = f"{owed.late_by} school {'day' if owed.late_by == 1 else 'days'}"
    if owed.starts_on is None:
        still = f", {days} ago; there is no start date yet" if owed.late_by else ""
        return f"{on}{still or '; there is no start date yet'}."
    began = f"it began on {day_shown(owed.starts_on)}"
    return f"{on}; {began}, {days} late." if owed.late_by else f"{on}; {began}, in time."


def _open(week: Week) -> str:
    found = ((week.conflicts, "in dispute"), (week.not_known, "not known yet"))
    return ", ".join(f"{many} {what}" for many, what in found if many)


def _six(seen: AttendanceShown) -> dict[str, Any] | None:
    found = seen.picture
    if not found.steps:
        return None
    figures = [_first(one, seen) for one in found.steps]
    title = "Attendance in the first six weeks here, in per cent"
    return {
        "chart": bars(title, figures, found.own_start, FIRST_WEEKS),
        "rows": [_step_row(one, seen.today) for one in found.steps],
        "start": percent(found.own_start) if found.own_start is not None else "",
        "cohort": seen.comparator.source if seen.comparator.tenths else "",
        "gained": tenths_more(found.gained),
    }


def _first(one: Step, seen: AttendanceShown) -> Figure:
    usual, tenths = seen.comparator.tenths, one.week.tally.tenths
    beside = usual[one.number - 1] if one.number <= len(usual) else None
    written = "" if tenths is None else percent(tenths).rstrip("%")
    return Figure(f"Wk {one.number}", tenths, not one.week.over(seen.today), written, beside)


def _step_row(one: Step, today: date) -> dict[str, Any]:
    return {
        **week_row(one.week, today),
        "number": one.number,
        "from_start": tenths_more(one.from_start),
        "from_cohort": tenths_more(one.from_cohort),
    }


def _trend(found: Picture, today: date) -> Any:
    figures = [
        Figure(
            f"{week.monday.day} {week.monday:%b}",
            week.tally.tenths,
            not week.over(today),
            "" if week.tally.tenths is None else str((week.tally.tenths + 5) // 10),
        )
        for week in found.weeks
    ]
    return trend(
        "Attendance week by week, in per cent, over the edges of the bands", figures, EDGES
    )


def _this_week(seen: AttendanceShown) -> dict[str, Any]:
    days = seen.picture.days
    here = sorted({one.school_id for day in days for half in HALVES for one in day.said[half]})
    rows = [
        {
            "day": day_shown(day.on),
            "said": [" ".join(_code(day.said[half], school) for half in HALVES) for school in here],
            "read": _read(day.read),
        }
        for day in days
    ]
    of = day_shown(monday_of(days[0].on)) if days else ""
    return {"of": of, "schools": [seen.schools[school] for school in here], "rows": rows}


def _code(said: Iterable[Said], school: int) -> str:
    return next((one.code for one in said if one.school_id == school), NO_MARK_YET)


def _read(read: Mapping[str, Reading]) -> str:
    """Say which marks count, morning and afternoon."""
    return ", ".join(_reading(read[half]) for half in HALVES if half in read)


def _reading(one: Reading) -> str:
    match one:
        case Counts(code=code):
            return code
        case Conflict():
            return "in dispute"
        case _:
            return "not known yet"


def _meanings(days: Iterable[Day]) -> list[tuple[str, str]]:
    """Say what this week's codes mean; custody is never spelt out."""
    codes = attendance_codes()
    found = {one.code for day in days for half in HALVES for one in day.said[half]}
    return [(code, codes[code].meaning) for code in codes if code in found and code != CUSTODY]


def _clash(seen: AttendanceShown, on: date, half: str, said: Iterable[Said]) -> dict[str, Any]:
    codes = attendance_codes()
    return {
        "on": on.isoformat(),
        "half": half,
        "words": f"{day_shown(on)}, {NAMES[half]}",
        "said": [
            (one.school_id, seen.schools[one.school_id], one.code, IN[codes[one.code].counts])
            for one in said
        ],
    }


def _change(one: Change) -> str:
    match one.kind:
        case "drop":
            return f"In the week of {day_shown(one.on)}, 20 points or more below the three before."
        case "days_away":
            first, last = day_shown(one.days[0]), day_shown(one.on)
            return f"From {first} to {last}, three school days in a row not in."
        case "first_n":
            return f"On {day_shown(one.on)}, a first absence without a reason after ten in a row."


def _reasons_due(seen: AttendanceShown) -> list[dict[str, Any]]:
    return [
        {
            "words": f"{day_shown(one.on)}, {NAMES[one.half]}, {seen.schools[one.school_id]}",
            "by": day_shown(one.due_on),
            "late": one.due_on < seen.today,
        }
        for one in seen.picture.reasons_due
    ]


def _most_first(reasons: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(reasons.items(), key=lambda one: (-one[1], one[0]))


def _corrected(seen: AttendanceShown) -> Iterable[str]:
    """Tell each corrected mark as a sentence of what came when."""
    sessions: dict[tuple[date, str, int], list[str]] = {}
    for one in seen.corrected:
        said = sessions.setdefault((one.day, one.half, one.school_id), [])
        said.append(f"{one.code} ({day_of(one.at)})")
    for (on, half, school), codes in sessions.items():
        yield f"{day_shown(on)}, {NAMES[half]}, {seen.schools[school]}: {', then '.join(codes)}"
