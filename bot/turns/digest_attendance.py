"""What a digest says about attendance: reasons a school still needs, and what ran out unsent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.rules.digest import Dated
from bot.rules.digest_lines import day_shown
from bot.rules.gate import OPEN_STATUSES
from bot.rules.missing_reasons import SOON, line
from bot.scene.days_missed import PURPOSE
from bot.scene.missing_reasons import missing_of
from bot.scene.scene import Scene
from bot.turns.digest_parts import child
from storage.approvals import run_out


def attendance_dates(
    scene: Scene, load: Mapping[int, Row[Any]], since: datetime
) -> tuple[Dated, ...]:
    """List what is due about attendance in a caseload, soonest first."""
    names = {
        number: child(row.pupil, row.ref)
        for number, row in load.items()
        if row.status in OPEN_STATUSES
    }
    soon = [one for one in missing_of(scene, names) if one.left <= SOON]
    ended = run_out(scene.connection, names, since)
    return (
        *(Dated(names[one.case_id], line(one), one.by) for one in soon),
        *(Dated(names[row.case_id], _ran_out(row), scene.today) for row in ended),
    )


def _ran_out(row: Row[Any]) -> str:
    if row.kind == PURPOSE:
        return "the text about days missed was not sent: nobody said yes in time"
    about = day_shown(row.about_on)
    return f"the school was not told the reason for {about}: nobody said yes in time"
