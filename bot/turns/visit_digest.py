"""What a digest says of visits: those of today, and those nobody has said the outcome of."""

from __future__ import annotations

from collections.abc import Iterator

from bot.rules.calendar import wall
from bot.rules.digest import Dated
from bot.rules.visit_echo import listed
from bot.rules.visit_kinds import PLACES
from bot.rules.visits import BOOKED, Visit
from bot.scene.scene import Scene
from bot.turns.visit_lists import in_order, lead_of
from bot.turns.visit_sight import first_names, named
from storage.addresses import Someone
from storage.visits import live_visits

UNSAID = "{what}: how did it go? /visits"


def visit_dates(scene: Scene, staff: Someone) -> tuple[Dated, ...]:
    """List today's visits of a member of staff, and what they are still to say, oldest first."""
    every = in_order(
        visit
        for visit in live_visits(scene.connection)
        if visit.state == BOOKED and staff.ref in {*visit.plan.staff, lead_of(visit)}
    )
    names = named(scene, staff, every)
    return tuple(
        dated for visit in every for dated in _told(scene, staff, visit, names.words[visit.id])
    )


def _told(scene: Scene, staff: Someone, visit: Visit, family: str) -> Iterator[Dated]:
    begins, ends = visit.plan.starts_at, visit.plan.ends_at
    if begins is None or ends is None:
        return
    day, about = wall(begins).date(), family or visit.what.name
    if ends <= scene.now:
        if lead_of(visit) == staff.ref:
            yield Dated(about, UNSAID.format(what=visit.what.name), day)
    elif day == scene.today:
        yield Dated(about, _in_words(scene, staff, visit), day)


def _in_words(scene: Scene, staff: Someone, visit: Visit) -> str:
    plan = visit.plan
    if plan.starts_at is None or plan.ends_at is None:
        return visit.what.name
    hours = f"{wall(plan.starts_at):%H:%M}-{wall(plan.ends_at):%H:%M}"
    others = [ref for ref in plan.staff if ref != staff.ref]
    names = listed(first_names(scene, others)[ref] for ref in others)
    with_ = f", with {names}" if names else ""
    return f"{visit.what.name} {hours}, {PLACES.get(plan.place, plan.place)}{with_}"
