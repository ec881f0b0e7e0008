"""The time the team has given to its pupils this half term, for the manager's report."""

from __future__ import annotations

from collections.abc import Collection
from datetime import time, timedelta

from bot.rules.calendar import moment_at
from bot.rules.holidays import half_term_of
from bot.rules.hours_given import PupilGiven, TeamGiven, add_up, add_up_work, by_case, once
from bot.scene.scene import Scene
from bot.turns.digest_parts import child
from storage.attendance_reads import cases_shown
from storage.digest import Reader
from storage.hours_given import spent_on

DAY = timedelta(days=1)


def team_hours(scene: Scene, case_ids: Collection[int], reader: Reader) -> TeamGiven | None:
    """Add up what was logged on these cases. None: the calendar knows of no school yet."""
    half_term = half_term_of(scene.practice.calendar, scene.today)
    if half_term is None:
        return None
    first, last = half_term
    since, until = moment_at(first, time.min), moment_at(last + DAY, time.min)
    spent = spent_on(scene.connection, case_ids, reader, since, until)
    theirs, each_once = by_case(spent), once(spent)
    pupils = (
        PupilGiven(row.ref, child(row.pupil, row.ref), add_up(theirs.get(row.id, ())))
        for row in cases_shown(scene.connection, case_ids)
    )
    return TeamGiven(
        first,
        last,
        tuple(pupils),
        in_all=add_up(each_once),
        by_work=add_up_work(each_once),
        out_of_hours=sum(one.minutes or 0 for one in each_once if one.out_of_hours),
    )
