"""What a school learns of a reason: its category, when the key worker has said yes to that."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import Row

from bot.imports.codes import attendance_codes
from bot.rules import to_school as rule
from bot.rules.calendar import moment_at
from bot.rules.days_missed import in_custody
from bot.rules.digest_lines import day_shown
from bot.rules.expected import is_expected
from bot.rules.gate import OPEN_STATUSES
from bot.rules.marks import HALVES
from bot.rules.nudge_sight import CUSTODY_FOR
from bot.rules.reasons import TAKEN_BACK
from bot.rules.school_clocks import reason_due_by
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.scene.schooling import Schooled, schoolings_of
from bot.scene.sight import sees
from bot.turns.closing import DONE_ALREADY
from bot.turns.proposals import NOTHING_SENT, ask, end, staff_asked
from storage import approvals, contacts
from storage.addresses import Someone, person_by_ref
from storage.case_summary import cases_at
from storage.marks import marks_of
from storage.reasons import posts, reasons_of

PURPOSE = "to_school"
ASKED, PASS_ON = "school_asked", "pass_on"  # the kinds of the task
DAY = timedelta(days=1)
TOLD = frozenset({approvals.SENT, approvals.PASSED_ON})
NOT_SO = f"{NOTHING_SENT}: the reason has changed, or the case is closed."


@dataclass(frozen=True, slots=True)
class _News:
    """What one school may learn of one day."""

    case: Row[Any]
    day: date
    school: Schooled
    reason: str

    words: str = field(default="", repr=False)


def propose(scene: Scene, case_id: int, day: date) -> None:
    """Ask whether each school that waits for a reason may learn it; what it replaces ends."""
    found = {news.school.school_id: news for news in _news(scene, case_id, day)}
    for school_id, rows in _asked(scene, case_id, day).items():
        news = found.get(school_id)
        if news is not None and _is_known(rows, news.words):
            del found[school_id]
        for row in rows:
            if row.decided_at is None and (news is None or row.words != news.words):
                end(scene, row, "system", approvals.CHANGED)
    for news in found.values():
        _ask(scene, news)


def _asked(scene: Scene, case_id: int, day: date) -> dict[int, list[Row[Any]]]:
    """List what was asked about a day for each school, oldest first."""
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in approvals.of_case(scene.connection, case_id, PURPOSE):
        if row.about_on == day:
            found[row.school_id].append(row)
    return found


def _is_known(rows: list[Row[Any]], words: str) -> bool:
    """Say whether these words are what was last said to a school, or last asked of a person.

    Words that the school had, and that other words replaced since, are news to it again.
    """
    told = [row.words for row in rows if row.outcome in TOLD]
    stands = [
        row.words
        for row in rows
        if row.outcome != approvals.CHANGED and (row.decided_at or row.words == words)
    ]
    return words in (*told[-1:], *stands[-1:])


def _news(scene: Scene, case_id: int, day: date) -> list[_News]:
    """Say what each school may learn of a day now; nothing of a case that is closed."""
    connection = scene.connection
    reason = reasons_of(connection, [case_id], day, day)[case_id].get(day)
    [case] = cases_at(connection, [case_id])
    if case.status not in OPEN_STATUSES:
        return []
    marks = marks_of(connection, [case_id], min(day, scene.today) - CUSTODY_FOR, day)
    if in_custody(marks):
        return []
    schools = {each.school_id: each for each in schoolings_of(scene, [case_id])[case_id]}
    if reason is None:
        told = _were_told(scene, case_id, day)
    else:
        expected = [number for number, each in schools.items() if _expected(each, day)]
        on_day = [mark for mark in marks if mark.day == day]
        told = rule.schools_told(on_day, attendance_codes(), expected)
    now = reason or TAKEN_BACK
    words = rule.for_the_school(case.pupil, case.ref, day, now)
    return [_News(case, day, schools[one], now, words) for one in told if one in schools]


def _were_told(scene: Scene, case_id: int, day: date) -> tuple[int, ...]:
    """List the schools that had a reason: they learn that it is taken back."""
    asked = _asked(scene, case_id, day).items()
    return tuple(one for one, rows in asked if any(row.outcome in TOLD for row in rows))


def _expected(school: Schooled, day: date) -> bool:
    return any(is_expected(school.schooling, day, half) for half in HALVES)


def _ask(scene: Scene, news: _News) -> None:
    """Ask the key worker to say yes, or to pass it on where the school has nobody here."""
    due = reason_due_by(news.school.schooling.calendar, news.day)
    case, school, by = news.case, news.school.school, day_shown(due)
    count = approvals.how_often(scene.connection, case.id, PURPOSE, news.day)
    new = approvals.NewApproval(
        key=f"{PURPOSE}/{case.ref}/{news.day}/{news.school.school_id}/{count}",
        kind=PURPOSE,
        case_id=case.id,
        school_id=news.school.school_id,
        staff_id=staff_asked(scene, case.id),
        words=news.words,
        about_on=news.day,
        not_after=moment_at(due + DAY, time.min),
        at=scene.now,
    )
    hears = _who_hears(scene, school, case.id)
    if hears:
        names = " and ".join(scene.worker(ref).first_name for ref in hears)
        words = f"To {names} at {school} if you say so, and not after {by}:\n“{news.words}”"
    else:
        words = (
            f"Nobody of {school} is here. Pass it on by your usual way, by {by}:\n“{news.words}”"
        )
    discreet = f"A reason for a school: {case.ref}. Open your desk to read it."
    matter = Matter(ASKED if hears else PASS_ON, words, discreet_words=discreet)
    ask(scene, new, matter, None)


def _who_hears(scene: Scene, school: str, case_id: int) -> tuple[str, ...]:
    """Find who of a school is told; a restricted case is told to nobody who has no part in it."""
    lead = scene.practice.safeguarding_lead or ""
    found = rule.who_hears(posts(scene.connection, school), lead)
    people = [(ref, person_by_ref(scene.connection, ref)) for ref in found]
    return tuple(ref for ref, person in people if person and sees(scene, person, case_id))


def send(scene: Scene, staff: Someone, row: Row[Any]) -> str:
    """Tell the school, if it still is so."""
    news = _still(scene, row)
    hears = _who_hears(scene, news.school.school, row.case_id) if news else ()
    if news is None or not hears:
        end(scene, row, staff.ref, approvals.CHANGED)
        return NOT_SO
    if not end(scene, row, staff.ref, approvals.SENT):
        return DONE_ALREADY
    own = replace(scene, key=f"approval/{row.id}:send")
    discreet = f"A reason for {news.case.ref}. Open your desk to read it."
    for ref in hears:
        notify(own, ref, None, Matter(PURPOSE, row.words, discreet_words=discreet))
    _log(scene, staff, news)
    return f"{news.school.school} has been told: {rule.category(news.reason)}."


def pass_on(scene: Scene, staff: Someone, row: Row[Any]) -> str:
    """Note that a person passed it on themselves."""
    news = _still(scene, row)
    if not end(scene, row, staff.ref, approvals.PASSED_ON):
        return DONE_ALREADY
    if news is not None:
        _log(scene, staff, news)
    return "Noted: the school knows."


def _still(scene: Scene, row: Row[Any]) -> _News | None:
    """Find what was asked about as it stands now. None: it is not so any more."""
    if scene.now > row.not_after:
        return None
    return next(
        (
            news
            for news in _news(scene, row.case_id, row.about_on)
            if news.school.school_id == row.school_id and news.words == row.words
        ),
        None,
    )


def _log(scene: Scene, staff: Someone, news: _News) -> None:
    """Write on the case what its school was told, and by whom."""
    words = f"Told {news.school.school}, for {day_shown(news.day)}: {rule.category(news.reason)}."
    entry = contacts.Entry(
        at=scene.now,
        recorded_at=scene.now,
        direction="internal",
        mode="note",
        done_by=staff.ref,
        recorded_by=staff.ref,
        purpose="attendance",
        words=words,
        salt=scene.taskforce.salt(),
    )
    contacts.log(scene.connection, entry, [news.case.id])
