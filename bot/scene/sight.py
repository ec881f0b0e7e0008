"""Which cases somebody does not see at all: everything that names a case asks here."""

from __future__ import annotations

from collections.abc import Iterable

from bot.rules.routing import owner, standing_owner
from bot.rules.visits import Visit
from bot.scene.scene import Scene
from storage import restricted
from storage.addresses import Someone, person_by_ref
from storage.cases import ties_of


def hidden_cases(scene: Scene, staff: Someone) -> frozenset[int]:
    """List the restricted cases that do not exist for a member of staff.

    They exist for those in charge, for whoever is allocated to them or named on them, and for
    whoever their messages come to now: routing is never changed, so somebody always reads them.
    """
    practice, today = scene.practice, scene.today
    if staff.ref in {practice.manager, practice.safeguarding_lead}:
        return frozenset()
    every = restricted.restricted_cases(scene.connection)
    if not every:
        return every
    refs = answers_for(scene, staff.ref) | _stands_in_for(scene, staff.ref)
    theirs = restricted.open_to(scene.connection, staff.id, staff.ref, refs, today)
    if owner(scene.team, practice, None, scene.now).staff == staff.ref:
        theirs |= restricted.without_key_worker(scene.connection, today)
    return every - theirs


def answers_for(scene: Scene, ref: str) -> frozenset[str]:
    """Name everybody whose families' messages come to a member of staff now, often themselves."""
    team, practice = scene.team, scene.practice
    return frozenset(
        who for who in team.workers if owner(team, practice, who, scene.now).staff == ref
    )


def _stands_in_for(scene: Scene, ref: str) -> frozenset[str]:
    """Name whom they cover for, in today or not: their digest tells of these families."""
    team, practice = scene.team, scene.practice
    return frozenset(
        who for who in team.workers if standing_owner(team, practice, who, scene.now).staff == ref
    )


def sees_family(scene: Scene, staff: Someone, person_id: int) -> bool:
    """Say whether somebody of a family is there for a member of staff: by any of their cases."""
    theirs = {tie.case_id for tie in ties_of(scene.connection, person_id)}
    return not theirs or bool(theirs - hidden_cases(scene, staff))


def sees(scene: Scene, staff: Someone, case_id: int | None) -> bool:
    """Say whether a case exists for a member of staff; what is about no case always does."""
    return case_id is None or case_id not in hidden_cases(scene, staff)


def sees_visit(scene: Scene, staff: Someone, visit: Visit) -> bool:
    """Say whether a visit is there for somebody: they come to it, or see all whom it is about."""
    return staff.ref in visit.plan.staff or not (set(visit.case_ids) & hidden_cases(scene, staff))


def who_may_know(scene: Scene, refs: Iterable[str], visit: Visit) -> list[str]:
    """Name those of them for whom a visit is there."""
    staff = ((ref, person_by_ref(scene.connection, ref)) for ref in dict.fromkeys(refs))
    return [ref for ref, one in staff if one is not None and sees_visit(scene, one, visit)]
