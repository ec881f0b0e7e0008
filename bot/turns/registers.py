"""A school's register comes in: whole or not at all, and whoever it is about is looked at again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date

from sqlalchemy import Connection, select

from bot.imports.codes import attendance_codes
from bot.imports.faults import Fault, Faults, Rejected, did_you_mean
from bot.imports.registers import read_register
from bot.scene.family import local_time
from bot.scene.scene import Scene
from storage import audit
from storage.attending import look_again
from storage.enrol import one_at_a_time
from storage.marks import RegisterReport, Taking, take_in
from storage.register_report import LeftOut
from storage.tables import School

OURS = "pupils of ours"
ELSEWHERE = (
    "Of these, {marks} of pupils of ours who never stood on that school's register. If one does"
    " stand there, correct registration or home_school in the pupils file, and bring this again."
)
OFF_ROLL = (
    "Left out: {marks} of {pupils}, of days before or after their time on that school's register."
)
NO_SUCH_SCHOOL = "is said to be of a school that is not on record.{near}"


def take_register(
    scene: Scene,
    by: str,
    source: str,
    file_name: str,
    content: bytes,
    school: str = "",
    *,
    progress: Callable[[int], None] = lambda _count: None,
) -> RegisterReport:
    """Keep the marks of a register; raises `Rejected`, and then nothing of it may be kept.

    `school`: whose register it is; its rows may then name no other one.
    """
    one_at_a_time(scene.connection)
    school_id = _school(scene.connection, file_name, school) if school else None
    faults = Faults()
    rows = read_register(
        file_name,
        content,
        scene.taskforce.shapes,
        attendance_codes(),
        faults.note,
        today=scene.today,
    )
    taking = Taking(by, source, _digest(content, school_id), scene.now, school_id)
    report = take_in(scene.connection, rows, taking, faults, progress)
    if not report.again:
        look_again(scene.connection, report.changed, scene.now)
        audit.append(scene.connection, scene.now, by, "import register", f"{report.marks} marks")
    return report


def report_lines(report: RegisterReport, *, to_manager: bool = False) -> list[str]:
    """Say what came of it as staff read it; no line names a child.

    `to_manager`: nobody else hears that a pupil who is not on a register is known here.
    """
    if report.came_at:
        return [f"Taken in before, {local_time(report.came_at)}. Nothing changed."]
    kept = report.marks - report.left_out.marks
    lines = [f"{_many(report.marks, 'mark')} read, {kept:,} of them of {_ours(report)}."]
    known = kept - report.new - report.corrected
    lines.append(f"New: {report.new:,}. Corrected: {report.corrected:,}. As before: {known:,}.")
    lines += _left_out(report.left_out, to_manager=to_manager)
    if report.conflicts:
        sessions = _many(report.conflicts, "session")
        lines.append(f"{sessions} where two registers disagree count nowhere until one is chosen.")
    return lines


def _left_out(left: LeftOut, *, to_manager: bool) -> list[str]:
    lines = []
    if left.unknown_marks:
        others = _many(left.unknown_marks, "mark"), _many(left.unknown_pupils, "pupil")
        lines.append(f"Not ours: {others[0]} of {others[1]}. Nothing of that was kept.")
    if left.elsewhere and to_manager:
        lines.append(ELSEWHERE.format(marks=_many(left.elsewhere, "mark")))
    if left.off_roll:
        off = _many(left.off_roll, "mark"), _many(left.off_roll_pupils, "pupil of ours", OURS)
        lines.append(OFF_ROLL.format(marks=off[0], pupils=off[1]))
    return lines


def _ours(report: RegisterReport) -> str:
    pupils = _many(report.pupils, "pupil of ours", OURS)
    if not (report.first_on and report.last_on):
        return pupils
    span = _day(report.first_on)
    if report.last_on != report.first_on:
        span += f" to {_day(report.last_on)}"
    return f"{pupils} on {_many(report.days, 'day')} ({span})"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def _school(connection: Connection, file_name: str, school: str) -> int:
    """Find the school somebody says it is of, however they write its capitals."""
    rows = connection.execute(select(School.name, School.id)).all()
    by_name = {row.name.casefold(): row.id for row in rows}
    found = by_name.get(" ".join(school.split()).casefold())
    if found is None:
        near = did_you_mean(school, [row.name for row in rows])
        raise Rejected([Fault(file_name, 1, "", "", NO_SUCH_SCHOOL.format(near=near))])
    return int(found)


def _digest(content: bytes, school_id: int | None) -> str:
    """Know a register again: the same rows said to be another school's are another register."""
    return hashlib.sha256(f"{school_id or ''}\0".encode() + content).hexdigest()
