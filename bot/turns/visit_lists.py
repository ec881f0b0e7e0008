"""What is booked: a worker's own visits, the team's, and those that lie ahead of a family."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time, timedelta
from functools import partial

from bot.desk.on_visits import Ahead, OnVisits, Stretch
from bot.desk.reads import Page
from bot.rules.calendar import moment_at, wall
from bot.rules.visits import BOOKED, LIVE, OVER, Visit
from bot.scene.matters import VISIT
from bot.scene.scene import Scene
from bot.scene.sight import sees_visit
from bot.turns.visit_sight import in_short, line_of, named, page_of
from storage.addresses import Someone
from storage.cases import case_ids
from storage.visits import live_visits, visits_between, visits_of_cases

AHEAD = timedelta(days=15)  # today and the next fourteen days
MOST = 20  # visits to choose from: all that one yes books, and some beside
NONE = "No visits are booked for you in the next two weeks. /book makes one."
NONE_OF_THE_TEAM = "No visits are booked in the next two weeks."


def on_visits(scene: Scene, staff: Someone, *, shown: bool) -> OnVisits:
    """Say what a member of staff may ask about visits here."""
    return OnVisits(
        mine=partial(_mine, scene, staff, shown=shown),
        team=partial(_team, scene, staff),
        ahead=partial(_ahead, scene, staff, shown=shown),
    )


def unsaid(scene: Scene, staff: Someone) -> list[Visit]:
    """List the visits that are over and of which this member of staff is to say how they went."""
    return [
        visit
        for visit in live_visits(scene.connection)
        if visit.state == BOOKED
        and lead_of(visit) == staff.ref
        and visit.plan.ends_at is not None
        and visit.plan.ends_at <= scene.now
    ]


def lead_of(visit: Visit) -> str:
    """Name who leads a visit, and is asked how it went: who asked for it, if they come."""
    staff = visit.plan.staff
    return visit.made_by if visit.made_by in staff or not staff else staff[0]


def _mine(scene: Scene, staff: Someone, *, shown: bool) -> Page:
    ahead = [visit for visit in _fortnight(scene) if staff.ref in visit.plan.staff]
    offered = [
        visit
        for visit in live_visits(scene.connection)
        if visit.plan.starts_at is None and staff.ref in (*visit.plan.staff, visit.made_by)
    ]
    waiting = unsaid(scene, staff)
    listed = list({visit.id: visit for visit in (*waiting, *offered, *ahead)}.values())
    buttons = tuple(outcome_button(scene, staff, visit, shown=shown) for visit in waiting)
    head = "Your visits, today and the next two weeks:"
    return page_of(scene, staff, listed, head, none=NONE, buttons=buttons)


def _team(scene: Scene, staff: Someone) -> Page:
    ahead = [visit for visit in _fortnight(scene) if sees_visit(scene, staff, visit)]
    head = "The team's visits, today and the next two weeks:"
    return page_of(scene, staff, ahead, head, none=NONE_OF_THE_TEAM)


def outcome_button(scene: Scene, staff: Someone, visit: Visit, *, shown: bool) -> tuple[str, str]:
    """Make the button that asks how one visit went."""
    family = named(scene, staff, [visit]).of(visit, shown=shown)
    about = f": {family}" if family else ""
    return f"{VISIT}:{visit.id}", f"How did it go{about}"


def _fortnight(scene: Scene) -> list[Visit]:
    first = moment_at(scene.today, time.min)
    found = visits_between(scene.connection, first, first + AHEAD)
    return [visit for visit in found if visit.state == BOOKED]


def _ahead(
    scene: Scene, staff: Someone, cases: tuple[str, ...], days: Stretch | None, *, shown: bool
) -> Ahead:
    """List what lies ahead of these cases, or of whoever asks, the next first."""
    if cases:
        theirs = case_ids(scene.connection, cases).values()
        found = visits_of_cases(scene.connection, list(theirs))
    else:
        found = [visit for visit in live_visits(scene.connection) if staff.ref in visit.plan.staff]
    still = [
        visit for visit in found if _is_ahead(scene, visit) and sees_visit(scene, staff, visit)
    ]
    meant = in_order([visit for visit in still if days and _is_on(visit, days)] or still)
    lines = ((str(one.id), line_of(scene, staff, one, shown=shown)) for one in meant[:MOST])
    return Ahead(tuple(lines), max(0, len(meant) - MOST))


def _is_on(visit: Visit, days: Stretch) -> bool:
    begins = visit.plan.starts_at
    return begins is not None and days[0] <= wall(begins).date() <= days[1]


def _is_ahead(scene: Scene, visit: Visit) -> bool:
    ends = visit.plan.ends_at
    return visit.state in LIVE and (ends is None or ends > scene.now)


def in_order(visits: Iterable[Visit]) -> list[Visit]:
    """Put visits in the order of their times; those without one come last."""
    timed = [visit for visit in visits if visit.plan.starts_at is not None]
    untimed = [visit for visit in visits if visit.plan.starts_at is None]
    return [*sorted(timed, key=lambda one: str(one.plan.starts_at)), *untimed]


def next_and_last(scene: Scene, staff: Someone, case_id: int) -> list[str]:
    """Say for a case which visit is next and which was last; nothing if there is none."""
    every = in_order(
        visit
        for visit in visits_of_cases(scene.connection, [case_id])
        if sees_visit(scene, staff, visit)
    )
    ahead = [visit for visit in every if _is_ahead(scene, visit)][:1]
    over = [visit for visit in every if visit.state == OVER][-1:]
    found = [f"- Next: {line_of(scene, staff, one, shown=True)}" for one in ahead]
    found += [f"- Last: {in_short(scene, staff, one, shown=True)}" for one in over]
    return ["", "Visits", *found] if found else []
