"""When news of school may go: on the days on which a school of the child's is open."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row

from bot.rules import school_days
from bot.rules.gate import BEYOND_CAPS
from bot.scene import days_missed, nudging
from bot.scene.scene import Scene
from bot.scene.schooling import schoolings_of
from storage import nudges as records

# A closure is told when it is known, and a reminder when its family asked for it.
NEWS_OF_SCHOOL = (nudging.PURPOSES | {days_missed.PURPOSE}) - BEYOND_CAPS


def school_again(scene: Scene, row: Row[Any]) -> date | None:
    """Find the next school day of the child a message is about. None: it need not wait for one."""
    if row.kind != "proactive" or row.purpose not in NEWS_OF_SCHOOL:
        return None
    found = (records.case_named(scene.connection, ref) for ref in row.cases)
    ids = [case.id for case in found if case is not None]
    each = (one.schooling for case in schoolings_of(scene, ids).values() for one in case)
    calendars = school_days.calendars_of(each, scene.practice.calendar, scene.today)
    return school_days.school_again(calendars, scene.today)
