"""A case is restricted to those who have a part in it, or opened to the team again."""

from __future__ import annotations

from collections.abc import Collection

from bot.desk.on_case import Restrict, Unrestrict
from bot.rules.routing import heads, owners
from bot.scene.scene import Scene
from bot.turns.digest_parts import first_name
from storage import case_summary, restricted
from storage.addresses import Someone, person_by_ref
from storage.cases import case_ids, ties_of, ties_on
from storage.digest import Reader
from storage.staff import key_workers_of


def change_sight(scene: Scene, by: Someone, change: Restrict | Unrestrict) -> None:
    """Settle who sees a case; where its messages go stays as it is."""
    case_id = case_ids(scene.connection, [change.case])[change.case]
    if isinstance(change, Unrestrict):
        restricted.unrestrict(scene.connection, case_id, scene.now)
        return
    found = (person_by_ref(scene.connection, ref) for ref in change.names)
    named = [person.id for person in found if person is not None]
    restricted.restrict(scene.connection, case_id, named, by.ref, scene.now)


def others_with_work(scene: Scene, case_id: int, names: Collection[str]) -> str:
    """Say who would still have something open about a case that they would not see any more.

    What was brought to somebody stays with them until it is done: nothing is left unanswered.
    """
    team = case_summary.allocated(scene.connection, [case_id], scene.today)
    workers = key_workers_of(scene.connection, [case_id], scene.today)
    inside = {
        *names,
        *(row.ref for row in team),
        *owners(scene.team, scene.practice, workers, scene.now),
        *heads(scene.team, scene.practice),
    }
    all_of_it = Reader(0, "", in_charge=True)
    tasks = case_summary.open_on(scene.connection, all_of_it, [case_id])
    holders = dict.fromkeys(ref for task in tasks for ref in (task.owner, task.seen_by) if ref)
    left = [first_name(scene, ref) for ref in holders if ref not in inside]
    with_others = f"Open with colleagues who will not see the case: {', '.join(left)}."
    return " ".join(filter(None, (_still_open(scene, case_id), with_others if left else "")))


def _still_open(scene: Scene, case_id: int) -> str:
    """Name the cases of the same family that the team goes on seeing, if there are any."""
    family = {person_id for person_id, _tie in ties_on(scene.connection, [case_id])}
    kept = restricted.restricted_cases(scene.connection) | {case_id}
    ties = (tie for person_id in family for tie in ties_of(scene.connection, person_id))
    left = sorted({tie.case for tie in ties if tie.case_id not in kept})
    return f"Of the same family the team still sees {', '.join(left)}." if left else ""
