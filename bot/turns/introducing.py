"""A warm handover: the family hears from their key worker who will contact them."""

from __future__ import annotations

from functools import partial

from bot.desk.greetings import Greetings, Introduced
from bot.rules.calendar import wall
from bot.rules.welcome import Introduce, introduction
from bot.scene.scene import Scene
from bot.turns import typed
from bot.turns.greetings_end import why_closed
from bot.turns.rights import may_on
from bot.turns.welcome_draft import addressee
from storage import audit, introductions
from storage.addresses import Someone, person_by_ref
from storage.cases import case_ids, ties_on

NOT_NOW = "Nobody was told: this family is not yours to write to any more."


def tell_of(scene: Scene, staff: Someone, said: Introduce) -> str:
    """Send what was confirmed as the worker's own words, and keep whom the family was told of.

    Returns what the desk says, empty if a notice says it.
    """
    case_id = case_ids(scene.connection, [said.case]).get(said.case)
    person = person_by_ref(scene.connection, said.person)
    text = introduction(said.name, said.agency if said.named else "", said.about)
    if case_id is None or person is None or not may_on(scene, staff, "rules", case_id):
        return f"{NOT_NOW} “{text}”"
    why = why_closed(scene, case_id) or _not_to(scene, person, case_id)
    if why:
        return f"Nobody was told: {why}. “{text}”"
    words = typed.Words(person.id, text, purpose=introductions.INTRODUCTION)
    refusal = typed.put_in_outbox(scene, staff, words)
    if refusal:
        return refusal
    told = introductions.NewIntroduction(
        case_id=case_id,
        agency=said.agency,
        name=said.name,
        about=said.about,
        by=staff.ref,
        at=scene.now,
    )
    introductions.introduce(scene.connection, told)
    audit.append(scene.connection, scene.now, staff.ref, "introduce", said.case)
    return ""


def _not_to(scene: Scene, person: Someone, case_id: int) -> str:
    """Say why somebody is told nothing about a case any more; empty: they may be."""
    tie = dict(ties_on(scene.connection, [case_id])).get(person.id)
    if tie is None:
        return f"{person.first_name} does not belong to this case any more"
    if tie.do_not_use:
        return f"{person.first_name} must not be contacted"
    return f"{person.first_name} gets copies only now" if tie.copy_only else ""


def greetings(scene: Scene) -> Greetings:
    """Say how a family's welcome and introductions are looked up."""
    return Greetings(partial(_first, scene), partial(_introduced, scene), partial(_closed, scene))


def _closed(scene: Scene, case: str) -> str:
    case_id = case_ids(scene.connection, [case]).get(case)
    return why_closed(scene, case_id) if case_id else ""


def _first(scene: Scene, case: str) -> str:
    case_id = case_ids(scene.connection, [case]).get(case)
    family = addressee(scene, case_id) if case_id else None
    return family.person.ref if family and family.person else ""


def _introduced(scene: Scene, case: str) -> tuple[Introduced, ...]:
    case_id = case_ids(scene.connection, [case]).get(case)
    rows = introductions.introductions_of(scene.connection, case_id) if case_id else []
    return tuple(
        Introduced(row.name, row.agency, row.about, row.by, wall(row.at).date()) for row in rows
    )
