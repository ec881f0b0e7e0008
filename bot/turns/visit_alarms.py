"""An alarm about a family that somebody is about to see: they read whom to ask, never the words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta

from bot.rules.hours import next_shift
from bot.rules.visits import BOOKED, Visit
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.scene.sight import sees
from bot.scene.visit_coming import coming
from bot.turns.digest_parts import first_name
from bot.turns.visit_sight import line_of
from storage.addresses import Someone, person_by_ref
from storage.visits import visits_of_cases

KIND = "visit_alarm"
WITHIN = timedelta(days=2)
ASK = "An alarm was raised about this family. Before you go, ask {who} what it is:\n{visit}"


def tell_who_goes(
    scene: Scene,
    case_ids: Collection[int],
    filed_under: int | None,
    contact_id: int,
    told: Collection[str],
    hidden_from: Collection[str],
) -> None:
    """Tell whoever sees this family next that there is something to ask before they set out.

    Whoever was `told` has the words. Who may not know of the case reads nothing of it.
    """
    who = next((first_name(scene, ref) for ref in told), None)
    if who is None or not case_ids:
        return
    for visit in visits_of_cases(scene.connection, case_ids):
        if _is_next(scene, visit):
            for staff in _going(scene, visit, {*told, *hidden_from}, filed_under):
                notify(
                    scene,
                    staff.ref,
                    None,
                    _matter(scene, staff, visit, who, contact_id),
                    name=f":{visit.id}",
                )


def _going(
    scene: Scene, visit: Visit, but: Collection[str], filed_under: int | None
) -> Iterator[Someone]:
    """Name who comes and does not know yet, as far as the case is there for them."""
    for ref in coming(scene, visit, but):
        staff = person_by_ref(scene.connection, ref)
        if staff is not None and sees(scene, staff, filed_under):
            yield staff


def _matter(scene: Scene, staff: Someone, visit: Visit, who: str, contact_id: int) -> Matter:
    words, discreet = (
        ASK.format(who=who, visit=line_of(scene, staff, visit, shown=shown))
        for shown in (True, False)
    )
    loud = _sets_out_first(scene, staff, visit)
    return Matter(KIND, words, contact_id=contact_id, discreet_words=discreet, loud=loud)


def _sets_out_first(scene: Scene, staff: Someone, visit: Visit) -> bool:
    """Say whether somebody sets out before they are next at work: then it sounds at any hour."""
    begins = visit.plan.starts_at
    shift = next_shift(scene.worker(staff.ref).hours, scene.practice.calendar, scene.now)
    return shift is None or begins is None or begins - timedelta(minutes=visit.plan.travel) <= shift


def _is_next(scene: Scene, visit: Visit) -> bool:
    """Say whether somebody is with this family now, or will be within two days."""
    begins, ends = visit.plan.starts_at, visit.plan.ends_at
    if visit.state != BOOKED or visit.what.meets == "nobody" or begins is None or ends is None:
        return False
    return ends > scene.now and begins <= scene.now + WITHIN
