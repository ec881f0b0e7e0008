"""Which days still have no reason at their school, by each school's own calendar."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.rules.closures import without
from bot.rules.marks import NO_REASON_YET
from bot.rules.missing_reasons import LOOK_BACK, Missing, missing
from bot.rules.practice import Calendar
from bot.scene.scene import Scene
from storage.absences import marked_of
from storage.approvals import told_schools
from storage.attendance_reads import schools
from storage.closures import closures_of
from storage.reasons import reasons_of


def missing_of(scene: Scene, case_ids: Collection[int]) -> list[Missing]:
    """List what is missing for these cases, soonest first."""
    connection, today, first = scene.connection, scene.today, scene.today - LOOK_BACK
    marks = marked_of(connection, case_ids, [NO_REASON_YET], first)
    if not marks:
        return []
    told = told_schools(connection, case_ids, first)
    reasons = reasons_of(connection, case_ids, first, today)
    calendars = calendars_of(scene, {mark.school_id for mark in marks})
    return missing(marks, told, reasons, calendars, today)


def calendars_of(scene: Scene, school_ids: Collection[int]) -> Mapping[int, Calendar]:
    """Give the calendar of each of these schools, without the days it could not open."""
    named = schools(scene.connection)
    closed = closures_of(scene.connection, school_ids)
    return {
        number: without(scene.practice.calendar_of(named[number]), closed.get(number, ()))
        for number in school_ids
    }
