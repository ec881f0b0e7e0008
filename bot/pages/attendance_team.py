"""The report on the team's attendance, laid out: starters, bands then and now, and Day 6."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.pages.attendance import owed_words
from bot.pages.charts import columns
from bot.rules.attendance import percent
from bot.rules.attendance_picture import tenths_more
from bot.rules.attendance_team import Banded, Starter, Team
from bot.rules.digest_lines import day_shown
from bot.rules.weeks import BANDS, FIRST_WEEKS

NOTHING = "–"


def team_values(team: Team, first: date, last: date) -> dict[str, Any]:
    """Lay the report out."""
    risen, known = team.risen
    kept = [one.picture.owed.kept for one in team.day_six if one.picture.owed]
    return {
        "title": "Attendance of the team",
        "first": f"{first}",
        "last": f"{last}",
        "starters": [_starter(one) for one in team.starters],
        "numbers": range(1, FIRST_WEEKS + 1),
        "gained": tenths_more(team.gained),
        "risen": risen,
        "known": known,
        "bands": BANDS,
        "weeks": [_week(one) for one in team.bands],
        "chart": columns(
            "Pupils in each band of attendance, week by week",
            [(_short(one.monday), one.pupils) for one in team.bands],
        ),
        "owed": [(one.case, one.child, owed_words(one.picture.owed)) for one in team.day_six],
        "in_time": sum(each is True for each in kept),
        "decided": sum(each is not None for each in kept),
    }


def _starter(one: Starter) -> dict[str, Any]:
    weeks = [NOTHING if each is None else percent(each) for each in one.weeks]
    return {
        "case": one.pupil.case,
        "child": one.pupil.child,
        "tier": one.pupil.tier,
        "began": day_shown(one.pupil.starts_on) if one.pupil.starts_on else "",
        "start": NOTHING if one.start is None else percent(one.start),
        "weeks": weeks + [NOTHING] * (FIRST_WEEKS - len(weeks)),
        "gained": tenths_more(one.gained) or NOTHING,
    }


def _week(one: Banded) -> dict[str, Any]:
    return {
        "week": day_shown(one.monday),
        "many": [one.pupils[name] for name in BANDS],
        "without": one.without,
    }


def _short(day: date) -> str:
    return f"{day.day} {day:%b}"
