"""What somebody of the team does about a visit by hand, because no text does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.rules.routing import in_charge
from bot.rules.visits import Visit
from bot.scene.desk_notes import raise_task, respond_by
from bot.scene.family import Family
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from bot.scene.visit_coming import before_they_set_out, sees_to_it
from bot.scene.visit_words import for_staff
from bot.turns.visit_sight import A_FAMILY
from storage.restricted import restricted_cases


def by_hand(scene: Scene, visit: Visit, family: Family | None, todo: Matter) -> None:
    """Ask whoever comes, and is here, to tell a family themselves, in time for the visit."""
    owner = sees_to_it(scene, family, visit)
    if not owner:
        return
    named = family.named() if family else ", ".join(visit.cases)
    reach = family.reach if family else "Please ring or visit"
    moments = (respond_by(scene, owner, todo), before_they_set_out(scene, visit))
    in_time = min((at for at in moments if at is not None), default=None)
    matter = replace(todo, words=f"{named}: {todo.words} {reach}.", respond_by=in_time)
    case_id = next(iter(visit.case_ids), None)
    raise_task(scene, family, owner, matter, told=(owner,), case_id=case_id)


def ask_who_comes(scene: Scene, visit: Visit, missing: Sequence[str]) -> None:
    """Have whoever is in charge settle a visit to which somebody cannot come: once a version."""
    names = " and ".join(scene.worker(ref).first_name for ref in missing)
    kept = restricted_cases(scene.connection) & set(visit.case_ids)
    about = A_FAMILY if kept else ", ".join(visit.cases)
    words = (
        f"{about}: {for_staff(visit)} stands, and {names} cannot come then. "
        "The family is not reminded. /move or /cancelvisit it, and tell them."
    )
    own = replace(scene, key=f"visit/{visit.id}.{visit.version}/absent")
    told = (*in_charge(scene.team, scene.practice, missing), *in_charge(scene.team, scene.practice))
    case_id, begins = next(iter(visit.case_ids), None), before_they_set_out(scene, visit)
    matter = Matter("visits_left", words, respond_by=begins, discreet_words=words)
    for owner in told[:1]:
        raise_task(own, None, owner, matter, told=(owner,), case_id=case_id)
