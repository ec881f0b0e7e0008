"""Attendance as it is read: pictures of one case, of a pack's cases, and of the whole team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta

from bot.imports.codes import attendance_codes
from bot.rules.attendance import Mark, Session
from bot.rules.attendance_picture import (
    SHOWN_WEEKS,
    Begun,
    Comparator,
    Facts,
    Picture,
    Ways,
    picture,
)
from bot.rules.attendance_team import Pupil, Team, team_of
from bot.rules.calendar import moment_at
from bot.rules.placement import Placed
from bot.rules.weeks import monday_of
from bot.scene.attendance_shown import AttendanceShown
from bot.scene.scene import Scene
from bot.turns.digest_parts import child
from storage import attendance_reads as reads
from storage import audit
from storage.addresses import Someone
from storage.attending import look_again
from storage.digest import Reader
from storage.marks import marks_of, settled_of
from storage.placements import placements_of
from storage.settled_marks import Settled, settle_mark

LOOKED_BACK = timedelta(weeks=SHOWN_WEEKS + 4)  # holidays and all
NOT_PLACED = Placed()
SETTLED_ALREADY = "That is settled so already, or the register has changed. Please look again."


def attendance_of(scene: Scene, case_id: int, reader: Reader) -> AttendanceShown:
    """Read the attendance of one case."""
    connection, since = scene.connection, shown_since(scene.today)
    [case] = reads.cases_shown(connection, [case_id])
    moment = moment_at(since, time.min)
    return AttendanceShown(
        case=case.ref,
        child=child(case.pupil, case.ref),
        today=scene.today,
        since=since,
        picture=pictures_of(scene, {case_id: case.year})[case_id],
        schools=reads.schools(connection),
        corrected=tuple(reads.corrections(connection, case_id, since, scene.today)),
        reasons=reads.reasons_given(connection, case_id, since),
        barriers=tuple(reads.barriers_removed(connection, case_id)),
        balance=balance_of(scene, [case_id], reader, moment).get(case_id, reads.Balance()),
        comparator=comparator_of(scene),
    )


def balance_of(
    scene: Scene, case_ids: Collection[int], reader: Reader, since: datetime
) -> dict[int, reads.Balance]:
    """Weigh praise against words about absence for each of these cases."""
    return reads.balances(scene.connection, case_ids, reader, since)


def pictures_of(scene: Scene, years: Mapping[int, int]) -> dict[int, Picture]:
    """Make the picture of each of these cases; `years`: the school year each pupil is in."""
    ways = ways_of(scene)
    facts = facts_of(scene, years)
    return {case_id: picture(facts[case_id], ways, scene.today) for case_id in years}


def ways_of(scene: Scene) -> Ways:
    """Say how this taskforce counts."""
    practice = scene.practice
    named = reads.schools(scene.connection)
    of_schools = {number: practice.calendar_of(name) for number, name in named.items()}
    usual, reading = practice.calendar, practice.day_six
    return Ways(attendance_codes(), usual, reading, comparator_of(scene), of_schools)


def comparator_of(scene: Scene) -> Comparator:
    """Say how those who started before came in their first weeks, if the team has loaded it."""
    kept = scene.practice.attendance
    return Comparator(kept.comparator, kept.comparator_from)


def facts_of(scene: Scene, years: Mapping[int, int]) -> dict[int, Facts]:
    """Read what is on record about each of these cases: what is shown, and since its own start."""
    connection, today = scene.connection, scene.today
    recent = today - LOOKED_BACK
    placed = placements_of(connection, years)
    begun = {case_id: _begun(year, placed.get(case_id)) for case_id, year in years.items()}
    longer = [number for number, one in begun.items() if one.starts_on and one.starts_on < recent]
    marks: dict[int, list[Mark]] = defaultdict(list)
    before = reads.earlier_marks(connection, longer, recent)
    for mark in (*before, *marks_of(connection, years, recent, today)):
        marks[mark.case_id].append(mark)
    settled: dict[int, dict[Session, int]] = defaultdict(dict)
    said = reads.earlier_settled(connection, longer, recent)
    said |= settled_of(connection, years, recent, today)
    for (case_id, day, half), school in said.items():
        settled[case_id][day, half] = school
    return {case_id: Facts(one, marks[case_id], settled[case_id]) for case_id, one in begun.items()}


def team_attendance(scene: Scene, case_ids: Collection[int], first: date, last: date) -> Team:
    """Put the attendance of these cases together, for those who started in a period."""
    rows = reads.cases_shown(scene.connection, case_ids)
    placed = placements_of(scene.connection, case_ids)
    pictures = pictures_of(scene, {row.id: row.year for row in rows})
    pupils = [
        Pupil(
            row.ref,
            child(row.pupil, row.ref),
            row.tier,
            placed.get(row.id, NOT_PLACED).starts_on,
            pictures[row.id],
        )
        for row in rows
    ]
    return team_of(pupils, first, last)


def shown_since(today: date) -> date:
    """Say from which Monday the page of a case counts."""
    return monday_of(today) - timedelta(weeks=SHOWN_WEEKS)


def settle(scene: Scene, staff: Someone, case: str, settled: Settled) -> str:
    """Let one school's mark count where two disagree; returns what is wrong, or nothing."""
    if not settle_mark(scene.connection, settled, staff.ref, scene.now):
        return SETTLED_ALREADY
    look_again(scene.connection, [settled.case_id], scene.now)
    subject = f"{case} {settled.day} {settled.half}"
    audit.append(scene.connection, scene.now, staff.ref, "register settled", subject)
    return ""


def _begun(year: int, placed: Placed | None) -> Begun:
    said = placed or NOT_PLACED
    return Begun(year, said.starts_on, said.excluded_on, said.prior_tenths)
