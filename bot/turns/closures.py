"""A school cannot open, or opens after all: said once, it counts for everybody expected there."""

from __future__ import annotations

from dataclasses import replace

from bot.desk.base import Answer
from bot.rules import closures as rule
from bot.rules.closures import Closing, Shut
from bot.rules.digest_lines import day_shown
from bot.rules.expected import is_expected
from bot.rules.marks import HALVES
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from bot.scene.schooling import schoolings_of
from bot.turns.proposals import asked_for
from storage import audit, closures, closures_told
from storage.addresses import Someone
from storage.attending import look_again
from storage.case_summary import cases_at, post
from storage.holding import hold_cases

NOT_YOURS = "That is for the manager, whoever is on duty, or staff of that school."
NOT_KNOWN = "This button is not known here."
LEFT = "Left as it was."


def may_close(scene: Scene, staff: Someone) -> tuple[tuple[int, str], ...]:
    """List the schools of which somebody may say that they are closed."""
    works = post(scene.connection, staff.id)
    employer = works.employer if works else ""
    return tuple(
        (school.id, school.name)
        for school in closures.schools(scene.connection)
        if rule.may_close(staff.ref, employer, school.name, scene.practice)
    )


def closing(scene: Scene, shut: Shut) -> Closing:
    """Look at a closure before it is said: can it be, and whom it is about."""
    names = {school.id: school.name for school in closures.schools(scene.connection)}
    if shut.school_id not in names:
        return Closing("", NOT_KNOWN)
    name = names[shut.school_id]
    closed = closures.closed_on(scene.connection, shut.school_id, shut.day, shut.day)
    fault = rule.fault_in(shut, scene.practice.calendar_of(name), scene.today)
    return Closing(name, fault, closed >= shut.sessions, len(_expected(scene, shut)))


def press_closure(scene: Scene, staff: Someone, key: str) -> Answer:
    """Do what a button about a closure says; what is done can be undone by the next one."""
    found = rule.shut_of(key)
    if found is None:
        return Answer(NOT_KNOWN)
    shut, what = found
    if shut.school_id not in dict(may_close(scene, staff)):
        return Answer(NOT_YOURS)
    if what == rule.CLOSE:
        says = close(scene, staff, shut)
        return Answer(says, choices=((shut.key(rule.OPEN_AGAIN), "It opens after all"),))
    return Answer(reopen(scene, staff, shut) if what == rule.OPEN_AGAIN else LEFT)


def close(scene: Scene, staff: Someone, shut: Shut) -> str:
    """Say that a school is closed then, for everybody expected there."""
    about = closing(scene, shut)
    if about.fault:
        return about.fault
    _hold_back(scene, shut)
    if not closures.close_school(scene.connection, shut, staff.ref, scene.now):
        return about.in_words(shut.when)
    _done(scene, staff, shut, "school closed")
    return f"{about.school} is closed on {shut.when}."


def reopen(scene: Scene, staff: Someone, shut: Shut) -> str:
    """Take a closure back."""
    name = dict(may_close(scene, staff)).get(shut.school_id, "")
    _hold_back(scene, shut)
    if not closures.open_again(scene.connection, shut, scene.now):
        return f"{name} is not closed on {shut.when}."
    _put_right(scene, staff, shut)
    _done(scene, staff, shut, "school open again")
    return f"{name} is open on {shut.when}."


def _put_right(scene: Scene, staff: Someone, shut: Shut) -> None:
    """Whoever heard that school is closed hears from a person that it opens after all."""
    theirs = closures.cases_at(scene.connection, shut.school_id, shut.day)
    for case in cases_at(scene.connection, theirs):
        heard = closures_told.heard_of(scene.connection, case.ref, shut.day)
        closures_told.end_asking(scene.connection, case.ref, shut.day, staff.ref, scene.now)
        if heard:
            day = day_shown(shut.day)
            words = f"{case.ref}: told that school is closed on {day}. It opens after all: "
            matter = Matter("absence", f"{words}ring or write to the family now.")
            told = asked_for(scene, case.id)
            own = replace(scene, key=f"{scene.key}:opens:{case.ref}")
            raise_task(own, None, told[0], matter, told=told, case_id=case.id)


def _hold_back(scene: Scene, shut: Shut) -> None:
    """Let no text about absence pass the gate while the school is being closed, or opened again."""
    hold_cases(scene.connection, closures.cases_at(scene.connection, shut.school_id, shut.day))


def _done(scene: Scene, staff: Someone, shut: Shut, what: str) -> None:
    theirs = closures.cases_at(scene.connection, shut.school_id, shut.day)
    look_again(scene.connection, theirs, scene.now)
    subject = f"school {shut.school_id} {shut.day.isoformat()} {shut.half or 'all day'}"
    audit.append(scene.connection, scene.now, staff.ref, what, subject)


def _expected(scene: Scene, shut: Shut) -> list[int]:
    """List the cases whose child is expected there then."""
    theirs = closures.cases_at(scene.connection, shut.school_id, shut.day)
    halves = [half for half in HALVES if shut.half in ("", half)]
    return [
        case_id
        for case_id, schools in schoolings_of(scene, theirs).items()
        for school in schools
        if school.school_id == shut.school_id
        and any(is_expected(school.schooling, shut.day, half) for half in halves)
    ]
