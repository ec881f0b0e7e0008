"""Telling staff what a family has settled about a visit; whoever it complains of is left out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.engine import Turn
from bot.flows.base import State
from bot.rules.routing import in_charge
from bot.rules.visits import Visit
from bot.scene.desk_notes import raise_task, respond_by
from bot.scene.family import Family
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.scene.visit_coming import before_they_set_out, coming, is_away
from bot.turns.keep import Said


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer about a visit: whose, and what the conversation made of it."""

    scene: Scene = field(repr=False)
    family: Family
    turn: Turn
    state: State
    said: Said

    @property
    def by(self) -> str:
        return self.family.person.ref if self.family.person else "family"

    @property
    def owners(self) -> list[str]:
        """Name who answers for the family; where all of them are left out, who is in charge."""
        left = [ref for ref in self.family.owners() if ref not in self.said.hidden_from]
        scene = self.scene
        return left or list(in_charge(scene.team, scene.practice, self.said.hidden_from)[:1])


def tell_staff(answered: Answered, visit: Visit, words: str) -> None:
    """Let everybody who comes, and whoever answers for the family, see what was said."""
    scene, family, said = answered.scene, answered.family, answered.said
    matter = Matter("answer", f"{family.named()}: {words}", contact_id=said.contact_id)
    for ref in dict.fromkeys((*coming(scene, visit, said.hidden_from), *answered.owners)):
        notify(scene, ref, family, matter, name=":visit")


def ask_staff(answered: Answered, visit: Visit, words: str, kind: str = "hand_over") -> None:
    """Have whoever comes and is here see to it before they set out; the others know."""
    scene, family, said = answered.scene, answered.family, answered.said
    comes = coming(scene, visit, said.hidden_from)
    here = [ref for ref in comes if not is_away(scene, ref)]
    told = list(dict.fromkeys((*here, *answered.owners, *comes)))
    if not told:
        return
    matter = Matter(kind, f"{family.named()} {words}", contact_id=said.contact_id)
    times = (respond_by(scene, told[0], matter), before_they_set_out(scene, visit))
    by = min((at for at in times if at is not None), default=None)
    own = replace(scene, key=f"{scene.key}:visit")
    raise_task(own, family, told[0], replace(matter, respond_by=by), told=told)


def ask_owner(answered: Answered, number: int, what: str) -> None:
    """Have whoever answers for the family reply to what is not so any more."""
    scene, family, owners = answered.scene, answered.family, answered.owners
    if not owners:
        return
    words = f"{family.named()} {what} that has been changed since (visit {number}): please answer."
    own = replace(scene, key=f"{scene.key}:visit{number}")
    matter = Matter("hand_over", words, contact_id=answered.said.contact_id)
    raise_task(own, family, owners[0], matter, told=owners)
