"""Every morning: reasons a school must have today, and rows of days without leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.rules import missing_reasons as rule
from bot.rules.calendar import LOOK_AHEAD, is_working_day, moment_at, school_day_before, wall
from bot.rules.digest_lines import day_shown
from bot.rules.gate import OPEN_STATUSES
from bot.rules.marks import NO_REASON_YET
from bot.rules.missing_reasons import Missing
from bot.rules.reasons import shown
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.missing_reasons import calendars_of, missing_of
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.scene.sight import sees
from bot.turns.digest_parts import child
from bot.turns.proposals import asked_for
from storage.absences import marked_on
from storage.addresses import person_by_ref
from storage.attendance_reads import schools
from storage.case_summary import allocated, cases_at, post
from storage.closures import closures_from
from storage.conversations import Moment, due_at, set_due, take_moment
from storage.holds import held
from storage.marks import marks_of
from storage.received import note_received, was_received
from storage.rolls import IN_A_LOT, in_lots

NAME, TEAM = "missing_reasons", "team"
LOOKS_AT = time(8)
CLOCK = "clock"
DAY = timedelta(days=1)
SHUT_OF_LATE = timedelta(days=21)
ABOUT_TO_RUN = timedelta(minutes=5)  # what failed is tried again so much later


def plan(scene: Scene) -> None:
    """Set the next morning's look, unless that is set or about to be done."""
    known = due_at(scene.connection, NAME, TEAM)
    if known is None or known > scene.now + ABOUT_TO_RUN:
        set_due(scene.connection, NAME, TEAM, _next(scene))


def missing_reasons(scene: Scene, moment: Moment) -> None:
    """Look once for the whole team: what is read are the marks of a few days, nobody's history."""
    if not take_moment(scene.connection, moment):
        return
    set_due(scene.connection, NAME, TEAM, _next(scene))
    if wall(moment.at).date() != scene.today:
        return  # the service was down; today's own look comes
    for lot in in_lots(_running_out(scene), IN_A_LOT):
        for one in missing_of(scene, lot):
            if one.left == 0:
                _last_day(scene, one)
    _ten_days(scene)
    if scene.practice.attendance.copy_unexplained:
        _copies(scene)


def _next(scene: Scene) -> datetime:
    """Find the next morning offices are open."""
    ahead = (scene.today + more * DAY for more in range(LOOK_AHEAD.days))
    days = (day for day in ahead if is_working_day(scene.practice.calendar, day))
    moments = (moment_at(day, LOOKS_AT) for day in days)
    return next(moment for moment in moments if moment > scene.now)


def _running_out(scene: Scene) -> list[int]:
    """List the cases with a mark whose clock may run out today, in any calendar."""
    practice, ids = scene.practice, list(schools(scene.connection))
    shut = {row.day for row in closures_from(scene.connection, ids, scene.today - SHUT_OF_LATE)}
    calendars = (practice.calendar, *practice.school_calendars.values())
    days = {day for one in calendars for day in rule.last_days(one, scene.today, len(shut))}
    rows = marked_on(scene.connection, days, [NO_REASON_YET])
    return sorted({row.case_id for row in rows})


def _last_day(scene: Scene, one: Missing) -> None:
    """Today a school must have a reason: a task for the key worker, once."""
    [case] = cases_at(scene.connection, [one.case_id])
    if case.status not in OPEN_STATUSES:
        return
    school, about = schools(scene.connection)[one.school_id], child(case.pupil, case.ref)
    known = f" We know one: {shown(one.known)}. Pass it on." if one.known else ""
    words = (
        f"{about}: {school} has no reason yet for {day_shown(one.day)}. {day_shown(one.by)} is the "
        f"last day: after it the mark becomes O.{known}"
    )
    _raise(scene, one.case_id, case.ref, words, f"code_n/{case.ref}/{one.school_id}/{one.day}")


def _raise(scene: Scene, case_id: int, ref: str, words: str, key: str) -> None:
    told, own = asked_for(scene, case_id), replace(scene, key=key)
    discreet = f"A reason that is missing: {ref}. Open your desk to read it."
    matter = Matter("missing_reason", words, discreet_words=discreet)
    raise_task(own, None, told[0], matter, told=told, case_id=case_id)


def _ten_days(scene: Scene) -> None:
    """Ten school days in a row without leave are told once: the law has the school pass it on."""
    calendar, codes = scene.practice.calendar, rule.UNAUTHORISED
    last = school_day_before(calendar, scene.today, 1)
    tenth = school_day_before(calendar, last, rule.MUST_TELL - 1)
    rows = marked_on(scene.connection, [tenth, last], codes)
    days: defaultdict[int, set[date]] = defaultdict(set)
    for row in rows:
        days[row.case_id].add(row.day)
    both = [case_id for case_id, seen in days.items() if len(seen) > 1]
    for lot in in_lots(both, IN_A_LOT):
        by_day: defaultdict[tuple[int, int], defaultdict[date, list[str]]]
        by_day = defaultdict(lambda: defaultdict(list))
        for mark in marks_of(scene.connection, lot, tenth - SHUT_OF_LATE, last):
            by_day[mark.case_id, mark.school_id][mark.day].append(mark.code)
        calendars = calendars_of(scene, {school for _case, school in by_day})
        for (case_id, school), seen in sorted(by_day.items()):
            if rule.ten_in_a_row(seen, calendars[school], last):
                _tell_of_ten(scene, case_id, school, last)


def _tell_of_ten(scene: Scene, case_id: int, school_id: int, last: date) -> None:
    """Say it once for a row, however long it goes on."""
    [case] = cases_at(scene.connection, [case_id])
    before = school_day_before(scene.practice.calendar, last, 1)
    key = f"ten_days/{case.ref}/{school_id}"
    goes_on = was_received(scene.connection, CLOCK, f"{key}/{before}")
    new = note_received(scene.connection, CLOCK, f"{key}/{last}", scene.now)
    if goes_on or not new or case.status not in OPEN_STATUSES:
        return
    school = schools(scene.connection)[school_id]
    words = (
        f"{child(case.pupil, case.ref)}: 10 days without leave at {school}, up to "
        f"{day_shown(last)}. 10 days: the school must tell the local authority."
    )
    _raise(scene, case_id, case.ref, words, f"{key}/{last}")


def _copies(scene: Scene) -> None:
    """Tell the social worker or youth justice colleague of a case what nobody has explained."""
    last = school_day_before(scene.practice.calendar, scene.today, 1)
    rows = marked_on(scene.connection, [last], [NO_REASON_YET])
    for lot in in_lots(sorted({row.case_id for row in rows}), IN_A_LOT):
        stopped = held(scene.connection, lot, scene.today)
        unexplained = {one.case_id for one in missing_of(scene, lot) if one.day == last}
        for case in cases_at(scene.connection, unexplained - set(stopped)):
            for ref in _copied(scene, case.id, case.csc):
                _copy(scene, case.id, ref, last)


def _copied(scene: Scene, case_id: int, csc: str) -> Iterable[str]:
    """Name who is copied in: by their allocation to the case, and their role on the team."""
    own = set(asked_for(scene, case_id))
    for row in allocated(scene.connection, [case_id], scene.today):
        staff = person_by_ref(scene.connection, row.ref)
        works = post(scene.connection, staff.id) if staff else None
        if staff is None or works is None or row.ref in own or not sees(scene, staff, case_id):
            continue
        if rule.is_copied(works.role.casefold(), csc):
            yield row.ref


def _copy(scene: Scene, case_id: int, ref: str, day: date) -> None:
    [case] = cases_at(scene.connection, [case_id])
    words = f"{child(case.pupil, case.ref)} was absent on {day_shown(day)}; nobody has said why."
    own = replace(scene, key=f"unexplained/{case.ref}/{day}")
    discreet = f"An absence: {case.ref}. Open your desk to read it."
    notify(own, ref, None, Matter("unexplained", words, discreet_words=discreet))
