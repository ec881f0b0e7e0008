"""What Marlbridge's team did this half term: sessions, visits, calls and meetings, as logged."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from sqlalchemy import Connection

from bot.flows.base import LogContact
from bot.rules.calendar import moment_at
from bot.rules.holidays import half_term_of
from bot.rules.hours import on_shift
from bot.rules.logged import Logged
from bot.rules.logged_child import Child
from bot.scene.scene import Scene
from bot.service import Service
from bot.settings import DEMO
from bot.turns.written import log_contact
from storage.addresses import Someone, person_by_id, person_by_ref
from storage.cases import case_ids, ties_on
from storage.placements import placement_of
from storage.received import recall, remember

LOGGED = "demo_hours_logged"
DAY, WEEK, WEEKS = timedelta(days=1), timedelta(weeks=1), 4
WITH_US = ("active", "reintegrating")
WORK = {  # what each of the team does with a pupil
    "DO": "attendance_planning",
    "PN": "speech_language",
    "TW": "therapeutic_support",
    "RA": "reading",
}
MENTORING, YOUTH_WORKER, SATURDAY = "mentoring", "MB", 5
APART = ("P04", "P19", "P23")  # nobody calls at home in the week: the session is longer instead
HOUSEHOLDS = {"P07": ("P07", "P08"), "P08": ()}  # one visit is for both
WRITTEN_AFTER = timedelta(hours=1)
ALONE = Child(present="yes", seen="yes", alone="yes")
SESSION, VISIT, CALL, MEETING = time(10), time(16), time(12), time(14)


@dataclass(frozen=True, slots=True)
class _Pupil:
    number: int
    ref: str
    worker: Someone
    carer: str
    starts_on: date


async def log_hours(service: Service) -> bool:
    """Write down the contacts of the half term so far, once. False: they were written before."""

    def write(connection: Connection) -> bool:
        if recall(connection, LOGGED):
            return False
        scene = Scene(connection, service.taskforce, service.now(), "hours")
        for pupil in _pupils(scene):
            for cases, logged in _weeks(scene, pupil):
                _log(scene, pupil, cases, logged)
        remember(connection, LOGGED, scene.now.isoformat())
        return True

    return await service.database.write(write)


def _pupils(scene: Scene) -> Iterator[_Pupil]:
    with (DEMO / "pupils.csv").open(encoding="utf-8", newline="") as rows:
        listed = [row for row in csv.DictReader(rows) if row["status"] in WITH_US]
    known = case_ids(scene.connection, [row["id"] for row in listed])
    for number, row in enumerate(listed):
        case_id = known[row["id"]]
        carer = person_by_id(scene.connection, ties_on(scene.connection, [case_id])[0][0])
        worker = person_by_ref(scene.connection, row["key_worker"])
        placed = placement_of(scene.connection, case_id)
        begun = (placed and placed.starts_on) or date.min
        if carer and worker:
            yield _Pupil(number, row["id"], worker, carer.ref, begun)


def _weeks(scene: Scene, pupil: _Pupil) -> Iterator[tuple[tuple[str, ...], Logged]]:
    """Lay out what was done with one pupil, and on which cases each stands."""
    half_term = half_term_of(scene.practice.calendar, scene.today)
    if half_term is None:
        return
    for week in range(WEEKS):
        monday = half_term[0] + week * WEEK
        own = _at_work(scene, pupil, monday)
        day, other = own[(pupil.number + week) % len(own)], own[pupil.number % len(own)]
        yield (pupil.ref,), _session(pupil, day, week)
        yield (pupil.ref,), _school(CALL, other, "telephone", 15, None, "school")
        if week % 2:
            yield (pupil.ref,), _school(MEETING, other, "meeting", 60, 20, "school", "early_help")
        elif pupil.ref not in APART:
            yield HOUSEHOLDS.get(pupil.ref, (pupil.ref,)), _visit(other)


def _at_work(scene: Scene, pupil: _Pupil, monday: date) -> list[date]:
    """List the days of a week on which their key worker is in."""
    hours, calendar = scene.worker(pupil.worker.ref).hours, scene.practice.calendar
    days = (monday + ahead * DAY for ahead in range(SATURDAY))
    return [day for day in days if on_shift(hours, calendar, moment_at(day, SESSION))]


def _session(pupil: _Pupil, day: date, week: int) -> Logged:
    """Time for one pupil alone; the youth worker gives a Saturday too."""
    out = pupil.worker.ref == YOUTH_WORKER and week == WEEKS - 1
    return Logged(
        on=day + (SATURDAY - day.weekday()) * DAY if out else day,
        at=SESSION,
        mode="face_to_face",
        place="community_other" if out else "learning_centre",
        result="reached",
        minutes=75 + 10 * (pupil.number % 3) + 30 * (pupil.ref in APART),
        relations=("pupil",),
        child=ALONE,
        activity=WORK.get(pupil.worker.ref, MENTORING),
    )


def _visit(day: date) -> Logged:
    return Logged(
        on=day,
        at=VISIT,
        mode="face_to_face",
        place="home",
        result="reached",
        minutes=60,
        travel_minutes=30,
        relations=("carer", "pupil"),
        child=replace(ALONE, alone="no"),
        activity="home_visit",
    )


def _school(
    at: time, day: date, mode: str, minutes: int, travel: int | None, *relations: str
) -> Logged:
    return Logged(
        on=day,
        at=at,
        mode=mode,
        result="reached",
        minutes=minutes,
        travel_minutes=travel,
        relations=relations,
        activity="school_liaison" if relations == ("school",) else "agency_liaison",
    )


def _log(scene: Scene, pupil: _Pupil, cases: tuple[str, ...], logged: Logged) -> None:
    """Write one contact down as its key worker did on the day, if it lies behind us."""
    moment = logged.moment(scene.now)
    if not cases or logged.on < pupil.starts_on or moment >= scene.now:
        return
    written = replace(scene, now=moment + WRITTEN_AFTER)
    words = _words(logged)
    log_contact(written, pupil.worker, LogContact(pupil.carer, cases, words, logged, written.now))


def _words(logged: Logged) -> str:
    what = {
        "telephone": "Rang school about how the week goes",
        "meeting": "Multi-agency meeting at school: what helps, what does not",
    }.get(logged.mode)
    if what is None:
        what = "Home visit, all well" if logged.place == "home" else "One to one session"
    return f"{what}. {logged.minutes} min."
