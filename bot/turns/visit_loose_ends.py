"""Visits of a case that closes, or of somebody who goes: a task names them, none is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.rules.calendar import wall
from bot.rules.hours import shift_ends
from bot.rules.routing import in_charge, owners
from bot.rules.visit_echo import from_to, visit_line
from bot.rules.visits import Visit
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from bot.turns.visit_lists import in_order
from bot.turns.visit_sight import A_FAMILY, first_names, line_of
from storage.addresses import Someone, person_by_ref
from storage.restricted import restricted_cases
from storage.staff import key_workers_of
from storage.visits import live_visits, taken_between, visits_numbered, visits_of_cases

KIND = "visits_left"
NOT_IN = "You do not work then any more, and this is booked:"
AFTER = "Nobody has told the families anything: /move or /cancelvisit each of them."


def of_closed_case(scene: Scene, case_id: int, ref: str) -> None:
    """A case is closed: its key worker is asked what becomes of the visits still booked."""
    left = in_order(
        visit for visit in visits_of_cases(scene.connection, [case_id]) if visit.is_live
    )
    workers = key_workers_of(scene.connection, [case_id], scene.today)
    told = owners(scene.team, scene.practice, workers, scene.now)
    _raise(scene, left, told, f"{ref} is closed, and this is still booked:", case_id)


def of_leaver(scene: Scene, leaver: Someone) -> None:
    """Somebody has left: whoever is in charge is asked what becomes of their visits."""
    left = in_order(one for one in live_visits(scene.connection) if leaver.ref in one.plan.staff)
    told = in_charge(scene.team, scene.practice)
    _raise(scene, left, told, f"{leaver.first_name} has left and is still booked:")


def of_somebody_away(scene: Scene, away: Someone, stands_in: str, until: date | None) -> None:
    """Somebody is away: whoever stands in is asked what becomes of the visits until then."""
    left = in_order(
        visit
        for visit in live_visits(scene.connection)
        if away.ref in visit.plan.staff and _is_before(visit, until)
    )
    _raise(scene, left, [stands_in], f"{away.first_name} is away and is booked for this:")


def of_shift_taken_back(scene: Scene, staff: Someone, first: datetime, last: datetime) -> None:
    """Somebody does not work an extra shift after all: they see to what is booked in it."""
    left = booked_beside_the_week(scene, staff, first, last)
    own = replace(scene, key=f"{scene.key}:{first.isoformat()}")
    _raise(own, left, [staff.ref], NOT_IN)


def booked_beside_the_week(
    scene: Scene, staff: Someone, first: datetime, last: datetime
) -> list[Visit]:
    """List the visits that take somebody's time then and do not fall into their usual week."""
    hours, calendar = scene.worker(staff.ref).hours, scene.practice.calendar
    taken = taken_between(scene.connection, [staff.id], first, last)
    beside = [
        row.visit_id
        for row in taken
        if (ends := shift_ends(hours, calendar, row.from_at)) is None or ends < row.to_at
    ]
    return [one for one in visits_numbered(scene.connection, beside) if not _is_over(scene, one)]


def kind_and_time(visit: Visit) -> str:
    """Name a visit to whoever comes to it: "Mentoring, Sat 5 Dec 11:00-12:00"."""
    return f"{visit.what.name}, {from_to(visit.plan)}"


def _is_before(visit: Visit, until: date | None) -> bool:
    begins = visit.plan.starts_at
    return until is None or begins is None or wall(begins).date() <= until


def _raise(
    scene: Scene, left: Sequence[Visit], told: Sequence[str], head: str, case_id: int | None = None
) -> None:
    staff = person_by_ref(scene.connection, told[0]) if told else None
    ahead = [visit for visit in left if not _is_over(scene, visit)]
    if staff is None or not ahead:
        return
    lines, discreet = (
        "\n".join([head, *_lines(scene, staff, ahead, case_id, shown=shown), AFTER])
        for shown in (True, False)
    )
    matter = Matter(KIND, lines, discreet_words=discreet)
    raise_task(scene, None, told[0], matter, told=told[:1], case_id=case_id)


def _is_over(scene: Scene, visit: Visit) -> bool:
    ends = visit.plan.ends_at
    return ends is not None and ends <= scene.now


def _lines(
    scene: Scene, staff: Someone, visits: Sequence[Visit], case_id: int | None, *, shown: bool
) -> list[str]:
    """Write each visit on a line; where colleagues read them too, no restricted case is named."""
    kept = restricted_cases(scene.connection) - {case_id}
    return [
        f"- {visit_line(one, A_FAMILY, first_names(scene, one.plan.staff))}"
        if kept & set(one.case_ids)
        else f"- {line_of(scene, staff, one, shown=shown)}"
        for one in visits
    ]
