"""Telling staff what a family has settled about a visit; whoever it complains of is left out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.engine import Turn
from bot.flows.base import State
from bot.rules.visits import Visit
from bot.scene.desk_notes import raise_task, respond_by
from bot.scene.family import Family
from bot.scene.matters import Matter
from bot.scene.notices import notify
from bot.scene.scene import Scene
from bot.scene.visit_coming import answer_for, before_they_set_out, coming, is_away
from bot.turns.keep import Said
from storage.visits import find_visit


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

    def owners(self, visit: Visit | None) -> list[str]:
        """Name who answers for the family and may know of a visit; else who is in charge."""
        return answer_for(self.scene, self.family, visit, self.said.hidden_from)


def tell_staff(answered: Answered, visit: Visit, words: str) -> None:
    """Let everybody who comes, and whoever answers for the family, see what was said."""
    scene, family, said = answered.scene, answered.family, answered.said
    matter = Matter("answer", f"{family.named()}: {words}", contact_id=said.contact_id)
    for ref in dict.fromkeys((*coming(scene, visit, said.hidden_from), *answered.owners(visit))):
        notify(scene, ref, family, matter, name=":visit")


def ask_staff(answered: Answered, visit: Visit, words: str, kind: str = "hand_over") -> None:
    """Have whoever comes and is here see to it before they set out; the others know."""
    scene, family, said = answered.scene, answered.family, answered.said
    comes = coming(scene, visit, said.hidden_from)
    here = [ref for ref in comes if not is_away(scene, ref)]
    told = list(dict.fromkeys((*here, *answered.owners(visit), *comes)))
    if not told:
        return
    matter = Matter(kind, f"{family.named()} {words}", contact_id=said.contact_id)
    times = (respond_by(scene, told[0], matter), before_they_set_out(scene, visit))
    by = min((at for at in times if at is not None), default=None)
    own = replace(scene, key=f"{scene.key}:visit")
    raise_task(own, family, told[0], replace(matter, respond_by=by), told=told)


def ask_owner(answered: Answered, number: int, what: str) -> None:
    """Have whoever answers for the family reply to what is not so any more."""
    scene, family = answered.scene, answered.family
    owners = answered.owners(find_visit(scene.connection, number))
    if not owners:
        return
    words = f"{family.named()} {what} that has been changed since (visit {number}): please answer."
    own = replace(scene, key=f"{scene.key}:visit{number}")
    matter = Matter("hand_over", words, contact_id=answered.said.contact_id)
    raise_task(own, family, owners[0], matter, told=owners)
