"""Free times for a visit, why one time does not suit, and whether a family's week is full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta

from bot.rules import slots
from bot.rules.calendar import moment_at, wall
from bot.rules.practice import Practice
from bot.rules.visit_kinds import KINDS
from bot.rules.visits import Plan, Visit
from bot.scene.diaries import Visiting, wanted_of
from bot.scene.scene import Scene
from storage.cases import ties_by_person, ties_on
from storage.visits import booked_in_week

MINUTE, DAY, WEEK = timedelta(minutes=1), timedelta(days=1), timedelta(weeks=1)


def free_times(
    scene: Scene,
    kind: str,
    plan: Plan,
    case_ids: Collection[int],
    person_id: int | None,
    *,
    near: datetime | None = None,
    between: tuple[date, date] | None = None,
    part: str = "",
    count: int = 3,
    leaving: int | None = None,
) -> list[datetime]:
    """Find times that suit everybody, the nearest to what was asked for first.

    A week in which the family has visits enough is left out, unless days were named.
    `leaving`: the visit that is being moved; its own time counts as free.
    """
    visit = Visiting(kind, plan, case_ids, person_id, leaving)
    first, last = _stretch(scene, near, between)
    full = frozenset() if between else _full_weeks(scene, visit, first, last)
    step = scene.practice.visits.step
    look = slots.Look(first, last, near=near, part=part, step=step, count=count, full=full)
    return slots.free_times(wanted_of(scene, visit, first, last), look)


def why_not(
    scene: Scene,
    kind: str,
    plan: Plan,
    case_ids: Collection[int],
    person_id: int | None,
    *,
    leaving: int | None = None,
) -> str:
    """Say in a sentence or two for staff why a plan's time does not suit; empty: it does."""
    if plan.starts_at is None or plan.ends_at is None:
        return ""
    visit = Visiting(kind, plan, case_ids, person_id, leaving)
    wanted = wanted_of(scene, visit, plan.starts_at, plan.ends_at)
    return slots.why_not(wanted, plan.starts_at, scene.now)


def over_cap(
    scene: Scene, case_ids: Collection[int], starts_at: datetime, *, leaving: int | None = None
) -> list[Visit]:
    """List the visits that fill the family's week; none: there is room for one more."""
    first = moment_at(_monday(starts_at), time.min)
    last = moment_at(_monday(starts_at) + WEEK, time.min)
    booked = _booked(scene, case_ids, first, last, leaving)
    return booked if len(booked) >= scene.practice.visits.per_week else []


def travel_for(practice: Practice, place: str) -> int:
    """Say how many minutes each way a place takes, as the taskforce reckons."""
    return practice.visits.travel.get(place, 0)


def _stretch(
    scene: Scene, near: datetime | None, between: tuple[date, date] | None
) -> tuple[datetime, datetime]:
    """Say from when to when to look: with notice, and as far ahead as was asked for."""
    rules = scene.practice.visits
    first = scene.now + rules.notice
    if between:
        day, last_day = between
        return max(first, moment_at(day, time.min)), moment_at(last_day + DAY, time.min) - MINUTE
    return first, max(scene.now + rules.ahead, near + WEEK if near else scene.now)


def _full_weeks(scene: Scene, visit: Visiting, first: datetime, last: datetime) -> frozenset[date]:
    """Name, by their Mondays, the weeks in which a family has visits enough."""
    if not KINDS[visit.kind].fills_week:
        return frozenset()
    begins = moment_at(_monday(first), time.min)
    booked = _booked(scene, visit.case_ids, begins, last + WEEK, visit.leaving)
    counted = Counter(_monday(one.plan.starts_at) for one in booked if one.plan.starts_at)
    return frozenset(
        monday for monday, count in counted.items() if count >= scene.practice.visits.per_week
    )


def _booked(
    scene: Scene,
    case_ids: Collection[int],
    first: datetime,
    last: datetime,
    leaving: int | None,
) -> list[Visit]:
    """List what is booked with a household: brothers and sisters share its week."""
    household = _household(scene, case_ids)
    booked = booked_in_week(scene.connection, household, first, last)
    return [visit for visit in booked if visit.id != leaving]


def _household(scene: Scene, case_ids: Iterable[int]) -> set[int]:
    """List the cases of every child whose adults these are."""
    own = set(case_ids)
    adults = {person for person, tie in ties_on(scene.connection, own) if not tie.do_not_use}
    ties = ties_by_person(scene.connection, adults).values()
    return own | {tie.case_id for theirs in ties for tie in theirs}


def _monday(moment: datetime) -> date:
    day = wall(moment).date()
    return day - timedelta(days=day.weekday())
