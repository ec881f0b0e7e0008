"""After STOP somebody tells the family of its visits; each is named to those who may know of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.rules.routing import in_charge
from bot.rules.visits import Visit
from bot.scene.desk_notes import raise_task
from bot.scene.matters import Matter
from bot.scene.sight import who_may_know
from bot.scene.visit_coming import coming, still_to_come
from bot.scene.visit_words import for_staff
from bot.turns.voice import Voice

KIND = "opted_out"
TELL = " Tell them yourself about {visit}."
STOPPED = "asked for no more texts (STOP)."


@dataclass(frozen=True, slots=True)
class StillToCome:
    """The visits of a family that texts no more reach, and who is told of which."""

    named: str  # to everybody who hears of the STOP
    comes: tuple[str, ...]  # by staff id
    kept: tuple[Visit, ...] = field(repr=False)  # for those who may know of the case alone


def still_named(voice: Voice) -> StillToCome:
    """Find the visits to come; one of a case that not everybody told may know of is kept back."""
    scene, family = voice.scene, voice.family
    visits = still_to_come(scene, family)
    comes = [ref for one in visits for ref in coming(scene, one, voice.hidden_from)]
    told = _told(voice, comes)
    kept = tuple(one for one in visits if who_may_know(scene, told, one) != told)
    named = [TELL.format(visit=for_staff(one)) for one in visits if one not in kept]
    return StillToCome("".join(named), tuple(comes), kept)


def tell_of_kept(voice: Voice, kept: Sequence[Visit]) -> None:
    """Make a task of its own for each visit that was kept back, for those who may know of it."""
    scene, family = voice.scene, voice.family
    for visit in kept:
        comes = coming(scene, visit, voice.hidden_from)
        told = who_may_know(scene, _told(voice, comes), visit)
        words = voice.facts_line(f"{STOPPED}{TELL.format(visit=for_staff(visit))}")
        own = replace(scene, key=f"{scene.key}:visit{visit.id}")
        others = in_charge(scene.team, scene.practice, voice.hidden_from)
        for owner in (*told, *others)[:1]:
            matter = Matter(KIND, words, None, voice.contact_id)
            raise_task(own, family, owner, matter, told=told)


def _told(voice: Voice, comes: Sequence[str]) -> list[str]:
    everybody = dict.fromkeys((*voice.family.owners(), *comes))
    return [ref for ref in everybody if ref not in voice.hidden_from]
