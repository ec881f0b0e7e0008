"""Who of the team comes to a visit, and by when they must know what was said of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.rules import routing
from bot.rules.visits import Visit
from bot.scene.family import Family
from bot.scene.scene import Scene
from bot.scene.sight import sees, who_may_know
from storage.addresses import person_by_ref
from storage.visits import live_visits_of

SET_OUT = timedelta(minutes=30)  # before the way there: whoever has left is not called back


def coming(scene: Scene, visit: Visit, but: Collection[str] = ()) -> list[str]:
    """Name who comes, as far as they still work here and see one of these children."""
    workers = [ref for ref in visit.plan.staff if scene.worker(ref).active and ref not in but]
    staff = [(ref, person_by_ref(scene.connection, ref)) for ref in workers]
    return [ref for ref, one in staff if one and any(sees(scene, one, c) for c in visit.case_ids)]


def is_away(scene: Scene, ref: str, at: datetime | None = None) -> bool:
    """Say whether somebody is away on a day, today if none is given, whoever stands in."""
    return routing.is_away(scene.team, ref, at or scene.now)


def absent(scene: Scene, visit: Visit) -> list[str]:
    """Name whoever is to come and is not there then: away on that day, or gone."""
    begins, staff = visit.plan.starts_at, visit.plan.staff
    return [ref for ref in staff if not scene.worker(ref).active or is_away(scene, ref, begins)]


def sees_to_it(scene: Scene, family: Family | None, visit: Visit) -> str:
    """Name who does by hand what no text does: whoever comes and is here, else who answers."""
    here = (ref for ref in coming(scene, visit) if not is_away(scene, ref))
    owners = who_may_know(scene, family.owners(), visit) if family else ()
    return next(iter((*here, *owners, *routing.in_charge(scene.team, scene.practice))), "")


def answer_for(
    scene: Scene, family: Family, visit: Visit | None, but: Collection[str] = ()
) -> list[str]:
    """Name who answers for a family and may know of a visit; else who is in charge."""
    left = [ref for ref in family.owners() if ref not in but]
    if visit is not None:
        left = who_may_know(scene, left, visit)
    return left or list(routing.in_charge(scene.team, scene.practice, but)[:1])


def still_to_come(scene: Scene, family: Family) -> list[Visit]:
    """List the visits to which this adult is invited, booked or offered, and not over yet."""
    live = live_visits_of(scene.connection, family.person.id) if family.person else []
    return [one for one in live if one.plan.ends_at is None or one.plan.ends_at > scene.now]


def before_they_set_out(scene: Scene, visit: Visit) -> datetime | None:
    """Say by when an answer is of use to whoever comes; None: there is no time yet, or it is on."""
    begins = visit.plan.starts_at
    if begins is None or begins <= scene.now:
        return None
    leaves = begins - timedelta(minutes=visit.plan.travel) - SET_OUT
    return leaves if leaves > scene.now else begins
