"""Everybody a visit needs, with their hours and what takes them: a handful of reads for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.rules.calendar import Stretch
from bot.rules.closures import without
from bot.rules.diaries import Diary, Met
from bot.rules.practice import Calendar, Window
from bot.rules.slots import Wanted
from bot.rules.visit_kinds import KINDS
from bot.rules.visits import Plan
from bot.rules.windows import strictest
from bot.scene.scene import Scene
from storage.addresses import person_by_id
from storage.cases import Tie, ties_by_person, ties_on
from storage.closures import closures_of
from storage.diaries import mainstream_schools, pupils_of, staff_numbers
from storage.shifts import shifts_of
from storage.visits import taken_between

DAY = timedelta(days=1)
AT_THEIRS = frozenset({"home", "community_car_lift", "phone", "video"})  # it reaches the household
AT_SCHOOL = "mainstream_school"
Taken = Mapping[int, Sequence[Stretch]]


@dataclass(frozen=True, slots=True)
class Visiting:
    """One visit as times are looked for it."""

    kind: str
    plan: Plan
    case_ids: Collection[int]
    person_id: int | None
    leaving: int | None = None  # the visit that is moved: its own time counts as free


def wanted_of(scene: Scene, visit: Visiting, first: datetime, last: datetime) -> Wanted:
    """Read everything about everybody for a stretch of time."""
    first, last = first - DAY, last + DAY  # what begins before, or ends after, takes time too
    plan, people = visit.plan, _people_met(scene, visit)
    numbers = staff_numbers(scene.connection, plan.staff)
    everybody = {*numbers.values(), *(number for number, _met in people if number)}
    taken = _taken(scene, everybody, first, last, visit.leaving)
    met = (replace(one, taken=tuple(taken.get(number or 0, ()))) for number, one in people)
    return Wanted(
        minutes=plan.minutes,
        travel=plan.travel,
        staff=tuple(_diaries(scene, numbers, taken, first, last)),
        family=tuple(met),
        calendar=scene.practice.calendar,
        visiting=scene.practice.sending_week,
        schools=_schools(scene, visit.case_ids) if plan.place == AT_SCHOOL else (),
    )


def _taken(
    scene: Scene, people: Collection[int], first: datetime, last: datetime, leaving: int | None
) -> Taken:
    found: dict[int, list[Stretch]] = defaultdict(list)
    for row in taken_between(scene.connection, people, first, last):
        if row.visit_id != leaving:
            found[row.person_id].append((row.from_at, row.to_at))
    return found


def _diaries(
    scene: Scene, numbers: Mapping[str, int], taken: Taken, first: datetime, last: datetime
) -> Iterator[Diary]:
    extra = shifts_of(scene.connection, numbers, first, last)
    for ref, number in numbers.items():
        worker = scene.worker(ref)
        away = ((one.from_on, one.to_on) for one in scene.team.covers if one.staff == ref)
        yield Diary(
            name=worker.first_name,
            week=worker.hours,
            extra=tuple(extra.get(ref, ())),
            away=tuple(away),
            taken=tuple(taken.get(number, ())),
            has_left=not worker.active,
        )


def _people_met(scene: Scene, visit: Visiting) -> list[tuple[int | None, Met]]:
    """List whose hours of the family count, each with their number if their time is taken too."""
    meets = KINDS[visit.kind].meets
    if meets == "nobody":
        return []
    adult = _adult(scene, visit)
    if meets == "adult":
        return adult
    shown, pupils = scene.practice.notices_shown, pupils_of(scene.connection, visit.case_ids)
    children = ((row.pupil_id, Met(row.name.split()[0], shown=shown)) for row in pupils)
    return [*adult, *children]


def _adult(scene: Scene, visit: Visiting) -> list[tuple[int | None, Met]]:
    """Say whose own hours count: of the adult who is invited, else of the first to be asked.

    A child who is met elsewhere is not bound to the hours at which a parent may be reached, only
    to those in which the family is left alone; at their door, or on their phone, all of it counts.
    """
    person_id, ties = _ties(scene, visit)
    if person_id is None:
        return []
    usable = [tie.window for tie in ties if not tie.do_not_use]
    window, child_only = strictest(usable), KINDS[visit.kind].meets == "child"
    if child_only and visit.plan.place not in AT_THEIRS:
        window = Window(avoid=window.avoid)
    name = person_by_id(scene.connection, person_id).first_name
    is_met = person_id == visit.person_id and not child_only
    shown = scene.practice.notices_shown
    met = Met(name, window, barred=len(usable) < len(ties), shown=shown)
    return [(person_id if is_met else None, met)]


def _ties(scene: Scene, visit: Visiting) -> tuple[int | None, Sequence[Tie]]:
    if visit.person_id is not None:
        return visit.person_id, ties_by_person(scene.connection, [visit.person_id])[visit.person_id]
    on_cases = ties_on(scene.connection, visit.case_ids)
    first = next((number for number, tie in on_cases if not tie.do_not_use), None)
    return first, [tie for number, tie in on_cases if number == first and not tie.do_not_use]


def _schools(scene: Scene, case_ids: Collection[int]) -> tuple[tuple[str, Calendar], ...]:
    """List the schools that have to be open, each with its days: closures are taken out."""
    schools = mainstream_schools(scene.connection, case_ids)
    closed = closures_of(scene.connection, [school.id for school in schools])
    return tuple(
        (school.name, without(scene.practice.calendar_of(school.name), closed.get(school.id, ())))
        for school in schools
    )
