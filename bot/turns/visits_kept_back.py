"""A message about a visit of which not all its readers may know: those who may get a task of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.rules.routing import in_charge
from bot.rules.visits import Visit
from bot.scene.desk_notes import raise_task, respond_by
from bot.scene.family import Family
from bot.scene.matters import Matter
from bot.scene.scene import Scene
from bot.scene.sight import who_may_know
from bot.scene.visit_coming import before_they_set_out
from bot.scene.visit_hints import NOT_REMINDED, Beside
from bot.scene.visit_words import for_staff

KIND = "hand_over"
MAY_BE_ABOUT = "{family}: their message may be about {visit}.{doubt}"


def tell_of_kept(
    scene: Scene,
    family: Family,
    beside: Beside,
    told: Sequence[str],
    hidden_from: Collection[str],
    contact_id: int | None,
) -> None:
    """Make a task of its own for each visit the shared words do not name."""
    others = in_charge(scene.team, scene.practice, hidden_from)
    for visit in beside.kept_from(scene, told):
        for owner in (*who_may_know(scene, told, visit), *others)[:1]:
            own = replace(scene, key=f"{scene.key}:visit{visit.id}")
            doubt = NOT_REMINDED if visit == beside.doubted else ""
            words = MAY_BE_ABOUT.format(family=family.named(), visit=for_staff(visit), doubt=doubt)
            matter = _in_time(scene, owner, visit, Matter(KIND, words, contact_id=contact_id))
            raise_task(own, family, owner, matter, told=who_may_know(scene, told, visit))


def _in_time(scene: Scene, owner: str, visit: Visit, matter: Matter) -> Matter:
    """Have it answered before anybody sets out."""
    times = (respond_by(scene, owner, matter), before_they_set_out(scene, visit))
    return replace(matter, respond_by=min((at for at in times if at is not None), default=None))
