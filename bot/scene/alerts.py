"""What an alert says besides the words that raised it: the thread, how to reach them, the school.

All of it stands only where words may stand: never in a discreet notice, never in a text.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from bot.rules.safe_contact import safe_contact
from bot.scene.family import Family, local_time
from bot.scene.scene import Scene
from storage.cases import ties_on
from storage.schools import SchoolContact, safeguarding_contacts
from storage.threads import last_said

THREAD_REACHES, THREAD_SHOWS, LINE_SHOWS = timedelta(days=14), 5, 160


def about_family(scene: Scene, family: Family, contact_id: int) -> str:
    """Write what stands below the words of an alert, line by line."""
    return "\n".join((*_thread(scene, family, contact_id), _how(scene, family), *_schools(family)))


def _thread(scene: Scene, family: Family, contact_id: int) -> list[str]:
    person = family.person.id if family.person else None
    since = scene.now - THREAD_REACHES
    said = last_said(
        scene.connection, family.line.id, person, contact_id, since, count=THREAD_SHOWS
    )
    return ["Before this:", *(_line(scene, family, row) for row in said)] if said else []


def _line(scene: Scene, family: Family, row: Row[Any]) -> str:
    words = " ".join(row.words.split())
    shown = words if len(words) <= LINE_SHOWS else f"{words[: LINE_SHOWS - 1].rstrip()}…"
    return f"{local_time(row.occurred_at)} {_speaker(scene, family, row)}: {shown}"


def _speaker(scene: Scene, family: Family, row: Row[Any]) -> str:
    if row.direction == "inbound":
        return family.person.first_name if family.person else "they"
    worker = scene.team.workers.get(row.done_by)
    return worker.first_name if worker else "automatic"


def _how(scene: Scene, family: Family) -> str:
    if family.person is None:
        return "Safe contact: nobody knows this number; anybody may read it."
    if any(tie.rules_missing for tie in family.ties):
        return "Safe contact: the rules of this family are not set yet. Ask before you ring."
    needs = (word for tie in family.ties for word in (*tie.prefers, *tie.needs))
    others = ties_on(scene.connection, family.case_ids)
    said = safe_contact(
        discreet=family.person.discreet,
        shared=family.person.shared_phone,
        needs=needs,
        window=family.window,
        forbidden=(tie.relation for _person, tie in others if tie.do_not_use),
    )
    return f"Safe contact: {said}."


def _schools(family: Family) -> list[str]:
    if not family.case_ids:
        return []
    return [
        f"School safeguarding contact: {_contact(school)}"
        for school in safeguarding_contacts(family.scene.connection, family.case_ids)
    ]


def _contact(school: SchoolContact) -> str:
    who = ", ".join(filter(None, (school.name, school.phone)))
    return f"{who} ({school.school})" if who else f"not on record ({school.school})"
