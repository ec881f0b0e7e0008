"""Why a visit cannot be at a time just now: looked at again before anything is kept."""

from __future__ import annotations

from collections.abc import Iterator

from bot.rules.calendar import wall
from bot.rules.visit_wish import Wish
from bot.scene.scene import Scene
from bot.scene.visiting import why_not
from bot.turns.visit_weeks import what_fills
from storage.addresses import Someone, person_by_ref
from storage.booking import Taken
from storage.cases import case_ids

OVER_CAP_IS_FOR = "Only the manager books one more in a full week."
SOMEBODY = "Somebody who has to be there was booked for that time a moment ago."


def why_not_now(
    scene: Scene,
    staff: Someone,
    wish: Wish,
    *,
    keep_cap: bool = True,
    leaving: int | None = None,
) -> str:
    """Look at the time of a wish; much may have changed since it was shown. Empty: it suits."""
    plan, at = wish.plan, wish.plan.starts_at
    if at is None:
        return ""
    ids = list(case_ids(scene.connection, wish.cases).values())
    person = person_by_ref(scene.connection, wish.person) if wish.person else None
    where = (wish.kind, plan, ids, person.id if person else None)
    if why := why_not(scene, *where, leaving=leaving):
        return why
    full = what_fills(scene, staff, wish.kind, ids, at, leaving=leaving)
    if keep_cap or not full:
        return full
    return "" if staff.ref == scene.practice.manager else OVER_CAP_IS_FOR


def who_is_taken(scene: Scene, taken: Taken) -> str:
    """Say who is taken now, and never by what."""
    return " ".join(dict.fromkeys(_in_words(scene, taken))) or SOMEBODY


def _in_words(scene: Scene, taken: Taken) -> Iterator[str]:
    for clash in taken.clashes:
        worker = scene.team.workers.get(clash.person)
        who = worker.first_name if worker else "The family"
        yield f"{who} is taken {wall(clash.from_at):%H:%M}-{wall(clash.to_at):%H:%M}."
